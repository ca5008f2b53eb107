"""A click that came in just before its page was closed or loaded anew counts all the same.

Streamlit (1.67.0) ends a session's run as its line is cut, and with it the next one that was asked for meanwhile, whose
callbacks have not run yet: the click had come in, and was dropped (seen: a heart pressed and the page loaded anew at
once, on a busy server). It may go when Streamlit runs them: tests/components/runtime/test_pending_clicks.py.
"""

from __future__ import annotations

from typing import Any

from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests, ScriptRequestType

_stop = ScriptRequests.request_stop
_ready = ScriptRequests.on_scriptrunner_ready
_yield = ScriptRequests.on_scriptrunner_yield
_rerun = ScriptRequests._request_rerun_locked
_ENDS_AFTER = "_ends_after_the_next_run"


def guard() -> None:
    """From now on a run that was asked for begins before its session ends: it ends once its callbacks have run. May be
    called again."""
    ScriptRequests.request_stop = _stop_after_the_next  # type: ignore[method-assign]
    ScriptRequests.on_scriptrunner_ready = _ready_for_the_last  # type: ignore[method-assign]
    ScriptRequests.on_scriptrunner_yield = _yield_to_the_last  # type: ignore[method-assign]
    ScriptRequests._request_rerun_locked = _rerun_after_all  # type: ignore[method-assign]


def _stop_after_the_next(self: ScriptRequests) -> None:
    with self._lock:
        is_wanted = self._state is ScriptRequestType.RERUN
        setattr(self, _ENDS_AFTER, is_wanted)
    if not is_wanted:
        _stop(self)


def _ready_for_the_last(self: ScriptRequests) -> ScriptRequest:
    request = _ready(self)
    _end_if_it_is_the_last(self, request)
    return request


def _yield_to_the_last(self: ScriptRequests) -> ScriptRequest | None:
    request = _yield(self)
    _end_if_it_is_the_last(self, request)
    return request


def _rerun_after_all(self: ScriptRequests, new_data: Any) -> bool:
    """The page is back."""
    setattr(self, _ENDS_AFTER, False)
    return _rerun(self, new_data)


def _end_if_it_is_the_last(requests: ScriptRequests, request: ScriptRequest | None) -> None:
    # Callbacks are run whole (uninterrupted.py); at its first touch of the page after them this run hears that it ends.
    if request is not None and request.type is ScriptRequestType.RERUN and getattr(requests, _ENDS_AFTER, False):
        setattr(requests, _ENDS_AFTER, False)
        _stop(requests)
