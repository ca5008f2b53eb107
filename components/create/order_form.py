"""The words and settings on the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from components.callbacks import told
from components.language import _, seconds
from components.session import change_draft, draft
from studio.orders.drafts import Draft
from studio.orders.order import AUDIO_LINK_MAX, MODEL

FIELDS = {
    "prompt": "prompt",
    "length": "duration_s",
    "quality": "resolution",
    "sound": "with_sound",
    "shots": "several_shots",
    "improve": "improve_prompt",
    "avoid": "negative_prompt",
    "seed": "seed",
    "audio": "audio_url",
}
"""The fields by name, and what of the draft each is about."""


def show() -> None:
    """Draw the form's fields; each keeps what it holds as soon as that reaches the server."""
    _field("prompt", _prompt)
    _field(
        "length",
        lambda **field: st.radio(_("Length"), MODEL.durations_s, format_func=seconds, horizontal=True, **field),
    )
    _field("quality", lambda **field: st.radio(_("Quality"), MODEL.resolutions, horizontal=True, **field))
    _field("sound", lambda **field: st.toggle(_("With sound"), **field))
    _field("shots", _shots)
    if draft().several_shots:
        st.caption(_("With several shots your description is always improved first; the service needs that."))
    with st.expander(_("More"), key="more"):
        _more()


def filled() -> Draft:
    """The form with what its fields hold now, drawn or not."""
    held = {
        attribute: st.session_state[_key(name)] for name, attribute in FIELDS.items() if _key(name) in st.session_state
    }
    for words in ("prompt", "negative_prompt", "audio_url"):
        if words in held:
            held[words] = held[words] or ""
    now = replace(draft(), **held)
    return replace(now, improve_prompt=now.improve_prompt or now.several_shots)


def write_prompt(words: str) -> None:
    """Put these words into the prompt; from a callback, before the field is drawn."""
    st.session_state[_key("prompt")] = words
    change_draft(filled())


@told
def _keep() -> None:
    change_draft(filled())


def _key(name: str) -> str:
    return f"form-{name}"


def _field(name: str, widget: Callable[..., Any]) -> None:
    """One field, showing what the draft says when it is first drawn."""
    if _key(name) not in st.session_state:
        st.session_state[_key(name)] = getattr(draft(), FIELDS[name])
    widget(key=_key(name), on_change=_keep)


def _prompt(**field: Any) -> None:
    st.text_area(
        _("Prompt"),
        height=130,
        max_chars=MODEL.prompt_max,
        placeholder=_("What should happen? For example: She turns her head and smiles while the camera moves closer."),
        **field,
    )


def _shots(**field: Any) -> None:
    st.toggle(_("Several shots"), help=_("A cut between two or more views instead of one long take."), **field)


def _more() -> None:
    several = draft().several_shots
    if several:
        st.session_state[_key("improve")] = True
    _field(
        "improve",
        lambda **field: st.toggle(
            _("Improve my description"),
            disabled=several,
            help=_("The service adds detail to short descriptions before it starts."),
            **field,
        ),
    )
    _field(
        "avoid",
        lambda **field: st.text_area(
            _("What to avoid"),
            height=80,
            max_chars=MODEL.negative_prompt_max,
            placeholder=_("For example: text, blur, extra fingers"),
            **field,
        ),
    )
    _field(
        "seed",
        lambda **field: st.number_input(
            _("Seed"),
            value=None,
            min_value=0,
            max_value=MODEL.seed_max,
            step=1,
            placeholder=_("Random"),
            help=_("The same number with the same picture and words gives a similar video."),
            **field,
        ),
    )
    _field(
        "audio",
        lambda **field: st.text_input(
            _("Link to an audio file"),
            max_chars=AUDIO_LINK_MAX,
            placeholder="https://…/music.mp3",
            help=_("wav or mp3, 3 to 30 seconds."),
            **field,
        ),
    )
