"""The owner's page where no key is set, with and without an owner's code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from studio import clock
from studio.build import get_studio
from studio.installation import Studio
from tests.pages.conftest import ran, remembers
from tests.studio.strategies import a_job

CODE = "correct-horse-battery"


@pytest.fixture
def studio(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Studio]:
    """A demo with this code for its owner, or without one."""
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path_factory.mktemp("data")))
    if request.param:
        monkeypatch.setenv("STUDIO_OWNER_CODE", request.param)
    get_studio.cache_clear()
    studio = get_studio()
    yield studio
    # Threads that never ran cannot be waited for.
    studio.start()
    studio.stop()


@pytest.mark.parametrize("studio", [None], indirect=True)
def test_without_a_code_in_the_settings_the_page_says_how_to_set_one(open_app: Callable[[], AppTest]) -> None:
    tab = ran(open_app().switch_page("owner.py"))
    said = "\n".join(markdown.value for markdown in tab.markdown)
    assert "no owner's code is set" in said
    assert "STUDIO_OWNER_CODE" in said
    assert "at least 12 characters" in said
    assert not tab.text_input
    assert not tab.metric


@pytest.mark.parametrize("studio", [CODE], indirect=True)
def test_in_the_demo_the_page_says_that_nothing_is_charged(
    open_app: Callable[[], AppTest], studio: Studio, visitor: str
) -> None:
    now = clock.now()
    studio.storage.store.place(a_job(created_at=now, price_micros=0, backend="demo", visitor=visitor), "nonce")
    tried = studio.access.admission.try_owner(visitor, CODE)
    assert tried.ticket is not None
    tab = open_app()
    remembers(tab).rights = studio.access.admission.redeem(tried.ticket, visitor, None)
    ran(tab.switch_page("owner.py"))
    assert [info.value for info in tab.info] == [
        "This is the demo: nothing is charged. Set AIMLAPI_KEY to make videos with Wan 2.6."
    ]
    metrics = {metric.label: metric.value for metric in tab.metric}
    assert metrics["Orders today"] == "1"
    assert metrics["Today (UTC)"] == "$0.00"
    assert "Provider account" not in [header.value for header in tab.header]
    assert not [text.value for text in tab.text if "imit" in text.value]
