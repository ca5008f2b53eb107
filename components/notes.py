"""Short notes over the page: what came of a click, for as long as it takes to read them.

Streamlit's own (st.toast, 1.67.0) is lost where the next run begins before its message has left the server, and is a
dialog to a screen reader.
"""

from __future__ import annotations

from dataclasses import asdict

from components import front_end
from components.language import _
from components.next_run import notes

_NOTES = front_end.of(__file__)


def show() -> None:
    """The notes of this tab, drawn by every run: the browser tells of each once."""
    _NOTES(data={"notes": [asdict(note) for note in notes()], "close": _("Close")})
