"""A visitor's own figures, by Streamlit's own test runner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

from components.gallery.figures_view import WEEKS_SHOWN, by_week
from studio.installation import Studio
from studio.queue.figures import Made
from tests.kept_videos import keep_in
from tests.pages.conftest import ran


def test_the_figures_of_a_gallery_are_shown_and_none_of_an_empty_one(
    open_app: Callable[[], AppTest], studio: Studio, visitor: str, tmp_path: Path
) -> None:
    assert len(ran(open_app().switch_page("figures.py")).metric) == 0
    keep_in(studio.storage.store, studio.storage.media, visitor, ["One", "Two", "Three"], tmp_path)
    tab = ran(open_app().switch_page("figures.py"))
    shown = {metric.label: metric.value for metric in tab.metric}
    assert (shown["Videos"], shown["Film in all"], shown["Cost in all"]) == ("3", "3 sec", "$0.00")


def test_videos_are_counted_by_week_and_kind_and_the_oldest_weeks_left_out() -> None:
    def made(year: int, week: int, day: int, *, was_ordered: bool = True) -> Made:
        at = datetime.fromisocalendar(year, week, day).replace(tzinfo=UTC)
        return Made(at, "alibaba/wan-2-6-i2v", was_ordered, 5.0, 40.0, 0)

    some = [made(2026, 10, 1), made(2026, 10, 7), made(2026, 11, 1), made(2026, 11, 1, was_ordered=False)]
    assert by_week(some) == {
        ("2026-03-02", "Wan 2.6"): 2,
        ("2026-03-09", "Edits"): 1,
        ("2026-03-09", "Wan 2.6"): 1,
    }
    many = [made(2026, week, 3) for week in range(1, WEEKS_SHOWN + 6)]
    assert len(by_week(many)) == WEEKS_SHOWN
    assert max(by_week(many))[0] == made(2026, WEEKS_SHOWN + 5, 1).ordered_at.date().isoformat()
