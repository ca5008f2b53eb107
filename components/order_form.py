"""The words and settings on the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from components.language import _, seconds
from components.session import change_draft, draft
from studio.drafts import Draft
from studio.orders import AUDIO_LINK_MAX, MODEL


def show() -> None:
    """Draw the form's fields and keep what they hold."""
    now = draft()
    filled = replace(
        now,
        prompt=_field("prompt", now.prompt, _prompt),
        duration_s=_field("length", now.duration_s, _length),
        resolution=_field("quality", now.resolution, _quality),
        with_sound=_field("sound", now.with_sound, _sound),
        several_shots=_field("shots", now.several_shots, _shots),
    )
    change_draft(_more(filled))


def _field(name: str, value: Any, widget: Callable[[str], Any]) -> Any:
    """One field, showing `value` when it is first drawn, and what the person makes of it."""
    key = f"form-{name}"
    st.session_state.setdefault(key, value)
    return widget(key)


def _prompt(key: str) -> str:
    return (
        st.text_area(
            _("Prompt"),
            key=key,
            height=130,
            max_chars=MODEL.prompt_max,
            placeholder=_(
                "What should happen? For example: She turns her head and smiles while the camera moves closer."
            ),
        )
        or ""
    )


def _length(key: str) -> int:
    return st.radio(_("Length"), MODEL.durations_s, key=key, format_func=seconds, horizontal=True)


def _quality(key: str) -> str:
    return st.radio(_("Quality"), MODEL.resolutions, key=key, horizontal=True)


def _sound(key: str) -> bool:
    return st.toggle(_("With sound"), key=key)


def _shots(key: str) -> bool:
    several = st.toggle(
        _("Several shots"), key=key, help=_("A cut between two or more views instead of one long take.")
    )
    if several:
        st.caption(_("With several shots your description is always improved first; the service needs that."))
    return several


def _more(form: Draft) -> Draft:
    with st.expander(_("More"), key="more"):
        if form.several_shots:
            st.session_state["form-improve"] = True
        return replace(
            form,
            improve_prompt=_field(
                "improve",
                form.improve_prompt,
                lambda key: st.toggle(
                    _("Improve my description"),
                    key=key,
                    disabled=form.several_shots,
                    help=_("The service adds detail to short descriptions before it starts."),
                ),
            ),
            negative_prompt=_field(
                "avoid",
                form.negative_prompt,
                lambda key: (
                    st.text_area(
                        _("What to avoid"),
                        key=key,
                        height=80,
                        max_chars=MODEL.negative_prompt_max,
                        placeholder=_("For example: text, blur, extra fingers"),
                    )
                    or ""
                ),
            ),
            seed=_field(
                "seed",
                form.seed,
                lambda key: st.number_input(
                    _("Seed"),
                    key=key,
                    value=None,
                    min_value=0,
                    max_value=MODEL.seed_max,
                    step=1,
                    placeholder=_("Random"),
                    help=_("The same number with the same picture and words gives a similar video."),
                ),
            ),
            audio_url=_field(
                "audio",
                form.audio_url,
                lambda key: (
                    st.text_input(
                        _("Link to an audio file"),
                        key=key,
                        max_chars=AUDIO_LINK_MAX,
                        placeholder="https://…/music.mp3",
                        help=_("wav or mp3, 3 to 30 seconds."),
                    )
                    or ""
                ),
            ),
        )
