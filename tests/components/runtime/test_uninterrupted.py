"""Streamlit ends a run at its next touch of the session; not in the middle of what a click means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

from components.runtime import uninterrupted
from tests.app_process import ROOT


class Callbacks(SessionState):
    """A session whose callbacks are this one."""

    def __init__(self, callback: Callable[[], None]) -> None:
        super().__init__()
        self._callback = callback

    def on_script_will_rerun(self, *_arguments: Any, **_options: Any) -> None:
        self._callback()


class Tab:
    """A tab in which another run is wanted from the middle of a callback on."""

    def __init__(self) -> None:
        self.is_wanted = False
        self.done: list[str] = []
        self.state = SafeSessionState(Callbacks(self._clicked), self._yield)

    def _yield(self) -> None:
        if self.is_wanted:
            raise StopException

    def _clicked(self) -> None:
        self.done.append("begun")
        self.is_wanted = True
        self.state["form"] = "changed"
        self.done.append("ended")


def test_a_callback_runs_to_its_end_and_the_page_after_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", uninterrupted._apply)
    as_shipped = Tab()
    with pytest.raises(StopException):
        as_shipped.state.on_script_will_rerun(None)
    assert as_shipped.done == ["begun"], "or the guard may go"

    uninterrupted.guard()
    tab = Tab()
    tab.state.on_script_will_rerun(None)
    assert tab.done == ["begun", "ended"]
    with pytest.raises(StopException):
        tab.state["anything"]


def test_runs_of_a_tab_come_one_after_the_other() -> None:
    """As shipped a second one begins beside the first, and what the first one did never comes onto the page."""
    assert st.get_option("runner.fastReruns"), "or the setting may go"
    assert "\nfastReruns = false\n" in (ROOT / ".streamlit" / "config.toml").read_text()
