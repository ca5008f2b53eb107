"""What was clicked before a page is closed is done; what nobody clicked is not."""

from __future__ import annotations

import pytest
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests, ScriptRequestType

from components.runtime import pending_clicks

RUN, END = ScriptRequestType.RERUN, ScriptRequestType.STOP


@pytest.fixture
def requests() -> ScriptRequests:
    pending_clicks.guard()
    return ScriptRequests()


def test_as_shipped_a_click_is_dropped_with_its_page_or_the_guard_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, method in (
        ("request_stop", pending_clicks._stop),
        ("on_scriptrunner_ready", pending_clicks._ready),
        ("on_scriptrunner_yield", pending_clicks._yield),
        ("_request_rerun_locked", pending_clicks._rerun),
    ):
        monkeypatch.setattr(ScriptRequests, name, method)
    as_shipped = ScriptRequests()
    as_shipped.request_rerun(RerunData())
    as_shipped.request_stop()
    assert as_shipped.on_scriptrunner_ready().type is END


def test_a_run_that_was_asked_for_begins_and_ends_at_its_first_touch(requests: ScriptRequests) -> None:
    requests.request_rerun(RerunData())
    requests.request_stop()
    assert requests.on_scriptrunner_ready().type is RUN
    ended = requests.on_scriptrunner_yield()
    assert ended is not None
    assert ended.type is END
    assert requests.on_scriptrunner_ready().type is END
    assert not requests.request_rerun(RerunData()), "another runner has to take that up"


def test_one_that_is_heard_of_in_the_middle_of_a_run_does_so_too(requests: ScriptRequests) -> None:
    requests.request_rerun(RerunData())
    assert requests.on_scriptrunner_ready().type is RUN
    requests.request_rerun(RerunData())
    requests.request_stop()
    taken_up = requests.on_scriptrunner_yield()
    assert taken_up is not None
    assert taken_up.type is RUN
    ended = requests.on_scriptrunner_yield()
    assert ended is not None
    assert ended.type is END


def test_where_nothing_was_asked_for_a_session_ends_at_once(requests: ScriptRequests) -> None:
    requests.request_stop()
    ended = requests.on_scriptrunner_yield()
    assert ended is not None
    assert ended.type is END


def test_a_page_that_is_back_in_time_is_drawn_whole(requests: ScriptRequests) -> None:
    requests.request_rerun(RerunData())
    requests.request_stop()
    assert requests.request_rerun(RerunData())
    assert requests.on_scriptrunner_ready().type is RUN
    assert requests.on_scriptrunner_yield() is None
