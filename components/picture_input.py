"""The picture on the form: from a file, from the camera, or one of ours; shown as it will be sent."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import streamlit as st

from components import notices, sample_picker
from components.language import _
from components.session import change_draft, desk, draft, fill_form, visitor
from studio.desk import TooManyPictures
from studio.drafts import Draft
from studio.media import MediaMissing
from studio.pictures import PictureRefused
from studio.samples import Sample

KINDS = ["image", ".heic", ".heif"]
"""What a file picker offers (not every browser counts HEIC as an image). The picture is judged by decoding it."""


MAX_MB = 20


def show() -> None:
    """Draw the picture's part of the form and take in what the person gives."""
    picture = draft().picture
    if picture is not None:
        try:
            st.image(desk().picture(picture), width="stretch", alt=_("Your picture as it will be sent"))
        except MediaMissing:
            change_draft(replace(draft(), picture=None))
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(notices.picture_line(picture.changes, picture.width, picture.height))
            if st.button(_("Remove"), icon=":material/close:", type="tertiary", key="picture-remove"):
                change_draft(replace(draft(), picture=None))
                desk().drop_picture(picture)
                st.rerun()
    turn = st.session_state.setdefault("picture-turn", 0)
    upload = st.file_uploader(_("Picture"), type=KINDS, key=f"picture-file-{turn}", max_upload_size=MAX_MB)
    if upload is not None:
        _take(upload.getvalue())
    _camera(turn)
    if said := st.session_state.get("picture-refused"):
        st.error(said, icon=":material/broken_image:")
    if picture is None:
        _samples()


def _camera(turn: int) -> None:
    if not st.toggle(_("Use the camera"), key=f"picture-camera-on-{turn}"):
        return
    photo = st.camera_input(_("Take a photo"), key=f"picture-camera-{turn}")
    if photo is not None:
        _take(photo.getvalue())


def _samples() -> None:
    st.caption(_("No picture at hand? Try one of ours:"))
    picked = sample_picker.show()
    if picked is not None:
        _take_sample(picked)


def _take(data: bytes) -> None:
    """Put an upload on the form, or say why not; either way the uploader is free again and holds no bytes."""
    _next_turn()
    try:
        with st.spinner(_("Preparing your picture …")):
            picture = desk().add_picture(visitor(), data)
    except (PictureRefused, TooManyPictures) as refused:
        _refuse(refused)
    _replace(replace(draft(), picture=picture))


def _refuse(refused: PictureRefused | TooManyPictures) -> NoReturn:
    st.session_state["picture-refused"] = (
        notices.refusal(refused) if isinstance(refused, PictureRefused) else notices.too_many_pictures()
    )
    st.rerun()


def _take_sample(sample: Sample) -> None:
    _next_turn()
    try:
        picture = desk().add_sample(visitor(), sample)
    except TooManyPictures as refused:
        _refuse(refused)
    changed = replace(draft(), picture=picture)
    if not changed.prompt:
        changed = replace(changed, prompt=_(sample.prompt))
    _replace(changed)


def _next_turn() -> None:
    """New keys for uploader and camera: a widget can be emptied in no other way."""
    st.session_state["picture-turn"] += 1
    st.session_state.pop("picture-refused", None)


def _replace(changed: Draft) -> None:
    before = draft()
    if changed.prompt == before.prompt:
        # The fields are left alone: a person types while the picture is being prepared.
        change_draft(changed)
    else:
        fill_form(changed)
    if before.picture is not None:
        desk().drop_picture(before.picture)
    st.rerun()
