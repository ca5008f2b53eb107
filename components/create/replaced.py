"""What stood on the form before something else was put in its place: one click brings it back."""

from __future__ import annotations

import streamlit as st

from components.callbacks import told
from components.create import form_fields, framing_input
from components.current_form import change_draft, new_fields
from components.language import _
from components.session import visitor_service
from studio.orders.presets import PresetSettings, settings_of

_REPLACED = "ideas-replaced"
"""Key in session_state: the words, or the words and settings, in whose place others were put."""


def keep_words(words: str) -> None:
    """These words are about to be replaced by others."""
    if words.strip():
        st.session_state[_REPLACED] = words


def put(settings: PresetSettings) -> None:
    """Put words and settings on the form, and keep what stood there; from a callback, before its fields are drawn."""
    st.session_state[_REPLACED] = settings_of(form_fields.filled())
    _put(settings)


def show() -> None:
    """Draw the button, where there is something to bring back."""
    if st.session_state.get(_REPLACED) is not None:
        st.button(_("Bring back what stood here"), icon=":material/undo:", key="ideas-back", on_click=_back)


@told
def _back() -> None:
    before = st.session_state.pop(_REPLACED, None)
    if isinstance(before, str):
        form_fields.write_prompt(before)
    elif before is not None:
        _put(before)
        if not before.prompt:
            # Settings without words leave those that stand; here none stood.
            form_fields.write_prompt("")


def _put(settings: PresetSettings) -> None:
    offered = [model.id for model in visitor_service().models]
    form = settings.on(form_fields.filled(), offered)
    change_draft(framing_input.framed(form))
    new_fields()
