"""Pictures in line: none is lost, none comes twice, and each keeps what was chosen of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from studio.orders.drafts import Draft, DraftPicture, LinedUp, read_draft
from studio.orders.framing import Crop, Shape
from studio.orders.lining_up import PICTURES_MAX, added, each, in_line, moved, on_stage, removed, with_stage


def a_picture(number: int) -> DraftPicture:
    return DraftPicture(key=f"pictures/{number}.jpg", width=960 + number, height=640)


def form_with(count: int) -> Draft:
    form = Draft(prompt="The waves roll in.")
    for number in range(count):
        form = added(form, a_picture(number))
    return with_stage(form)


def keys(form: Draft) -> list[str]:
    return [one.picture.key for one in in_line(form)]


class Line(RuleBasedStateMachine):
    """Beside the form a plain list: what a person believes to see."""

    def __init__(self) -> None:
        super().__init__()
        self.form = Draft(prompt="The waves roll in.")
        self.seen: list[str] = []
        self.crops: dict[str, Crop] = {}
        self.large: str | None = None

    @rule(number=st.integers(0, 30))
    def give(self, number: int) -> None:
        picture = a_picture(number)
        self.form = with_stage(added(self.form, picture))
        if picture.key not in self.seen and len(self.seen) < PICTURES_MAX:
            self.seen.append(picture.key)
            self.large = self.large or picture.key

    @precondition(lambda self: self.seen)
    @rule(chance=st.data())
    def show(self, chance: st.DataObject) -> None:
        self.large = chance.draw(st.sampled_from(self.seen))
        self.form = on_stage(self.form, self.large)

    @precondition(lambda self: self.seen)
    @rule(x=st.floats(0, 1), zoom=st.floats(1, 5))
    def crop(self, x: float, zoom: float) -> None:
        assert self.large is not None
        self.crops[self.large] = Crop(x=x, zoom=zoom)
        framing = self.form.framing.with_shape(Shape.SQUARE).with_crop(self.crops[self.large])
        self.form = replace(self.form, framing=framing)

    @precondition(lambda self: self.seen)
    @rule(chance=st.data(), to=st.integers(-2, 25))
    def move(self, chance: st.DataObject, to: int) -> None:
        key = chance.draw(st.sampled_from(self.seen))
        self.form = moved(self.form, key, to)
        self.seen.remove(key)
        self.seen.insert(max(0, min(to, len(self.seen))), key)

    @precondition(lambda self: self.seen)
    @rule(chance=st.data())
    def remove(self, chance: st.DataObject) -> None:
        key = chance.draw(st.sampled_from(self.seen))
        at = self.seen.index(key)
        # A second click on the same cross changes nothing.
        self.form = removed(removed(self.form, key), key)
        self.seen.remove(key)
        self.crops.pop(key, None)
        if self.large == key:
            self.large = (self.seen[at : at + 1] or self.seen[-1:] or [None])[0]

    @rule()
    def reload(self) -> None:
        self.form = read_draft(self.form.to_json())

    @invariant()
    def it_is_as_it_was_put(self) -> None:
        assert keys(self.form) == self.seen
        assert (self.form.picture.key if self.form.picture else None) == self.large
        assert set(self.seen) <= {picture.key for picture in self.form.pictures}
        for one in each(self.form):
            if one.picture is not None:
                assert one.framing.shape is self.form.framing.shape
                wanted = self.crops.get(one.picture.key, Crop())
                shaped = one.framing.with_shape(Shape.SQUARE)
                assert shaped.crop == wanted


TestLine = Line.TestCase


def test_a_form_of_each_picture_is_as_if_it_stood_there_alone() -> None:
    form = form_with(3)
    forms = each(form)
    assert [one.picture for one in forms] == [a_picture(number) for number in range(3)]
    assert {one.nonce for one in forms} == {form.nonce}
    assert all(one.earlier == one.later == () and one.prompt == form.prompt for one in forms)


@pytest.mark.parametrize("count", [0, 1])
def test_a_form_with_one_picture_or_none_is_its_own(count: int) -> None:
    form = form_with(count)
    assert each(form) == (form,)


def test_the_picture_for_the_stage_may_come_after_the_others() -> None:
    waiting = added(added(Draft(), a_picture(1)), a_picture(2))
    assert waiting.picture is None
    assert keys(waiting.with_picture(a_picture(0))) == [a_picture(number).key for number in range(3)]
    assert with_stage(waiting).picture == a_picture(1)


def test_where_the_video_ends_as_it_begins_that_of_each_picture_does() -> None:
    form = form_with(3)
    loop = replace(form, ending_picture=form.picture)
    for one in (*each(loop), on_stage(loop, a_picture(2).key), removed(loop, a_picture(0).key)):
        assert one.is_loop
    other = replace(form, ending_picture=a_picture(9))
    assert {one.ending_picture for one in each(other)} == {a_picture(9)}


def test_no_more_than_there_may_be_are_taken_and_none_twice() -> None:
    full = form_with(PICTURES_MAX)
    assert added(full, a_picture(99)) == full
    form = form_with(2)
    assert added(form, a_picture(1)) == form


def test_what_is_no_longer_there_cannot_be_moved_shown_or_removed() -> None:
    form = form_with(2)
    for changed in (moved(form, "gone", 0), on_stage(form, "gone"), removed(form, "gone")):
        assert changed == form


@given(st.integers(1, 4), st.integers(1, PICTURES_MAX))
def test_it_is_known_how_many_videos_it_stands_for(count: int, pictures: int) -> None:
    form = replace(form_with(pictures), count=count)
    assert form.video_count == count * pictures


def test_a_form_without_others_is_written_as_it_was_before_there_were_any() -> None:
    text = form_with(1).to_json()
    assert "earlier" not in text
    assert "later" not in text
    assert read_draft(form_with(3).to_json()).later == tuple(LinedUp(picture=a_picture(at)) for at in (1, 2))
