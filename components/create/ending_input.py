"""The picture that the video ends in, for models that can: another one, or the first once more, which makes a loop."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.callbacks import told
from components.create.picture_input import LOOK_EVERY_S, MAX_MB, PICTURES
from components.current_form import change_draft, draft
from components.language import _
from components.messages import given_notices
from components.runtime import upload_store
from components.runtime.uninterrupted import uninterrupted
from components.session import visitor, visitor_service
from studio import urls
from studio.forms.given_pictures import TooManyPictures
from studio.orders.drafts import DraftPicture
from studio.orders.order import model_of
from studio.pictures.prepare import PictureRefused
from studio.pictures.queue import Preparation, TooManyWaiting

SAME_SHAPE = 0.02
"""So much two shapes may differ before anybody sees it."""
_WAITING, _REFUSED, _TURN = "ending-preparing", "ending-refused", "ending-turn"
"""Keys in session_state: the picture that this tab waits for, why the last one was not taken, how many fields there
were before."""


def settle() -> None:
    """Put on the form what has been prepared since, or note why it could not be."""
    if _WAITING not in st.session_state:
        # A page that was loaded anew goes on waiting for what was given to the one before.
        st.session_state[_WAITING] = visitor_service().forms.pictures.preparation(visitor(), ending=True)
    ready = _waiting()
    if ready is None or not ready.is_done:
        return
    with uninterrupted():
        st.session_state[_WAITING] = None
        ready.told = True
        if isinstance(ready.outcome, DraftPicture):
            _put(ready.outcome)
        elif ready.outcome is not None:
            st.session_state[_REFUSED] = given_notices.not_prepared(ready.outcome)


def show() -> None:
    """Draw the field where the chosen model can end in a picture; for who changes back, what was given is kept."""
    if not model_of(draft()).has_ending_picture:
        return
    with st.container(border=True, key="ending-picture"):
        picture = draft().ending_picture
        if picture is not None:
            _shown(picture)
        else:
            _empty()
        if said := st.session_state.get(_REFUSED):
            st.error(said, icon=":material/broken_image:")


def _shown(picture: DraftPicture) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(urls.picture(picture.key), width=96, alt=_("The picture that your video ends in"))
        st.text(_("Ends as it begins: a loop.") if draft().is_loop else _("Ending picture"), width="stretch")
        st.button(_("Remove"), icon=":material/close:", type="tertiary", key="ending-remove", on_click=_remove)
    if not draft().is_loop and _has_another_shape(picture):
        st.caption(_("Its shape is not that of your first picture: it will be cropped or stretched to fit."))


def _has_another_shape(picture: DraftPicture) -> bool:
    first = draft().sent
    return first is not None and abs(picture.width * first.height / (picture.height * first.width) - 1) > SAME_SHAPE


def _empty() -> None:
    turn = st.session_state.setdefault(_TURN, 0)
    key = f"ending-file-{turn}"
    if _waiting() is not None:
        st.fragment(_look, run_every=LOOK_EVERY_S)()
    st.file_uploader(
        _("Ending picture"),
        type=PICTURES,
        key=key,
        max_upload_size=MAX_MB,
        help=_("If you like: your video ends in this picture. Without one it ends as it comes."),
        on_change=_take,
        args=(key,),
    )
    if draft().picture is not None:
        st.button(_("The same picture: a loop"), icon=":material/loop:", key="ending-loop", on_click=_loop)


def _look() -> None:
    waiting = _waiting()
    if waiting is None or waiting.is_done:
        st.rerun()
    st.info(_("Preparing your picture …"), icon="spinner")


def _waiting() -> Preparation | None:
    waiting: Preparation | None = st.session_state.get(_WAITING)
    return waiting


@told
def _take(key: str) -> None:
    upload = upload_store.taken_out(key)
    if upload is None:
        return
    _next_turn()
    before = _waiting()
    try:
        st.session_state[_WAITING] = visitor_service().forms.pictures.take(visitor(), upload.data, ending=True)
    except (PictureRefused, TooManyPictures, TooManyWaiting) as refused:
        st.session_state[_REFUSED] = given_notices.not_prepared(refused)
        return
    if before is not None:
        before.cancel()


@told
def _loop() -> None:
    """The first picture unframed: whatever shape it is sent in, the video ends in the same (Draft.is_loop)."""
    first = draft().picture
    if first is not None:
        _next_turn()
        _put(first)


@told
def _remove() -> None:
    before = draft().ending_picture
    if before is not None:
        change_draft(replace(draft(), ending_picture=None))
        visitor_service().forms.picture_files.drop(before)


def _put(picture: DraftPicture) -> None:
    before = draft().ending_picture
    change_draft(replace(draft(), ending_picture=picture))
    if before is not None and before.key != picture.key:
        visitor_service().forms.picture_files.drop(before)


def _next_turn() -> None:
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.session_state.pop(_REFUSED, None)
