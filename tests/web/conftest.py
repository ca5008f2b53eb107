"""A real app to send requests to, and two visitors with their cookies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.app_process import AppProcess, running_app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app, started as a person starts it."""
    with running_app(tmp_path_factory.mktemp("app")) as app:
        yield app
