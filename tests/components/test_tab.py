"""What a tab remembers is the tab's, and a run that another one has taken the place of changes none of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

from components import tab


class Run(SafeSessionState):
    """What a run holds of its session, with the one method more that is asked of st.session_state here."""

    def setdefault(self, key: str, value: object) -> object:
        try:
            return self[key]
        except KeyError:
            self[key] = value
            return value


class Runs:
    """One session, and the runs over it: the last to begin is the one that goes on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.session = SessionState()
        self._last: Run | None = None
        self._patch = patch

    def begin(self) -> Run:
        run = Run(self.session, lambda: self._stop_if_old(run))
        self._last = run
        self.go_on(run)
        return run

    def go_on(self, run: Run) -> None:
        self._patch.setattr(tab, "get_script_run_ctx", lambda: SimpleNamespace(session_state=run))
        self._patch.setattr(tab.st, "session_state", run)

    def _stop_if_old(self, run: Run) -> None:
        if run is not self._last:
            raise StopException


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(monkeypatch)


def test_the_next_run_of_a_tab_remembers_what_the_one_before_changed(runs: Runs) -> None:
    runs.begin()
    tab.changing().form_number = 7
    assert tab.remembered().form_number == 7
    runs.begin()
    assert tab.remembered().form_number == 7
    assert tab.changing() is tab.remembered()


def test_another_tab_remembers_nothing_of_it(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.begin()
    tab.changing().rights = "a token"
    Runs(monkeypatch).begin()
    assert tab.remembered().rights is None


def test_a_run_that_another_has_taken_the_place_of_reads_on_and_changes_nothing(runs: Runs) -> None:
    old = runs.begin()
    tab.changing().form_number = 1
    runs.begin()
    tab.changing().form_number = 2
    runs.go_on(old)
    assert tab.remembered().form_number == 2
    with pytest.raises(StopException):
        tab.changing()


def test_where_streamlit_has_emptied_the_session_the_next_change_begins_anew(runs: Runs) -> None:
    runs.begin()
    tab.changing().form_number = 3
    runs.session.clear()
    tab.changing().notes.append(("Hello", ""))
    assert tab.remembered().form_number == 0
    assert tab.remembered() is tab.changing()
