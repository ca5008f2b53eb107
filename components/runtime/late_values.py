"""What a browser says of a field that was replaced is understood: only what it changed is a change.

Streamlit (1.67.0) forgets what a widget held at the end of the first run that does not draw it. A click that was on its
way then brings all that the old fields held, and each of them counts as changed.
"""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx


def expect(key: str) -> None:
    """Remember what the widget of this key holds, though this run does not draw it."""
    context = get_script_run_ctx()
    if context is None:
        return
    widget = context.session_state._state._key_id_mapper.get_id_from_key(key)
    if widget is not None:
        context.shared.widget_ids_this_run.check_and_add(widget)
