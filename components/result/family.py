"""The videos that one belongs to, where several go on from each other: its part, the others, and all played as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components import front_end
from components.callbacks import told
from components.language import _, megabytes
from components.messages.attention import bring_into_view
from components.next_run import go_to
from components.page_names import VIDEO
from components.result import edit_dialogs, keep
from components.result.player import player_of
from components.result.refusals import refusals
from components.session import visitor
from studio import urls
from studio.build import get_studio
from studio.edits import KeptEdit, Making
from studio.jobs.job import Job
from studio.videos.edit import joined

PARTS = "family-parts"
_PLAYED = "family-played"
"""Key in session_state: the job on whose card its chain is played as one. On the card, and not in a dialog: whatever
else happens draws the page anew, and Streamlit (1.67) then shuts a dialog, or begins what plays in it anew."""
_WORDS_MAX = 120

_PARTS = front_end.of(__file__)


def show(job: Job, pick: Callable[[str], None] | None = None) -> None:
    """Draw which part a finished video is, and a poster for each; nothing where it stands alone.

    `pick` is called with the id of the one that is tapped, before the page is drawn again; that one's own page is gone
    to unless it is given.
    """
    parts = get_studio().edits.chain(visitor(), job.id)
    if len(parts) < 2:
        return
    number = 1 + [part.id for part in parts].index(job.id)
    is_played = st.session_state.get(_PLAYED) == job.id
    with st.container(key=_place(job.id), gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_("Part {number} of {total}").format(number=number, total=len(parts)), width="content")
            if is_played:
                st.button(
                    _("Stop playing as one"),
                    key=f"stop-as-one-{job.id}",
                    type="tertiary",
                    icon=":material/close:",
                    on_click=_stop,
                )
            else:
                st.button(
                    _("Play as one"),
                    key=f"play-as-one-{job.id}",
                    type="tertiary",
                    icon=":material/playlist_play:",
                    help=_("All parts as one video, one after the other, to watch and to download."),
                    on_click=_play,
                    args=(job.id,),
                )
        _show_parts(job, parts, _go_to_page_of if pick is None else pick)
        if is_played:
            _show_as_one(parts)


def _place(job_id: str) -> str:
    return f"family-{job_id}"


def _show_parts(job: Job, parts: Sequence[Job], pick: Callable[[str], None]) -> None:
    data = {
        "label": _("The parts of this video"),
        "parts": [
            {
                "job": part.id,
                "poster": urls.poster(part.id),
                "name": _("Part {number}: {words}").format(number=number, words=_first_words(part)),
                "is_shown": part.id == job.id,
            }
            for number, part in enumerate(parts, 1)
        ],
    }
    _PARTS(key=PARTS, data=data, on_picked_change=lambda: pick(str(st.session_state[PARTS]["picked"])))


def _first_words(job: Job) -> str:
    return " ".join(job.order.prompt.split())[:_WORDS_MAX]


@told
def _go_to_page_of(job_id: str) -> None:
    go_to(VIDEO, id=job_id)


@told
def _play(job_id: str) -> None:
    st.session_state[_PLAYED] = job_id
    bring_into_view(_place(job_id))


@told
def _stop() -> None:
    st.session_state.pop(_PLAYED, None)


def _show_as_one(parts: Sequence[Job]) -> None:
    """How far joining them is; then the one film, and the link to save it."""
    first, *others = parts
    edit = joined(tuple(part.id for part in others))
    with refusals():
        making = get_studio().edits.make(visitor(), first.id, edit)
        if making.is_done:
            _show_film(first, making.result())
            keep.show_on_page(first.id, edit)
        else:
            st.fragment(_wait, run_every=edit_dialogs.EVERY_S)(making)


def _wait(making: Making) -> None:
    with refusals():
        if making.is_done:
            making.result()
            # Not in this fragment: it would ask for ever whether what plays is ready.
            st.rerun()
        edit_dialogs.show_progress(making)


def _show_film(first: Job, made: KeptEdit) -> None:
    assert first.video is not None
    film = urls.edit(made.job_id, made.name)
    st.html(player_of(film, urls.poster(first.id), first.video, _("All parts, one after the other")))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button(
            _("Download as one"), urls.download_edit(made.job_id, made.name), icon=":material/download:", type="primary"
        )
        st.caption(megabytes(made.size_bytes), width="content")
