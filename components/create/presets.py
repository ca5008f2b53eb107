"""What stands on the form, saved under a name; tapped, it stands there again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from components import front_end
from components.callbacks import told
from components.create import form_fields, replaced
from components.current_form import draft
from components.language import _
from components.messages.sentences import (
    PRESET_DELETED,
    PRESET_GONE,
    PRESET_OF_OTHER_MODEL,
    PRESETS_NOT_SAVED,
    PRESETS_SAVED,
)
from components.session import visitor
from studio.build import get_studio
from studio.orders.presets import NAME_MAX, PresetSettings, settings_of
from studio.presets import AT_MOST, PresetRefused
from studio.queue.kept_presets import Saved

KEY = "presets"
_NAME = "presets-name"
_ANSWER = "presets-answer"
"""Key in session_state: what the last click here came to."""

_CHIPS = front_end.of(__file__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a click came to, in a sentence."""

    sentence: str
    is_refusal: bool = False
    deleted: tuple[str, str] | None = None
    """Name and settings of what was deleted: one click brings it back."""
    about: PresetSettings | None = None
    """What stood on the form when this was true of it."""


def show() -> None:
    """Draw the visitor's presets, and the field that takes a name for a further one."""
    kept = get_studio().presets.of(visitor())
    if kept:
        _chips(kept)
    # As a form: Enter in the field saves, and the name comes with the click, whatever the page is doing.
    with st.form("presets-form", border=False):
        # On a phone one below the other: a name needs the width.
        name, button = st.columns([5, 2], gap="small", vertical_alignment="bottom")
        name.text_input(
            _("Save as a preset"), key=_NAME, max_chars=NAME_MAX, placeholder=_("A name, for example: Slow waves")
        )
        button.form_submit_button(_("Save preset"), icon=":material/bookmark_add:", width="stretch", on_click=_save)
    _answer()


def _chips(kept: Mapping[str, PresetSettings | None]) -> None:
    form = draft()
    data = {
        "label": _("Your presets"),
        "delete": _("Delete the preset “{name}”"),
        "presets": [
            {"name": name, "is_on": settings is not None and settings.is_on(form)} for name, settings in kept.items()
        ],
    }
    _CHIPS(
        key=KEY,
        data=data,
        on_used_change=lambda: _use(str(st.session_state[KEY]["used"])),
        on_deleted_change=lambda: _delete(str(st.session_state[KEY]["deleted"])),
    )


def _answer() -> None:
    answer: _Answer | None = st.session_state.get(_ANSWER)
    if answer is None or answer.about not in (None, settings_of(draft())):
        return
    if answer.is_refusal:
        st.warning(answer.sentence, icon=":material/bookmark:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(answer.sentence, width="content")
        if answer.deleted is not None:
            st.button(
                _("Undo"),
                icon=":material/undo:",
                type="tertiary",
                key="presets-undo",
                on_click=_undo,
                args=answer.deleted,
            )


def _refusal(refused: PresetRefused) -> _Answer:
    return _Answer(PRESETS_NOT_SAVED[refused.why].text().format(at_most=AT_MOST), is_refusal=True)


@told
def _save() -> None:
    try:
        form = form_fields.filled()
        saved = get_studio().presets.save(visitor(), str(st.session_state.get(_NAME) or ""), form)
    except PresetRefused as refused:
        st.session_state[_ANSWER] = _refusal(refused)
        return
    before: _Answer | None = st.session_state.get(_ANSWER)
    stands = settings_of(form)
    if saved is not Saved.UNCHANGED or before is None or before.about != stands:
        # The second of two clicks leaves what was said of the first.
        st.session_state[_ANSWER] = _Answer(_(PRESETS_SAVED[saved]), about=stands)


@told
def _use(name: str) -> None:
    settings = get_studio().presets.find(visitor(), name)
    if settings is None:
        st.session_state[_ANSWER] = _Answer(PRESET_GONE.text(), is_refusal=True)
        return
    st.session_state.pop(_ANSWER, None)
    replaced.put(settings)
    if draft().model != settings.model:
        st.session_state[_ANSWER] = _Answer(_(PRESET_OF_OTHER_MODEL))


@told
def _delete(name: str) -> None:
    deleted = get_studio().presets.delete(visitor(), name)
    if deleted is not None:
        st.session_state[_ANSWER] = _Answer(_(PRESET_DELETED), deleted=(name, deleted))


@told
def _undo(name: str, deleted: str) -> None:
    st.session_state.pop(_ANSWER, None)
    try:
        get_studio().presets.bring_back(visitor(), name, deleted)
    except PresetRefused as refused:
        st.session_state[_ANSWER] = _refusal(refused)
