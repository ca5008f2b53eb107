"""News of the jobs for who does not look at the page.

In the tab's title and icon, for a screen reader, and where that is wanted by a sound and a notification.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from components import front_end
from components.create.stage import BOARD, ORDER_BAR
from components.language import _
from components.messages import job_notices
from studio.jobs.job import Job, State

_NEWS = front_end.of(__file__)


def show(jobs: Sequence[Job], placed_here: Collection[str], ended_since: Sequence[str]) -> None:
    """Tell the browser which jobs are under way and how the others ended; it says so once, when that changes.

    By their ids: of those `placed_here`, in this tab, a new one gets the focus; `ended_since` are those that ended
    while this tab was open, also while another page was looked at. Every run says so again, as what a run says may not
    arrive: the browser tells of each once.

    Draws a button, "Tell me when it is ready", while anything is under way. What the person chose is kept in their
    browser alone.
    """
    _NEWS(
        key="news",
        data={
            "under_way": [job.id for job in jobs if not job.is_final],
            "ready": [job.id for job in jobs if job.state is State.DONE],
            "placed_here": [job.id for job in jobs if not job.is_final and job.id in placed_here],
            "ended_since": ended_since,
            "order_bar": ORDER_BAR,
            "board": BOARD,
            "ended": {job.id: job_notices.ended(job) for job in jobs if job.is_final},
            "words": {
                "percent": "{percent} %",
                "ready": _("Ready"),
                "site": "Kineograph",
                "tell": _("Tell me when it is ready"),
                "telling": _("You'll be told when it is ready"),
                "sound_alone": _("Your browser shows no notifications from here; you'll hear a sound."),
            },
        },
    )
