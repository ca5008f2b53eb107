"""The shape that the video gets, and what of the picture is in it: chosen below the picture, shown in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from components.callbacks import told
from components.create import order_form
from components.language import N_, _
from components.messages import notices
from components.session import change_draft, complain, draft, keeps_cookies, turn_of, visitor, visitor_service
from studio.orders.drafts import Draft
from studio.orders.framing import AS_IT_IS, ZOOM_MAX, Fit, Framing, Shape
from studio.pictures.prepare import PictureRefused
from studio.storage.media import MediaMissing

FIELD = "framing"
STEP = 0.05

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
        if framing.fit is Fit.CROP:
            _crop(framing)


def _crop(framing: Framing) -> None:
    """Where the frame lies. A slider along the side that is too long, and one that comes nearer."""
    picture, crop = draft().picture, framing.crop
    ratio = framing.shape.ratio
    if picture is None or ratio is None:
        return
    is_too_wide = picture.width * ratio[1] > picture.height * ratio[0]
    if is_too_wide or crop.zoom > 1:
        _part("x", _("Left to right"), crop.x, 0.0, 1.0)
    if not is_too_wide or crop.zoom > 1:
        _part("y", _("Top to bottom"), crop.y, 0.0, 1.0)
    _part("zoom", _("Zoom"), crop.zoom, 1.0, ZOOM_MAX)


def _part(name: str, label: str, value: float, least: float, most: float) -> None:
    def changed(framing: Framing, chosen: float) -> Framing:
        return framing.with_crop(replace(framing.crop, **{name: chosen}))

    _field(f"{name}-{draft().framing.shape}", changed, float)(
        lambda **field: st.slider(label, least, most, float(value), STEP, **field)
    )


def _field(
    name: str, changed: Callable[[Framing, Value], Framing], kind: Callable[[Any], Value]
) -> Callable[[Callable[..., object]], object]:
    """A choice that takes effect as soon as it reaches the server."""
    key = f"form-{name}-{turn_of(FIELD)}"
    return lambda draw: draw(key=key, on_change=_reframe, args=(key, changed, kind))


@told
def _reframe(key: str, changed: Callable[[Framing, Value], Framing], kind: Callable[[Any], Value]) -> None:
    form = order_form.filled()
    try:
        framing = changed(form.framing, kind(st.session_state[key]))
    except (TypeError, ValueError):
        return  # only a forged value is no choice
    change_draft(framed(replace(form, framing=framing)))


def framed(form: Draft) -> Draft:
    """The form with the picture made that it sends; without a picture where that is gone."""
    forms = visitor_service().forms
    try:
        return forms.frame(visitor(), form) if keeps_cookies() else forms.framed(form)
    except PictureRefused as refused:
        complain(notices.refusal(refused), ":material/broken_image:")
        return replace(form, framing=AS_IT_IS)
    except MediaMissing:
        return form.with_picture(None)


def _name_of(shape: Shape) -> str:
    return _("As the picture") if shape is Shape.AS_THE_PICTURE else str(shape)
