"""Length, quality and sound in one line: on a phone it stands for the settings until it is tapped, and opens them."""

from __future__ import annotations

from components import front_end
from components.language import _, seconds
from components.messages.outlook import quality
from studio.orders.drafts import Draft
from studio.orders.order import model_of

SETTINGS = "order-settings"
"""Key of the container that the line opens."""

_LINE = front_end.of(__file__, is_for_the_page=True)


def show(form: Draft, *, is_open: bool) -> None:
    """Draw the line. Where there is room for the settings themselves, it is not to be seen.

    `is_open`: whether they are opened at first; what a person has opened or closed since stays so.
    """
    _LINE(data={"words": in_short(form), "is_open": is_open})


def in_short(form: Draft) -> str:
    """The settings of a form: "5 sec · Good (720p) · with sound"."""
    return _("{length} · {quality} · {sound}").format(
        length=seconds(form.duration_s), quality=quality(form.resolution), sound=_sound(form)
    )


def _sound(form: Draft) -> str:
    model = model_of(form)
    if model.has_audio_link and (form.sound is not None or form.audio_url):
        return _("your own sound")
    return _("with sound") if model.is_heard(form.with_sound) else _("no sound")
