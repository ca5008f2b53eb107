"""A widget's value that no page of ours could have sent counts as not sent: the session goes on with the default.

Streamlit (1.67.0) takes from the socket whatever somebody sends, and reads it when the script runs: a NaN for a whole
number, a list for a text, JSON that is none. The run breaks there, and so does every later one, because the value stays
in the session. https://github.com/streamlit/streamlit/pull/15799 fixed it for decimal numbers alone. There is no
setting and no hook, so the one method that all values pass is replaced. It may go when that method can no longer break:
tests/attacks/test_floods.py sends each kind of value to each kind of widget.
"""

from __future__ import annotations

from typing import Any

from streamlit.runtime.state.session_state import Serialized, Value, WStates

_NUMBERS = {"double_value", "int_value"}
"""One widget's: a number input is said to have a double, and the browser sends an int where it shows whole numbers."""

_read = WStates.__getitem__


def guard() -> None:
    """From now on no session of this process can be broken by a widget's value. May be called again."""
    WStates.__getitem__ = _read_or_default  # type: ignore[method-assign]


def _read_or_default(states: WStates, widget_id: str) -> Any:
    sent, metadata = states.states.get(widget_id), states.widget_metadata.get(widget_id)
    if not isinstance(sent, Serialized) or metadata is None:
        return _read(states, widget_id)
    if _may_be(sent.value.WhichOneof("value"), metadata.value_type):
        try:
            return _read(states, widget_id)
        except Exception:  # noqa: BLE001  whatever a deserializer makes of bytes from the network; the default follows
            states.widget_metadata[widget_id] = metadata
    states.states[widget_id] = Value(metadata.deserializer(None))
    return _read(states, widget_id)


def _may_be(sent: str | None, expected: str) -> bool:
    """True where a widget that is said to have one field of value may come with the other; None is a cleared one."""
    return sent is None or sent == expected or {sent, expected} == _NUMBERS
