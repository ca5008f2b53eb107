"""The shape that the video gets, chosen below the picture; and what of the picture is in it, chosen on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from components.callbacks import told
from components.create import crop_box, form_fields
from components.current_form import change_draft, draft, turn_of
from components.language import N_, _
from components.messages import given_notices
from components.next_run import complain
from components.session import keeps_cookies, visitor, visitor_service
from studio.orders.drafts import Draft
from studio.orders.framing import AS_IT_IS, Fit, Framing, Shape
from studio.pictures.prepare import PictureRefused
from studio.storage.media import MediaMissing

FIELD = "framing"

FITS = {
    Fit.CROP: N_("Fill the frame"),
    Fit.WHOLE_BLURRED: N_("Whole picture, blurred border"),
    Fit.WHOLE_PLAIN: N_("Whole picture, plain border"),
}

Value = TypeVar("Value")


def show() -> None:
    """Draw the choices for the picture on the form."""
    if draft().picture is None:
        return
    framing = draft().framing
    shapes, fits = list(Shape), list(FITS)
    _field("shape", Framing.with_shape, Shape)(
        lambda **field: st.radio(
            _("Shape"), shapes, shapes.index(framing.shape), format_func=_name_of, horizontal=True, **field
        )
    )
    if framing.shape is not Shape.AS_THE_PICTURE:
        _field("fit", Framing.with_fit, Fit)(
            lambda **field: st.selectbox(
                _("Fit"), fits, fits.index(framing.fit), format_func=lambda fit: _(FITS[fit]), **field
            )
        )


def is_cropped() -> bool:
    """True where a part of the picture on the form is sent, which one is to be chosen."""
    framing = draft().framing
    return draft().picture is not None and framing.shape is not Shape.AS_THE_PICTURE and framing.fit is Fit.CROP


def show_box(*, small: bool) -> None:
    """Draw the picture with a frame around the part that is sent; only where it `is_cropped`."""
    picture = draft().picture
    if picture is not None:
        crop_box.show(picture, draft().framing, told(settle), small=small)


def settle() -> None:
    """Take in the part that was chosen last, from a callback: others may run before the one that is about it."""
    form = form_fields.filled()
    changed = crop_box.chosen(form)
    if changed != form:
        change_draft(framed(changed))


def _field(
    name: str, changed: Callable[[Framing, Value], Framing], kind: Callable[[Any], Value]
) -> Callable[[Callable[..., object]], object]:
    """A choice that takes effect as soon as it reaches the server."""
    key = f"form-{name}-{turn_of(FIELD)}"
    return lambda draw: draw(key=key, on_change=_reframe, args=(key, changed, kind))


@told
def _reframe(key: str, changed: Callable[[Framing, Value], Framing], kind: Callable[[Any], Value]) -> None:
    form = form_fields.filled()
    try:
        framing = changed(form.framing, kind(st.session_state[key]))
    except (TypeError, ValueError):
        return  # only a forged value is no choice
    change_draft(framed(replace(form, framing=framing)))


def framed(form: Draft) -> Draft:
    """The form with the picture made that it sends; without a picture where that is gone."""
    forms = visitor_service().forms
    try:
        return forms.framed_pictures.frame(visitor(), form) if keeps_cookies() else forms.framed_pictures.framed(form)
    except PictureRefused as refused:
        complain(given_notices.refusal(refused), ":material/broken_image:")
        return replace(form, framing=AS_IT_IS)
    except MediaMissing:
        return form.with_picture(None)


def _name_of(shape: Shape) -> str:
    return _("As the picture") if shape is Shape.AS_THE_PICTURE else str(shape)
