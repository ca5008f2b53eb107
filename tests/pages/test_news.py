"""That a job has ended is said to the browser by every run, as what a run says may not arrive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.create import news
from studio.installation import Studio
from studio.jobs.job import Job
from tests.kept_videos import keep_in
from tests.pages.conftest import ran, remembers


def test_an_end_is_said_by_every_run_and_what_had_ended_before_by_none(
    open_app: Callable[[], AppTest], studio: Studio, visitor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = open_app()
    [made] = keep_in(studio.storage.store, studio.storage.media, visitor, ["Waves"], tmp_path)
    remembers(tab).following = {made.id: False}
    told: list[list[str]] = []

    def show(jobs: Sequence[Job], placed_here: Collection[str], ended_since: Sequence[str]) -> None:
        told.append(list(ended_since))
        if len(told) == 1:
            st.stop()  # as where another click has come

    monkeypatch.setattr(news, "show", show)
    for _ in range(3):
        ran(tab)
    open_app()
    assert told == [[made.id], [made.id], [made.id], []]
