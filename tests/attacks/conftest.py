"""A running app to attack, and figures that are printed where pytest is asked for them (-s)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.app_process import AppProcess, running_app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app, started as a person starts it."""
    with running_app(tmp_path_factory.mktemp("app")) as app:
        yield app
