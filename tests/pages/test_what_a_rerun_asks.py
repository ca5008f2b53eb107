"""What a rerun costs the database: every click and letter of everybody is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench.statements import reads_counted
from studio.installation import Studio
from tests.kept_videos import keep_in
from tests.pages.conftest import ran

Open = Callable[[], AppTest]


def test_a_rerun_of_create_reads_the_database_once(open_app: Open) -> None:
    tab = ran(open_app())
    with reads_counted() as reads:
        ran(tab)
    assert reads.transactions == 1
    assert 0 < reads.statements <= 4


def test_the_video_shown_large_asks_for_its_share_link_and_those_in_the_strip_for_nothing(
    open_app: Open, studio: Studio, visitor: str, tmp_path: Path
) -> None:
    made = keep_in(studio.storage.store, studio.storage.media, visitor, ["Waves", "Wind"], tmp_path)
    tab = open_app()
    tab.session_state["following"] = {job.id: True for job in made}
    with reads_counted() as reads:
        ran(tab)
    assert [shown.value for shown in tab.subheader] == ["Your video is ready"]
    assert reads.transactions == 2
