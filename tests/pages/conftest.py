"""Pages as Streamlit runs them, over a real studio with the real demo; no browser."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from components import session
from components.access import admit
from components.tab import TAB, Tab
from studio.access.visitors import COOKIE
from studio.build import get_studio
from studio.installation import Studio
from studio.jobs.job import Job
from tests.app_process import ROOT, wait_until


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The one studio that the pages find, without its threads: what the worker does, the test calls."""
    with pytest.MonkeyPatch.context() as patch:
        # Away from the checkout, where a developer's .env may lie with a real key in it.
        patch.chdir(tmp_path_factory.mktemp("home"))
        patch.setenv("STUDIO_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("STUDIO_DEMO_PACE", "0")
        patch.setenv("STUDIO_DEMO_DRAFT", "true")
        patch.delenv("AIMLAPI_KEY", raising=False)
        get_studio.cache_clear()
        studio = get_studio()
        assert studio.visitor_service.is_demo
        yield studio
        # Threads that never ran cannot be waited for.
        studio.start()
        studio.stop()
        get_studio.cache_clear()


@pytest.fixture
def visitor() -> str:
    """Somebody who was never here before."""
    return secrets.token_hex(16)


@pytest.fixture
def open_app(studio: Studio, visitor: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    """Opens the app in a new tab of the visitor, on Create, by its entry script."""
    # AppTest has no cookies of its own (1.67).
    monkeypatch.setattr(session, "_cookies", lambda: {COOKIE: studio.access.visitors.cookie(visitor)})
    # Nor is there a browser that could be sent to fetch one: the tab holds its rights by itself.
    monkeypatch.setattr(admit, "keeps_cookies", lambda: False)

    def open_one() -> AppTest:
        return ran(AppTest.from_file(ROOT / "pages" / "main.py", default_timeout=60))

    return open_one


def ran(tab: AppTest) -> AppTest:
    """The tab after one more run, which met no exception."""
    tab.run()
    assert not tab.exception, [exception.message for exception in tab.exception]
    return tab


def remembers(tab: AppTest) -> Tab:
    """What the tab remembers, to look at or to change."""
    if TAB not in tab.session_state:
        tab.session_state[TAB] = Tab()
    remembered: Tab = tab.session_state[TAB]
    return remembered


def until_ended(studio: Studio, job: Job) -> Job:
    """The job once the worker has taken it to its end."""

    def ended() -> bool:
        studio.worker.tick()
        now = studio.visitor_service.job(job.visitor, job.id)
        return now is not None and now.is_final

    wait_until(ended, "the job has ended", limit_s=120)
    found = studio.visitor_service.job(job.visitor, job.id)
    assert found is not None
    return found
