"""How far a job is: a bar and a stopwatch that move on in the browser, from where the server saw them last."""

from __future__ import annotations

from dataclasses import asdict

from components import front_end
from components.language import _, rough_time
from components.messages import job_notices
from components.messages.outlook import usually
from studio.jobs.job import Job
from studio.jobs.progress import Progress
from studio.jobs.usual import Usual
from studio.resources import text

COURSE = text(__file__, "course.js")
"""How far a job is, computed in the browser; for whoever draws it."""
_BAR = front_end.of(__file__, above=COURSE)


def show(job: Job, progress: Progress, usual: Usual | None) -> None:
    """Draw the bar of a job under way: its stage, how far it is, how long it has taken, may still take, and
    usually takes."""
    data = {
        "job": job.id,
        "stage": job_notices.stage(job),
        "course": asdict(progress.course),
        "elapsed_s": progress.elapsed_s,
        "times": _times(progress.remaining_s).split("{elapsed}"),
        "usual": "" if usual is None else usually(usual),
    }
    _BAR(key=f"progress-{job.id}", data=data)


def _times(remaining_s: float | None) -> str:
    """A sentence in which `{elapsed}` stands where the stopwatch is."""
    if remaining_s is None:
        return _("{elapsed} so far. It takes a little longer than usual.")
    return _("{elapsed} so far, about {remaining} to go").format(elapsed="{elapsed}", remaining=rough_time(remaining_s))
