"""What a browser tells of the grid: a wish of ours is understood, and nothing else is."""

from __future__ import annotations

import pytest

from components.gallery.wishes import JOBS_MAX, Asked, Wish, read

ONE, OTHER = "a" * 32, "0123456789abcdef" * 2


@pytest.mark.parametrize("wish", Wish)
def test_a_wish_and_what_it_is_about_are_read(wish: Wish) -> None:
    told = {"wish": wish.value, "jobs": [ONE, OTHER], "favourites": {}}
    assert read(told) == Asked(wish=wish, jobs=(ONE, OTHER))


def test_hearts_come_with_what_they_are_to_be() -> None:
    assert read({"wish": None, "jobs": [], "favourites": {ONE: True, OTHER: False}}) == Asked(
        favourites={ONE: True, OTHER: False}
    )


@pytest.mark.parametrize(
    "told",
    [
        None,
        "delete",
        ["delete", ONE],
        {},
        {"wish": "delete_everything", "jobs": ONE, "favourites": [ONE]},
        {"wish": ["delete"], "jobs": [None, 7, {"id": ONE}, ONE.upper(), ONE + "\n", "../" + ONE]},
        {"wish": float("nan"), "jobs": {ONE: True}, "favourites": {ONE: "yes", "x": True, OTHER: 1}},
    ],
)
def test_what_no_page_of_ours_tells_asks_for_nothing(told: object) -> None:
    assert read(told) == Asked()


def test_what_is_told_of_too_many_ends_somewhere() -> None:
    ids = [f"{number:032x}" for number in range(2 * JOBS_MAX)]
    asked = read({"wish": "delete", "jobs": ids, "favourites": dict.fromkeys(ids, True)})
    assert len(asked.jobs) == len(asked.favourites) == JOBS_MAX
