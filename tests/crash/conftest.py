"""The marker of the runs that kill real processes."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "crash: kills real workers or lets them sleep, on two databases; five minutes")
