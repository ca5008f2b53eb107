"""Albums: which there are, which one is looked at, and what goes into which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components.callbacks import told
from components.gallery.chosen import chosen, put
from components.language import _, ngettext, number
from components.markdown import plain
from components.next_run import complain, say
from components.session import visitor, visitor_service
from studio.jobs.job import Job
from studio.jobs.labels import ALBUM_MAX
from studio.queue.albums import ALBUMS_MAX, TooManyAlbums

ALBUM = "album"
"""In the address: the name of the one that is looked at."""
CHOICE = "gallery-album"
_NAME, _NEW_NAME = "album-name", "album-new-name"


def wanted() -> str:
    """The album that is looked at; empty: all videos."""
    return str(chosen(CHOICE, st.query_params.get(ALBUM, "")) or "")


def show(albums: Mapping[str, int], look: Callable[[], None]) -> None:
    """Draw these albums of the visitor's, and what can be done with the one that is looked at; `look` is called by a
    choice."""
    at = wanted()
    if at and at not in albums:
        # By an address of before, or its last video has just gone.
        albums = {**albums, at: 0}
    if not albums:
        return
    put(CHOICE, at or None)
    with st.container(horizontal=True, vertical_alignment="center", key="gallery-albums"):
        st.segmented_control(
            _("Albums"),
            list(albums),
            key=CHOICE,
            format_func=plain,
            label_visibility="collapsed",
            on_change=look,
            width="content",
        )
        if at:
            if st.button(_("Rename"), key="album-rename", type="tertiary", icon=":material/edit:"):
                _ask_for_name(at)
            st.button(
                _("Dissolve"),
                key="album-drop",
                type="tertiary",
                icon=":material/folder_off:",
                help=_("The album is gone; its videos stay."),
                on_click=_drop,
                args=(at,),
            )


def forget_choice() -> None:
    """Look at all videos. In a callback."""
    st.session_state.pop(CHOICE, None)
    st.query_params.pop(ALBUM, None)


def ask(jobs: Sequence[Job]) -> None:
    """Open the dialog in which these videos are put into an album."""

    @st.dialog(_("Add to an album"))
    def dialog() -> None:
        # As a form: what stands in the field comes with the click, whatever the page is doing.
        with st.form("album-form", border=False):
            st.text_input(
                _("Album"),
                key=_NAME,
                max_chars=ALBUM_MAX,
                placeholder=_("A name, for example: Summer"),
                help=_("One that there is already, or a new one."),
            )
            there = list(visitor_service().albums(visitor()))
            if there:
                st.text(_("There are: {names}").format(names=" · ".join(there)))
            added = st.form_submit_button(
                _("Add"),
                type="primary",
                icon=":material/photo_album:",
                key="album-add",
                on_click=told(_add),
                args=([job.id for job in jobs],),
            )
        if added:
            st.rerun()

    dialog()


def take_out(job_ids: Sequence[str], name: str) -> None:
    """Take these out of the album. In a callback."""
    visitor_service().take_out_of_album(visitor(), job_ids, name)


def _add(job_ids: Sequence[str]) -> None:
    try:
        name, count = visitor_service().put_in_album(visitor(), job_ids, str(st.session_state.get(_NAME) or ""))
    except TooManyAlbums:
        complain(
            _("You have {number} albums, and there is room for no more.").format(number=number(ALBUMS_MAX)),
            ":material/photo_album:",
        )
        return
    if not name:
        say(_("An album needs a name: nothing was added."))
    else:
        added = ngettext("{count} video is in {album}.", "{count} videos are in {album}.", count)
        say(added.format(count=number(count), album=name))


def _ask_for_name(name: str) -> None:
    @st.dialog(_("Rename the album"))
    def dialog() -> None:
        with st.form("album-rename-form", border=False):
            st.text_input(_("Name"), value=name, key=_NEW_NAME, max_chars=ALBUM_MAX)
            renamed = st.form_submit_button(
                _("Save"),
                type="primary",
                icon=":material/check:",
                key="album-save",
                on_click=told(_rename),
                args=(name,),
            )
        if renamed:
            st.rerun()

    dialog()


def _rename(name: str) -> None:
    new_name = visitor_service().rename_album(visitor(), name, str(st.session_state.get(_NEW_NAME) or ""))
    if new_name and wanted() == name:
        st.session_state[CHOICE] = new_name
        st.query_params[ALBUM] = new_name


@told
def _drop(name: str) -> None:
    visitor_service().drop_album(visitor(), name)
    forget_choice()
