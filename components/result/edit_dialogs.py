"""Dialogs in which something is made of a finished video: a GIF, a frame, a part of it. Costs nothing."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from components.language import _, megabytes
from components.result import keep
from components.result.refusals import refusals
from components.session import visitor
from studio import urls
from studio.build import get_studio
from studio.edits import KeptEdit, Making
from studio.jobs.job import Job
from studio.videos.edit import BACK_AND_FORTH, GIF, WEBP, Edit
from studio.videos.edit import frame as frame_at
from studio.videos.edit import trim as trimmed

EVERY_S = 0.5
"""How often the dialog looks how far it is."""
SHORTEST_S = 0.2


def gif(job: Job) -> None:
    """Make a GIF at once, and offer it with its size."""
    _open(_("Save as GIF"), lambda: _result(job, GIF))


def webp(job: Job) -> None:
    """Make an animated WebP at once, and offer it with its size."""
    _open(_("Save as WebP"), lambda: _result(job, WEBP))


def back_and_forth(job: Job) -> None:
    """Make the video that runs forwards and then backwards."""
    _open(_("Back and forth"), lambda: _result(job, BACK_AND_FORTH))


def frame(job: Job) -> None:
    """Ask for a moment, and offer its picture."""

    def body() -> None:
        at = st.slider(_("Moment"), 0.0, _length(job), 0.0, 0.1, format="%.1f s", key=f"frame-at-{job.id}")
        on_wish(job, _("Save this frame"), lambda: frame_at(min(at, _length(job) - 0.05)))

    _open(_("Save a frame"), body)


def trim(job: Job) -> None:
    """Ask for a part, and offer it as a video."""

    def body() -> None:
        length = _length(job)
        start, end = st.slider(_("From and to"), 0.0, length, (0.0, length), 0.1, format="%.1f s", key=f"trim-{job.id}")
        if end - start < SHORTEST_S:
            st.caption(_("Choose a longer part."))
        else:
            on_wish(job, _("Trim"), lambda: trimmed(start, end))

    _open(_("Trim"), body)


def _open(title: str, body: Callable[[], None]) -> None:
    st.dialog(title)(body)()


def _length(job: Job) -> float:
    """Seconds, in whole steps of the slider."""
    return math.floor(job.length_s * 10 + 1e-6) / 10


def on_wish(job: Job, label: str, edit: Callable[[], Edit]) -> None:
    """What is made only when asked for; then it stands there until something else is chosen."""
    key = f"edit-wanted-{job.id}"
    chosen = edit()
    if st.button(label, type="primary", key=f"edit-make-{job.id}"):
        st.session_state[key] = chosen
    if st.session_state.get(key) == chosen:
        _result(job, chosen)


def show_progress(making: Making) -> None:
    """How far it is."""
    progress = making.progress
    st.progress(progress or 0.0, text=_("Waiting for its turn …") if progress is None else _("Being made …"))


def _result(job: Job, edit: Edit) -> None:
    with refusals():
        # Begun once: one that was refused would else be begun again with each look, and nobody would be told.
        making = get_studio().edits.make(visitor(), job.id, edit)
        if edit.is_video:
            keep.look(job.id, edit)
        st.fragment(_made, run_every=EVERY_S)(making, edit)


def _made(making: Making, edit: Edit) -> None:
    """How far it is; or the link to what was made, with its size; or why it was not."""
    with refusals():
        if making.is_done:
            made = making.result()
            _show(made)
            if edit.is_video:
                keep.show(made.job_id, edit)
        else:
            show_progress(making)


def _show(made: KeptEdit) -> None:
    address = urls.edit(made.job_id, made.name)
    if made.media_type.startswith("image/"):
        st.image(address, width="stretch", alt=_("What was made of your video"))
    st.link_button(
        _("Download ({size})").format(size=megabytes(made.size_bytes)),
        urls.download_edit(made.job_id, made.name),
        icon=":material/download:",
        type="primary",
    )
