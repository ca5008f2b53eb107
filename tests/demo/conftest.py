"""A real stand-in on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from demo import process
from tests.demo.stand_in_caller import KEY, Caller


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """One stand-in without artificial waits, for all tests that do not end it."""
    running = process.start(tmp_path_factory.mktemp("provider"), key=KEY, pace=0, draft=True)
    yield Caller(base_url=running.base_url)
    running.stop()


@pytest.fixture(scope="session")
def finished(provider: Caller) -> dict[str, Any]:
    """A generation that has completed, as its last look-up showed it."""
    return provider.ended(provider.place("static", seed=11))
