"""Several pictures in line, one order: each becomes a video of its own, from the same words."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import streamlit as st

from components import front_end
from components.callbacks import told
from components.create import framing_input, given_files, picture_input
from components.create.picture_input import LOOK_EVERY_S, MAX_MB, PICTURES
from components.current_form import change_draft, draft, form_number, lining_up, preparing
from components.language import _, ngettext, number
from components.messages import given_notices
from components.next_run import complain
from components.runtime import upload_store
from components.runtime.uninterrupted import uninterrupted
from components.session import visitor, visitor_service
from studio import urls
from studio.forms.given_pictures import TooManyPictures
from studio.orders.drafts import Draft, DraftPicture
from studio.orders.lining_up import PICTURES_MAX, added, in_line, moved, on_stage, removed, with_stage
from studio.pictures.prepare import MAX_UPLOAD_BYTES, PictureRefused
from studio.pictures.queue import TooManyWaiting

KEY = "picture-line"
AT_ONCE = 3
"""Pictures of a line that are prepared or wait for it: the browser keeps the others until there is room."""
_REFUSED, _TURN, _UNDER_WAY = "line-refused", "line-turn", "line-under-way"
"""Keys in session_state: why some pictures were not taken, how many fields there were before, and whether some of what
was given together was still to come when the page was drawn last."""

_LINE = front_end.of(__file__)


def settle() -> None:
    """Put on the form what has been prepared since, or note why it could not be."""
    for ready in [one for one in lining_up() if one.is_done]:
        with uninterrupted():
            lining_up().remove(ready)
            ready.told = True
            if isinstance(ready.outcome, DraftPicture):
                _put(ready.outcome)
            elif ready.outcome is not None:
                _refuse(given_notices.not_prepared(ready.outcome))
    if draft().picture is None and preparing() is None and in_line(draft()):
        # The first of them came to nothing, or was taken off while others were on their way.
        _keep(with_stage(draft()))


def is_settled(patience_s: float) -> bool:
    """True once all that was given is on the form; waits so long for it."""
    end = time.monotonic() + patience_s
    for one in lining_up():
        one.wait(max(0.0, end - time.monotonic()))
    settle()
    return not lining_up() and not given_files.coming()


def room() -> int:
    """How many more pictures there may be in line."""
    return PICTURES_MAX - len(in_line(draft())) - len(lining_up())


def show() -> None:
    """Draw the line, where there are several, and what takes more of them in."""
    line = in_line(draft())
    # With none yet, the first is not one of the further ones.
    given_files.take(
        room() - (not line),
        MAX_UPLOAD_BYTES,
        form=form_number(),
        left_out=_left_out,
        too_large=_too_large,
        first_too_large=picture_input.refuse_too_large,
    )
    # There whether it is needed or not: a look that is late meets the place that it was begun in. Where that is gone,
    # the browser (Streamlit 1.67.0) breaks off with all that it draws.
    with st.container():
        if lining_up():
            st.fragment(_look, run_every=LOOK_EVERY_S)()
    st.session_state[_UNDER_WAY] = bool(lining_up() or given_files.coming())
    if line or preparing() or lining_up() or _refused():
        _line_and_more(len(line))


def _line_and_more(count: int) -> None:
    # Places of their own, full or empty: what moved would be drawn anew (Streamlit 1.67.0), and what is just being
    # uploaded be lost.
    tiles, news, more, refused = st.container(), st.empty(), st.container(), st.container()
    if count > 1:
        with tiles:
            _tiles()
    coming = len(lining_up()) + given_files.coming()
    if coming:
        said = ngettext("Adding {count} more picture …", "Adding {count} more pictures …", coming)
        news.info(said.format(count=number(coming)), icon="spinner")
    if room() > 0:
        with more:
            _more()
    with refused:
        for why_not in _refused():
            st.error(why_not, icon=":material/broken_image:")


def _tiles() -> None:
    _LINE(
        key=KEY,
        data=_data(),
        on_shown_change=lambda: _show_large(_told("shown")),
        on_removed_change=lambda: _remove(_told("removed")),
        on_moved_change=lambda: _move(_told("moved")),
    )


def _data() -> Mapping[str, object]:
    stage = draft().picture
    return {
        "label": _("Your pictures, in the order in which they are sent"),
        "earlier": _("Move to the left"),
        "later": _("Move to the right"),
        "remove": _("Remove"),
        # Filled in by the browser, which counts anew as soon as one is moved.
        "name": _("Picture {number} of {count}"),
        "pictures": [
            {
                "id": _id(one.picture),
                "address": urls.small_picture(one.picture.key),
                "is_shown": one.picture == stage,
            }
            for one in in_line(draft())
        ],
    }


def _more() -> None:
    """One button, for as many pictures as one likes. Not while some wait: then the browser keeps the next ones."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(_("More pictures? Each becomes a video of its own, from the same words."))
        with st.container(key="picture-add", width="content"):
            key = f"line-file-{st.session_state.setdefault(_TURN, 0)}"
            st.file_uploader(
                _("Add pictures"),
                type=PICTURES,
                key=key,
                max_upload_size=MAX_MB,
                on_change=_take,
                args=(key,),
                label_visibility="collapsed",
                disabled=len(lining_up()) >= AT_ONCE,
            )


def _look() -> None:
    if any(one.is_done for one in lining_up()):
        st.rerun()


def _refused() -> list[str]:
    refused: list[str] = st.session_state.setdefault(_REFUSED, [])
    return refused


def _refuse(why_not: str) -> None:
    if why_not not in _refused():
        _refused().append(why_not)


@told
def _take(key: str) -> None:
    """Hand an upload over to be prepared; the next one may come."""
    upload = upload_store.taken_out(key)
    if upload is None:
        return
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    if not st.session_state.get(_UNDER_WAY):
        _refused().clear()
    try:
        lining_up().append(visitor_service().forms.pictures.take_further(visitor(), upload.data))
    except (PictureRefused, TooManyPictures, TooManyWaiting) as refused:
        _refuse(given_notices.not_prepared(refused))


def _too_large(_count: int) -> None:
    complain(picture_input.too_large(), ":material/broken_image:")


def _left_out(count: int) -> None:
    """Say that so many pictures were not taken, because there are as many as there may be."""
    said = ngettext(
        "{count} picture was left out: {most} is the most for one order.",
        "{count} pictures were left out: {most} are the most for one order.",
        count,
    )
    complain(said.format(count=number(count), most=number(PICTURES_MAX)), ":material/photo_library:")


def _told(name: str) -> object:
    return st.session_state[KEY][name]


@told
def _show_large(picture: object) -> None:
    _change(picture, on_stage)


@told
def _remove(picture: object) -> None:
    before = next((one.picture for one in in_line(draft()) if _id(one.picture) == picture), None)
    _change(picture, removed)
    if before is not None:
        visitor_service().forms.picture_files.drop(before)


@told
def _move(move: object) -> None:
    match move:
        case {"picture": str(picture), "to": int(to)}:
            _change(picture, lambda form, key: moved(form, key, to))


def _change(picture: object, change: Callable[[Draft, str], Draft]) -> None:
    """What becomes of the form, where that picture is still in line; its frame is made where it is new on the stage."""
    for one in in_line(draft()):
        if _id(one.picture) == picture:
            _keep(change(draft(), one.picture.key))
            return


def _put(picture: DraftPicture) -> None:
    if room() > 0:
        _keep(added(draft(), picture))
    else:
        _left_out(1)
        visitor_service().forms.picture_files.drop(picture)


def _keep(form: Draft) -> None:
    # First as it is: what is framed is the picture that is kept on the stage.
    change_draft(form)
    change_draft(framing_input.framed(draft()))


def _id(picture: DraftPicture) -> str:
    """What the browser calls it; never where it is kept."""
    return PurePosixPath(picture.key).stem
