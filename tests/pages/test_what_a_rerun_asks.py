"""What a rerun costs the database: every click and letter of everybody is one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bench.statements import reads_counted
from studio import clock
from studio.installation import Studio
from studio.jobs.job import Job, State
from studio.jobs.stage import choice_of
from tests.kept_videos import keep_in
from tests.pages.conftest import ran, remembers
from tests.studio.strategies import a_job_in

Open = Callable[[], AppTest]


def test_a_rerun_of_create_reads_the_database_once(open_app: Open) -> None:
    tab = ran(open_app())
    with reads_counted() as reads:
        ran(tab)
    assert reads.transactions == 1
    assert 0 < reads.statements <= 4


@pytest.fixture
def several(studio: Studio, visitor: str, tmp_path: Path) -> dict[str, Job]:
    """A visitor's jobs by their words: one under way, one that waits for its turn, and finished videos, of which three
    are a chain."""
    store, media = studio.storage.store, studio.storage.media
    made = keep_in(store, media, visitor, ["Alone", "Waves"], tmp_path)
    made += keep_in(store, media, visitor, ["Part c", "Part b", "Part a"], tmp_path, chained=True)
    now = clock.now()
    since = {"created_at": now, "submitted_at": now, "accepted_at": now, "next_at": now + timedelta(hours=1)}
    for words, state in (("Moves", State.GENERATING), ("Waits", State.WAITING)):
        at = since if state is State.GENERATING else {"created_at": now, "next_at": now + timedelta(hours=1)}
        order = replace(made[0].order, prompt=words)
        job = a_job_in(state, id=secrets.token_hex(16), visitor=visitor, backend="demo", order=order, **at)
        made.append(store.place(job, nonce=job.id))
    return {job.order.prompt: job for job in made}


@pytest.mark.parametrize(
    ("large", "heading", "statements"),
    [
        ("Moves", "Your video is on its way", 3),
        ("Waits", "Your video is on its way", 3),
        ("Alone", "Your video is ready", 4),
    ],
)
def test_with_videos_under_way_and_finished_a_rerun_asks_no_more_than_four_questions(
    open_app: Open, several: dict[str, Job], large: str, heading: str, statements: int
) -> None:
    tab = open_app()
    remembers(tab).chosen_job = choice_of(list(several.values()), several[large].id)
    ran(tab)
    with reads_counted() as reads:
        ran(tab)
    assert [shown.value for shown in tab.subheader] == [heading]
    assert reads.statements == statements


def test_a_part_of_a_chain_asks_for_the_others_as_well(
    open_app: Open, studio: Studio, visitor: str, tmp_path: Path
) -> None:
    made = keep_in(studio.storage.store, studio.storage.media, visitor, ["c", "b", "a"], tmp_path, chained=True)
    tab = open_app()
    remembers(tab).chosen_job = choice_of(made, made[1].id)
    ran(tab)
    with reads_counted() as reads:
        ran(tab)
    assert "Part 2 of 3" in [caption.value for caption in tab.caption]
    assert reads.statements == 4


def test_the_video_shown_large_asks_for_its_share_link_and_those_in_the_strip_for_nothing(
    open_app: Open, studio: Studio, visitor: str, tmp_path: Path
) -> None:
    made = keep_in(studio.storage.store, studio.storage.media, visitor, ["Waves", "Wind"], tmp_path)
    tab = open_app()
    remembers(tab).following = {job.id: True for job in made}
    with reads_counted() as reads:
        ran(tab)
    assert [shown.value for shown in tab.subheader] == ["Your video is ready"]
    assert reads.transactions == 2
