"""What a tab remembers between its reruns for all of its pages. It is one entry of its session_state.

Streamlit (1.67.0) looks through every entry of session_state for each radio and each text field that it draws, and
takes some microseconds to find one: a rerun of Create asks for what is remembered here a hundred times. What a single
component remembers for itself stays an entry of its own, beside it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SafeSessionState

from languages.readers import Reader
from languages.spoken import Language
from studio.jobs.stage import Choice
from studio.orders.drafts import Draft
from studio.pictures.queue import Preparation

TAB = "tab"
"""Key in session_state."""
NOTES_KEPT = 5


@dataclass(frozen=True, slots=True)
class Note:
    """A short note of what came of a click."""

    words: str
    id: str = field(default_factory=lambda: uuid4().hex)


@dataclass(slots=True)
class Tab:
    """One tab of one visitor."""

    visitor: str | None = None
    """Who this tab is, where its browser keeps no cookies."""
    rights: str | None = None
    """By which token it was let in, where its browser keeps no cookies."""

    language: Language | None = None
    """The one that was chosen here."""
    reader: Reader | None = None
    """Whom its pages speak to, once that has been looked up."""

    draft: Draft | None = None
    """The form, once it has been looked up."""
    turns: Counter[str] = field(default_factory=Counter)
    """How often each field of the form was drawn anew; under "" the whole form."""
    form_number: int = 0
    preparing: Preparation | None = None
    """The picture that it waits for."""
    lining_up: list[Preparation] = field(default_factory=list)
    """The further pictures that it waits for."""

    following: dict[str, bool] = field(default_factory=dict)
    """The jobs that it knows of, by id; True for one that had ended before it did."""
    chosen_job: Choice | None = None

    notes: deque[Note] = field(default_factory=lambda: deque(maxlen=NOTES_KEPT))
    """The last ones; which of them were told is known to the browser."""
    complaint: tuple[str, str] | None = None
    going_to: tuple[str, dict[str, str]] | None = None
    """The page to show next, and what its address has."""
    beside: list[Callable[[], None]] = field(default_factory=list)
    """The fragments that begin at the end of this run."""


_tabs: WeakKeyDictionary[SafeSessionState, Tab] = WeakKeyDictionary()
"""By what a run holds of its session, so that reading costs nothing."""


def remembered() -> Tab:
    """What this tab remembers, to read: none of its lists either is changed by who has it from here."""
    run = get_script_run_ctx()
    known = None if run is None else _tabs.get(run.session_state)
    return changing() if known is None else known


def changing() -> Tab:
    """The same, to change: a run that another one has taken the place of ends here, before it has changed anything."""
    tab: Tab = st.session_state.setdefault(TAB, Tab())
    if (run := get_script_run_ctx()) is not None:
        _tabs[run.session_state] = tab
    return tab
