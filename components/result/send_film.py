"""Sending the video itself by a phone's own menu, where the browser can: to a chat, or into the photo library."""

from __future__ import annotations

from components import front_end
from components.language import _
from studio import urls
from studio.jobs.job import Job

_SEND = front_end.of(__file__)


def button(job: Job) -> None:
    """Draw it. Nothing is seen where the browser cannot send files.

    What goes out is the film as it plays here: without the words, settings and picture that a download carries.
    """
    words = {
        "send": _("Send the video itself"),
        "coming": _("Getting it ready …"),
        "ready": _("Ready. Send it now"),
        "failed": _("The video could not be fetched. Try again."),
    }
    data = {"film": urls.video(job.id), "name": f"kineograph-{job.id[:8]}.mp4", "words": words}
    _SEND(key=f"send-film-{job.id}", data=data)
