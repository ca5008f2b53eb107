"""What a result is called says what it is."""

from __future__ import annotations

import pytest

from studio.videos.edit import BACK_AND_FORTH, GIF, LAST_FRAME, WEBP, Edit, Kind, frame, joined, of_name, trim


@pytest.mark.parametrize(
    ("edit", "parts"), [(trim(0.04, 2), 1), (BACK_AND_FORTH, 1), (joined(("b",)), 2), (joined(("b", "c")), 3)]
)
def test_a_video_is_known_by_its_name(edit: Edit, parts: int) -> None:
    assert edit.is_video
    assert of_name(edit.name) == (edit.kind, parts)
    assert len(edit.name) <= 64, "the column has no room for more"


@pytest.mark.parametrize("edit", [GIF, WEBP, LAST_FRAME, frame(0.5)])
def test_a_picture_is_no_video(edit: Edit) -> None:
    assert not edit.is_video


def test_other_parts_are_another_video() -> None:
    names = {joined(after).name for after in (("b", "c"), ("c", "b"), ("b",), ("bc",))}
    assert len(names) == 4
    assert {of_name(name)[0] for name in names} == {Kind.JOINED}
