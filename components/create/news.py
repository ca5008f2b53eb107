"""News of the jobs for who does not look at the page.

In the tab's title and icon, for a screen reader, and where that is wanted by a sound and a notification.
"""

from __future__ import annotations

from collections.abc import Sequence

from components import front_end
from components.create.stage import ORDER_BAR
from components.language import _
from components.messages import notices
from studio.jobs.job import Job, State

_NEWS = front_end.of(__file__)


def show(jobs: Sequence[Job]) -> None:
    """Tell the browser which jobs are under way and how the others ended; it says so once, when that changes.

    Draws a button, "Tell me when it is ready", while anything is under way. What the person chose is kept in their
    browser alone.
    """
    _NEWS(
        key="news",
        data={
            "under_way": [job.id for job in jobs if not job.is_final],
            "ready": [job.id for job in jobs if job.state is State.DONE],
            "from": ORDER_BAR,
            "ended": {job.id: notices.ended(job) for job in jobs if job.is_final},
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
