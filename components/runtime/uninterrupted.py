"""What a click means, and what is moved from one place to another, happens whole.

Streamlit (1.67.0) ends a run as soon as another one is wanted, at its next touch of the page *or of st.session_state*,
and takes the exception that does so, within a callback, for an st.rerun() of the callback's own: the rest of it is
dropped, and the click or the word with it (seen: a sample tapped and a radio clicked at once; a seed typed and the
prompt after it). There is no setting for it. The wish for another run is not lost by waiting: it is heard of at the
next touch. It may go when Streamlit runs callbacks whole: tests/components/runtime/test_uninterrupted.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.safe_session_state import SafeSessionState

_apply = SafeSessionState.on_script_will_rerun


def guard() -> None:
    """From now on every callback of this process runs to its end. May be called again."""
    SafeSessionState.on_script_will_rerun = _apply_whole  # type: ignore[assignment,method-assign]


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Inside, in a page, touching st.session_state ends no run. Nothing may be drawn there."""
    context = get_script_run_ctx()
    if context is None:
        yield
        return
    with _whole(context.session_state):
        yield


def _apply_whole(state: SafeSessionState, *arguments: Any, **options: Any) -> None:
    with _whole(state):
        _apply(state, *arguments, **options)


@contextmanager
def _whole(state: SafeSessionState) -> Iterator[None]:
    # The class keeps what is set on it in the session instead.
    before = state._yield_callback
    object.__setattr__(state, "_yield_callback", lambda: None)
    try:
        yield
    finally:
        object.__setattr__(state, "_yield_callback", before)
