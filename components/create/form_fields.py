"""Fields of the form, and how what they hold is kept as soon as it reaches the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from components.callbacks import told
from components.create import sound_input
from components.current_form import change_draft, draft, new_fields, turn_of
from components.runtime import late_values
from components.session import visitor_service
from studio.orders.drafts import Draft
from studio.orders.order import WORDS_KEPT_MAX
from studio.orders.variations import COUNT_MAX

FIELDS = {
    "prompt": "prompt",
    "model": "model",
    "length": "duration_s",
    "quality": "resolution",
    "sound": "with_sound",
    "shots": "several_shots",
    "improve": "improve_prompt",
    "avoid": "negative_prompt",
    "seed": "seed",
    "audio": "audio_url",
    "count": "count",
}
"""The fields by name, and what of the draft each is about."""

EARLIER = 5
"""So many forms that were filled in one after another a slow browser may not have drawn yet."""


def filled() -> Draft:
    """The form with what its fields hold now, drawn or not."""
    return _with(
        {
            attribute: st.session_state[_key(name)]
            for name, attribute in FIELDS.items()
            if _key(name) in st.session_state
        }
    )


def _with(held: dict[str, Any]) -> Draft:
    for words in ("prompt", "negative_prompt", "audio_url"):
        if words in held:
            held[words] = (held[words] or "")[:WORDS_KEPT_MAX]
    base, chosen = draft(), held.pop("model", None)
    if held.get("audio_url"):
        # Its field was empty since the file was given: what stands there was written after.
        base = base.with_sound_file(None)
    # Whatever else comes from the network than one of the numbers on offer is no choice.
    if type(held.get("count", 1)) is not int or not 1 <= held.get("count", 1) <= COUNT_MAX:
        del held["count"]
    if chosen != base.model and any(chosen == model.id for model in visitor_service().models):
        # What stood in the other fields was chosen from what the other model has.
        held = {name: value for name, value in held.items() if name not in ("duration_s", "resolution")}
        base = base.with_model(chosen)
    now = replace(base, **held)
    if not now.can_be_drawn:
        return draft()
    return replace(now, improve_prompt=now.improve_prompt or now.several_shots)


def write_prompt(words: str) -> None:
    """Put these words into the prompt; from a callback, before the field is drawn."""
    change_draft(replace(filled(), prompt=words))
    new_fields("prompt")


@told
def _keep(name: str, turn: int) -> None:
    before = draft().model
    had_sound = draft().sound is not None
    if turn == turn_of(name):
        change_draft(filled())
    else:
        # Clicked on the field that stood there before, and before the browser had heard of the new one.
        change_draft(_with({FIELDS[name]: st.session_state[_key(name, turn)]}))
        new_fields(name)
    if had_sound and draft().sound is None:
        sound_input.say_link_took_its_place()
    if draft().model != before:
        for dependent in ("length", "quality"):
            new_fields(dependent)


def _key(name: str, turn: int | None = None) -> str:
    return f"form-{name}-{turn_of(name) if turn is None else turn}"


def field(name: str, widget: Callable[..., Any]) -> None:
    """One field. A browser that has not drawn it yet draws what the draft says, whichever run tells it first.

    Never through st.session_state: Streamlit (1.67.0) tells a browser such a value in one run only, and where another
    click ends that run, the browser draws an empty field and sends its emptiness back as if a person had typed it.
    """
    turn = turn_of(name)
    widget(getattr(draft(), FIELDS[name]), key=_key(name, turn), on_change=_keep, args=(name, turn))
    for before in range(max(0, turn - EARLIER), turn):
        late_values.expect(_key(name, before))
