"""Videos that go on from each other, on Create and on a video's own page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bench.statements import reads_counted
from studio.installation import Studio
from studio.jobs.job import Job
from studio.jobs.stage import choice_of
from studio.orders.drafts import Draft
from studio.videos.edit import joined
from tests.kept_videos import keep_in
from tests.pages.conftest import ran, remembers
from tests.photos import jpeg

Open = Callable[[], AppTest]


@pytest.fixture
def chain(studio: Studio, visitor: str, tmp_path: Path) -> list[Job]:
    """Three videos of this visitor, each of which goes on from the one before."""
    return keep_in(studio.storage.store, studio.storage.media, visitor, ["c", "b", "a"], tmp_path, chained=True)[::-1]


def said(tab: AppTest) -> list[str]:
    """Which part the page says that its video is."""
    return [caption.value for caption in tab.caption if caption.value.startswith("Part ")]


def posters(tab: AppTest) -> list[dict[str, Any]]:
    """What the row of posters was given."""
    components = [element.proto for element in tab.get("bidi_component")]
    found = [json.loads(one.json) for one in components if one.component_name == "kineograph_family"]
    return [part for row in found for part in row["parts"]]


def large(tab: AppTest, jobs: list[Job], job: Job) -> AppTest:
    """Create, with this one of the jobs shown large."""
    remembers(tab).following = {one.id: True for one in jobs}
    remembers(tab).chosen_job = choice_of(jobs, job.id)
    return ran(tab)


def on_its_page(tab: AppTest, job: Job) -> AppTest:
    """The page of one video."""
    tab.query_params["id"] = job.id
    tab.switch_page("video.py")
    return ran(tab)


def click(tab: AppTest, label: str) -> AppTest:
    """The tab after a click on the button of that name."""
    next(button for button in tab.button if button.label == label).click()
    return ran(tab)


def test_each_part_says_which_it_is_and_has_the_posters_of_all(open_app: Open, chain: list[Job]) -> None:
    tab = open_app()
    for number, job in enumerate(chain, 1):
        for shown in (large(tab, chain, job), on_its_page(open_app(), job)):
            assert said(shown) == [f"Part {number} of 3"]
            assert [part["job"] for part in posters(shown)] == [part.id for part in chain]
            assert [part["is_shown"] for part in posters(shown)] == [part is job for part in chain]
            assert posters(shown)[1]["name"] == "Part 2: b"


def test_a_part_costs_one_question_more_and_every_other_video_none(
    open_app: Open, studio: Studio, visitor: str, chain: list[Job], tmp_path: Path
) -> None:
    [alone] = keep_in(studio.storage.store, studio.storage.media, visitor, ["Alone"], tmp_path)
    jobs, asked = [alone, *chain], {}
    for job in (alone, chain[0], chain[1]):
        tab = large(open_app(), jobs, job)
        with reads_counted() as reads:
            ran(tab)
        asked[job.id] = reads
        assert bool(said(tab)) == (job is not alone)
    without = asked.pop(alone.id)
    assert without.transactions == 2, "the page, and the share link of the one shown large"
    assert [(one.transactions, one.statements) for one in asked.values()] == [
        (without.transactions + 1, without.statements + 1)
    ] * 2


def test_where_a_part_is_deleted_the_chain_is_shorter_and_says_nothing_wrong(
    open_app: Open, studio: Studio, visitor: str, chain: list[Job]
) -> None:
    tab = large(open_app(), chain, chain[0])
    assert said(tab) == ["Part 1 of 3"]
    studio.visitor_service.delete(visitor, chain[2].id)
    assert said(ran(tab)) == ["Part 1 of 2"]
    studio.visitor_service.delete(visitor, chain[0].id)
    left = on_its_page(open_app(), chain[1])
    assert (said(left), posters(left)) == ([], [])
    assert not any(button.label == "Play as one" for button in left.button)


def test_played_as_one_is_one_film_to_watch_and_to_download(open_app: Open, studio: Studio, chain: list[Job]) -> None:
    tab = click(on_its_page(open_app(), chain[1]), "Play as one")
    what = joined((chain[1].id, chain[2].id))
    made = studio.edits.make(chain[0].visitor, chain[0].id, what).result()
    ran(tab)
    address = f"/app/static/edits/{chain[0].id}/{made.name}"
    films = [html.proto.body for html in tab.get("html") if address in html.proto.body]
    assert len(films) == 1
    assert f"/app/static/posters/{chain[0].id}.jpg" in films[0]
    links = [link.proto.url for link in tab.get("link_button") if link.proto.label == "Download as one"]
    assert f"{address}?download=1" in links
    # Whatever draws the page anew leaves it open; another video has its own.
    assert address in "".join(html.proto.body for html in ran(tab).get("html"))
    assert address not in "".join(html.proto.body for html in on_its_page(tab, chain[0]).get("html"))


def test_continue_links_and_another_picture_a_fresh_start_or_another_jobs_settings_do_not(
    open_app: Open, studio: Studio, visitor: str, chain: list[Job]
) -> None:
    def form() -> Draft:
        kept = remembers(tab).draft
        assert kept is not None
        assert studio.visitor_service.forms.drafts.of(visitor).continues == kept.continues
        return kept

    def prepared() -> None:
        """The picture stands on the form; it may do so by the time that the page is drawn."""
        waiting = remembers(tab).preparing
        assert waiting is None or waiting.wait(60)
        ran(tab)

    def continued() -> None:
        click(tab, "Continue")
        prepared()
        assert form().continues == chain[2].id
        assert form().picture is not None

    tab = large(open_app(), chain, chain[2])
    continued()
    click(tab, "Remove")
    assert form().continues == ""
    continued()
    tab.file_uploader[0].upload("holiday.jpg", jpeg(), "image/jpeg")
    ran(tab)
    prepared()
    assert (form().continues, form().picture is not None) == ("", True)
    continued()
    click(tab, "Use again")
    assert form().continues == chain[1].id, "as that job was, which goes on from the second"
    continued()
    click(tab, "Start fresh")
    assert form().continues == ""
