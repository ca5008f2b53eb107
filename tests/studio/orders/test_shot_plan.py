"""Whatever is done to a plan of shots, its times add up to the video's length, and no word of a person is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.orders.shot_plan import (
    Plan,
    Shot,
    as_text,
    most_shots,
    moved,
    plan_in,
    times_add_up,
    with_another,
    with_seconds,
    with_words,
    without,
)
from studio.orders.shots import SHOTS_MAX, is_in_shots

LENGTHS = st.integers(1, 15)
WORDS = st.text("abc é猫😀,.", max_size=9)
TEXTS = st.one_of(
    st.text("abS .!\n猫[]0-9s:", max_size=60),
    st.lists(st.tuples(WORDS, st.integers(-2, 20), st.integers(-2, 20), st.booleans()), max_size=9).map(
        lambda rows: "\n".join(
            f"Shot {number} [{begin}-{end}s]: {words}" if timed else f"Shot {number}: {words}"
            for number, (words, begin, end, timed) in enumerate(rows, 1)
        )
    ),
)


def holds(plan: Plan, length_s: int) -> bool:
    return (
        plan.seconds == length_s
        and 1 <= len(plan.shots) <= max(1, min(SHOTS_MAX, length_s))
        and all(shot.seconds >= 1 for shot in plan.shots)
    )


@given(TEXTS, LENGTHS)
@example("Shot 1 [0-0s]: a\nShot 2 [0-0s]: b", 5)
@example("Shot 1 [5-3s]: a Shot 2 [3-99999s]: b", 1)
def test_what_any_text_says_lasts_as_long_as_the_video(text: str, length_s: int) -> None:
    assert holds(plan_in(text, length_s), length_s)


@dataclass(frozen=True)
class Step:
    """Something that a person does."""

    kind: str
    at: int
    value: int
    words: str


STEPS = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(["seconds", "another", "without", "moved", "words"]),
        at=st.integers(0, SHOTS_MAX - 1),
        value=st.integers(-30, 30),
        words=WORDS,
    ),
    max_size=12,
)


def done(plan: Plan, step: Step) -> Plan:
    at = step.at % len(plan.shots)
    return {
        "seconds": partial(with_seconds, plan, at, step.value),
        "another": partial(with_another, plan),
        "without": partial(without, plan, at),
        "moved": partial(moved, plan, at, step.value),
        "words": partial(with_words, plan, at, step.words),
    }[step.kind]()


@given(TEXTS, LENGTHS, STEPS)
def test_after_whatever_is_done_it_does_so_still(text: str, length_s: int, steps: list[Step]) -> None:
    plan = plan_in(text, length_s)
    for step in steps:
        plan = done(plan, step)
        assert holds(plan, length_s), step


@given(TEXTS, LENGTHS, STEPS)
def test_what_is_written_adds_up_and_is_read_back_as_it_was(text: str, length_s: int, steps: list[Step]) -> None:
    plan = plan_in(text, length_s)
    for step in steps:
        plan = done(plan, step)
    written = as_text(plan)
    assert times_add_up(written, length_s)
    if is_in_shots(written):
        again = plan_in(written, length_s)
        assert as_text(again) == written
        told = [" ".join(shot.words.split()) for shot in plan.shots]
        assert [shot.words for shot in again.shots] == [words for words in told if words]


def letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


@given(st.lists(WORDS, max_size=8), LENGTHS)
def test_no_word_is_lost_when_sentences_become_a_plan(sentences: list[str], length_s: int) -> None:
    text = "\n".join(sentences)
    assert sum((letters(shot.words) for shot in plan_in(text, length_s).shots), Counter[str]()) == letters(text)


def test_a_plan_is_read_with_what_holds_for_the_whole_video() -> None:
    text = "A warm film.\nShot 1 [0-3s]: She opens the door.\nShot 2 [3-5s]: A dog runs in!"
    plan = plan_in(text, 5)
    assert plan == Plan("A warm film.", (Shot("She opens the door.", 3), Shot("A dog runs in!", 2)))
    assert as_text(plan) == text
    assert times_add_up(text, 5)
    assert not times_add_up(text, 10)
    assert [shot.seconds for shot in plan_in(text, 10).shots] == [6, 4]
    assert [shot.seconds for shot in plan_in(text, 2).shots] == [1, 1]


@pytest.mark.parametrize(
    ("at", "seconds", "lasts"),
    [
        (0, 4, [4, 3, 3]), (0, 9, [8, 1, 1]), (1, 1, [3, 1, 6]), (2, 7, [2, 1, 7]), (2, 1, [3, 6, 1]),
        (1, 0, [3, 1, 6]), (1, -5, [3, 1, 6]), (0, 3, [3, 4, 3]),
    ],
)  # fmt: skip
def test_those_after_it_give_or_get_what_a_shot_gains_or_loses(at: int, seconds: int, lasts: list[int]) -> None:
    plan = Plan("", (Shot("a", 3), Shot("b", 4), Shot("c", 3)))
    assert [shot.seconds for shot in with_seconds(plan, at, seconds).shots] == lasts


def test_one_more_takes_half_of_the_longest_and_one_less_gives_its_time_back() -> None:
    plan = with_another(Plan("", (Shot("a", 3), Shot("b", 7))))
    assert plan.shots == (Shot("a", 3), Shot("b", 4), Shot("", 3))
    assert without(plan, 1).shots == (Shot("a", 7), Shot("", 3))
    assert without(plan, 0).shots == (Shot("b", 7), Shot("", 3))
    assert moved(plan, 2, -1).shots == (Shot("a", 3), Shot("", 3), Shot("b", 4))
    full = Plan("", (Shot("a", 1), Shot("b", 1)))
    assert with_another(full) == full
    assert most_shots(2) == 2
    alone = Plan("", (Shot("a", 5),))
    assert without(alone, 0) == alone
    assert with_seconds(alone, 0, 2) == alone


@pytest.mark.parametrize(
    ("shots", "text"),
    [
        ((Shot("a", 2), Shot("", 3)), "a"),
        ((Shot("", 2), Shot("a", 1), Shot("b", 2)), "Shot 1 [0-3s]: a\nShot 2 [3-5s]: b"),
        ((Shot("a", 1), Shot(" \n", 2), Shot("b\nc", 2)), "Shot 1 [0-3s]: a\nShot 2 [3-5s]: b c"),
        ((Shot("", 5),), ""),
    ],
)
def test_a_shot_without_words_is_not_written_and_its_time_is(shots: tuple[Shot, ...], text: str) -> None:
    assert as_text(Plan("", shots)) == text


@pytest.mark.parametrize(
    ("text", "adds_up"),
    [
        ("", True), ("She waves", True), ("Shot 1: a Shot 2: b", True), ("Shot 1 [0-9s]: a", True),
        ("Shot 1 [0-2s]: a Shot 2 [2-5s]: b", True), ("Shot 1 [0-2.5s]: a Shot 2 [2.5-5s]: b", True),
        ("Shot 1 [0-2s]: a Shot 2 [3-5s]: b", False), ("Shot 1 [1-2s]: a Shot 2 [2-5s]: b", False),
        ("Shot 1 [0-2s]: a Shot 2 [2-4s]: b", False), ("Shot 1 [0-5s]: a Shot 2 [5-5s]: b", False),
    ],
)  # fmt: skip
def test_times_that_do_not_add_up_are_known(text: str, adds_up: bool) -> None:
    assert times_add_up(text, 5) == adds_up
