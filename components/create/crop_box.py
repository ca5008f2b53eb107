"""The picture on the form with a frame on it, which chooses the part that is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from components import front_end
from components.language import _
from studio import urls
from studio.orders.drafts import Draft, DraftPicture
from studio.orders.framing import MIDDLE, ZOOM_MAX, Box, Crop, Framing, Shape, Size, crop_box
from studio.resources import text

KEY = "crop-box"

GEOMETRY = text(__file__, "crop_geometry.js")
"""Where the frame goes when it is dragged; numbers alone, without a page."""
_BOX = front_end.of(__file__, above=GEOMETRY)


def show(picture: DraftPicture, framing: Framing, cropped: Callable[[], None], *, small: bool) -> None:
    """Draw the picture and the frame; calls `cropped` when a person has chosen another part, before the page is drawn
    again. Which it is, `chosen` says."""
    size = picture.width, picture.height
    crop = framing.crop
    data = {
        "picture": urls.picture(picture.key),
        "shape": str(framing.shape),
        "aspect": picture.width / picture.height,
        "is_small": small,
        "crop": {"x": crop.x, "y": crop.y, "zoom": crop.zoom},
        # To the pixel what is sent: the browser's own sum leaves out that pixels are whole.
        "frame": _in_parts(crop_box(size, framing), size),
        "largest": _in_parts(crop_box(size, framing.with_crop(MIDDLE)), size),
        "zoom_max": ZOOM_MAX,
        "words": {
            "frame": _("The part of your picture that is sent"),
            "across": _("Left to right"),
            "down": _("Top to bottom"),
            "size": _("Size of the part"),
            # Filled in by the browser.
            "where": _("{across}% to the right, {down}% down, {size}% of the largest"),
            "how": _("Drag the frame or a corner. Arrows move it, + and - resize it."),
        },
    }
    _BOX(key=KEY, data=data, on_cropped_change=cropped)


def chosen(form: Draft) -> Draft:
    """The form with the part that was chosen with this rerun, if any was, and on the picture that it has."""
    told = (st.session_state.get(KEY) or {}).get("cropped")
    if form.picture is None or not isinstance(told, dict) or told.get("picture") != urls.picture(form.picture.key):
        return form
    try:
        shape = Shape(str(told.get("shape")))
        crop = Crop(**{name: float(told[name]) for name in ("x", "y", "zoom")})
    except (KeyError, TypeError, ValueError):
        return form  # only a forged one is no part of a picture
    return replace(form, framing=form.framing.with_crop(crop, shape))


def _in_parts(box: Box, size: Size) -> dict[str, float]:
    """As parts of the picture's width and height."""
    width, height = box.size
    return {
        "left": box.left / size[0],
        "top": box.top / size[1],
        "width": width / size[0],
        "height": height / size[1],
    }
