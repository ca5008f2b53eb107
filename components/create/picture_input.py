"""The picture on the form: from a file, from the camera, or one of ours; shown as it will be sent."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from components.callbacks import told
from components.create import film_input, form_fields, framing_input, sample_picker
from components.current_form import change_draft, draft, preparing, stop_waiting, wait_for
from components.language import _
from components.messages import given_notices
from components.runtime import upload_store
from components.runtime.uninterrupted import uninterrupted
from components.session import visitor, visitor_service
from studio import urls
from studio.forms.given_pictures import TooManyPictures
from studio.orders.drafts import DraftPicture
from studio.orders.lining_up import removed
from studio.pictures.fetch import LinkRefused
from studio.pictures.prepare import MAX_UPLOAD_BYTES, PictureRefused, Refusal
from studio.pictures.queue import Preparation, TooManyWaiting
from studio.videos.carried import is_mp4

PICTURES = ["image", ".heic", ".heif"]
"""What a file picker offers (not every browser counts HEIC as an image). A picture is judged by decoding it."""
KINDS = [*PICTURES, ".mp4"]
"""A video that was downloaded here fills the form as it was for that."""
MAX_MB = MAX_UPLOAD_BYTES // 2**20
LINK_MAX = 2_000
"""Characters of a link. Browsers and proxies begin to refuse somewhat above."""

LOOK_EVERY_S = 0.3
"""How often a tab looks whether its picture is ready: most are after a third of a second."""


def show(*, small: bool = False) -> None:
    """Draw the picture's part of the form and take in what the person gives."""
    if not draft().is_framed:
        # As another tab or an earlier version left it.
        change_draft(framing_input.framed(draft()))
    picture = draft().picture
    turn = st.session_state.setdefault("picture-turn", 0)
    if picture is not None:
        _shown(picture, turn, small=small)
    if preparing() is not None:
        st.fragment(_waiting, run_every=LOOK_EVERY_S)()
    if picture is None:
        _uploader(turn)
        _link(turn)
        with st.container(key="picture-camera"):
            _camera(turn)
    _refused()
    if picture is None:
        st.caption(_("No picture at hand? Try one of ours:"))
        sample_picker.show(_take_sample)


def settle() -> None:
    """Put on the form what has been prepared since, or note why it could not be."""
    ready = preparing()
    if ready is None or not ready.is_done:
        return
    with uninterrupted():
        wait_for(None)
        ready.told = True
        if isinstance(ready.outcome, DraftPicture):
            _put_on_form(ready.outcome)
        elif ready.outcome is not None:
            st.session_state["picture-refused"] = given_notices.not_prepared(ready.outcome)
            st.session_state["picture-too-small"] = ready if ready.to_enlarge else None


def _refused() -> None:
    """Why the last picture did not come onto the form; and what may be done with one that is only small."""
    said = st.session_state.get("picture-refused") or given_notices.not_shared(st.query_params.get("shared", ""))
    if not said:
        return
    st.error(said, icon=":material/broken_image:")
    if st.session_state.get("picture-too-small") is not None:
        st.caption(_("Or we enlarge it: it comes out a little soft, as no detail can be added."))
        st.button(_("Enlarge it"), icon=":material/zoom_out_map:", key="picture-enlarge", on_click=_enlarge)


def _uploader(turn: int, *, label: Literal["visible", "collapsed"] = "visible") -> None:
    key = f"picture-file-{turn}"
    st.file_uploader(
        _("Picture"),
        type=KINDS,
        key=key,
        max_upload_size=MAX_MB,
        on_change=_take,
        args=(key,),
        label_visibility=label,
    )


def _link(turn: int) -> None:
    key = f"picture-link-{turn}"
    st.text_input(
        _("Link to a picture"), key=key, max_chars=LINK_MAX, placeholder="https://…", on_change=_take_link, args=(key,)
    )


def _shown(picture: DraftPicture, turn: int, *, small: bool) -> None:
    is_cropped = framing_input.is_cropped()
    with st.container(key="stage-cropped" if is_cropped else "stage-picture-small" if small else "stage-picture"):
        if is_cropped:
            framing_input.show_box(small=small)
        # What is shown is what is ordered, byte for byte: the framed picture, where it is framed.
        sent = draft().sent or picture
        st.image(urls.picture(sent.key), width="stretch", alt=_("Your picture as it will be sent"))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(
            given_notices.picture_ready(sent.changes),
            help=given_notices.picture_line(sent.changes, sent.width, sent.height),
            width="content",  # so that all three stand in one row on a phone
        )
        with st.container(key="picture-replace", width="content"):
            _uploader(turn, label="collapsed")
        st.button(
            _("Remove"),
            icon=":material/close:",
            type="tertiary",
            key="picture-remove",
            on_click=_remove,
            args=(picture,),
        )


def _waiting() -> None:
    """Says that the picture is being prepared, and draws the page anew when it is."""
    waiting = preparing()
    if waiting is None or waiting.is_done:
        st.rerun()
    st.info(_("Preparing your picture …"), icon="spinner")


def _camera(turn: int) -> None:
    if st.toggle(_("Use the camera"), key=f"picture-camera-on-{turn}"):
        key = f"picture-camera-{turn}"
        st.camera_input(_("Take a photo"), key=key, on_change=_take, args=(key,))


@told
def _take(key: str) -> None:
    """Hand an upload over to be prepared; the uploader is free again."""
    upload = upload_store.taken_out(key)
    if upload is None:
        return
    _next_turn()
    before = preparing()
    try:
        if is_mp4(upload.data):
            film_input.take(upload.data)
            return
        wait_for(visitor_service().forms.pictures.take(visitor(), upload.data))
    except (PictureRefused, TooManyPictures, TooManyWaiting) as refused:
        st.session_state["picture-refused"] = given_notices.not_prepared(refused)
        return
    if before is not None:
        before.cancel()


def too_large() -> str:
    """What is said of a picture that the browser keeps back, as the server would not take it."""
    return given_notices.refusal(PictureRefused(Refusal.TOO_MANY_BYTES, limit=MAX_MB))


@told
def refuse_too_large() -> None:
    """Say that the picture given last has too many bytes: the browser did not even send it. The form stays as it is."""
    _take_back_refusal()
    st.session_state["picture-refused"] = too_large()


@told
def _enlarge() -> None:
    """Have the picture that was refused as too small prepared all the same; a second click changes nothing."""
    refused: Preparation | None = st.session_state.get("picture-too-small")
    if refused is None:
        return
    _next_turn()
    before = preparing()
    try:
        wait_for(visitor_service().forms.pictures.enlarge(visitor(), refused))
    except (PictureRefused, TooManyPictures, TooManyWaiting) as why_not:
        st.session_state["picture-refused"] = given_notices.not_prepared(why_not)
        return
    if before is not None:
        before.cancel()


@told
def _take_link(key: str) -> None:
    """Have a link fetched and prepared; it is kept nowhere."""
    link = str(st.session_state.get(key) or "").strip()
    if not link:
        return
    before = preparing()
    try:
        wait_for(visitor_service().forms.pictures.take_link(visitor(), link))
    except (LinkRefused, PictureRefused, TooManyPictures, TooManyWaiting) as refused:
        # The link stays where it is: most often one letter is wrong.
        st.session_state["picture-refused"] = given_notices.not_prepared(refused)
        return
    _next_turn()
    if before is not None:
        before.cancel()


@told
def _take_sample(name: str) -> None:
    sample = sample_picker.named(name)
    if sample is None:
        return
    _next_turn()
    stop_waiting()
    _put_on_form(visitor_service().forms.picture_files.add_sample(sample))
    if not form_fields.filled().prompt:
        form_fields.write_prompt(_(sample.prompt))


@told
def _remove(picture: DraftPicture) -> None:
    if draft().picture == picture:
        change_draft(removed(draft(), picture.key))
        # Of a line, the next one has the stage.
        change_draft(framing_input.framed(draft()))
        visitor_service().forms.picture_files.drop(picture)


def _next_turn() -> None:
    """New keys for uploader and camera: a widget can be emptied in no other way."""
    st.session_state["picture-turn"] = st.session_state.get("picture-turn", 0) + 1
    _take_back_refusal()


def _take_back_refusal() -> None:
    """Whatever was said of the picture before is no news of the next one."""
    st.session_state.pop("picture-refused", None)
    st.session_state.pop("picture-too-small", None)
    st.query_params.pop("shared", None)


def _put_on_form(picture: DraftPicture) -> None:
    """The fields are left alone: a person types and chooses meanwhile."""
    before = draft().picture
    change_draft(framing_input.framed(draft().with_picture(picture)))
    if before is not None and before != picture:
        visitor_service().forms.picture_files.drop(before)
