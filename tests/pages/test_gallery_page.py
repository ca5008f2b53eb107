"""The gallery, by Streamlit's own test runner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from bench.statements import reads_counted
from studio import urls
from studio.installation import Studio
from studio.jobs.job import Job
from studio.storage.tables import jobs
from tests.arrows import ROOT
from tests.html_elements import elements
from tests.kept_videos import keep_in
from tests.pages.conftest import ran
from tests.pages.video_cards import cards, told, words

Keep = Callable[[Sequence[str]], list[Job]]


@pytest.fixture
def gallery(open_app: Callable[[], AppTest]) -> Callable[[], AppTest]:
    """Opens the gallery in a new tab of the visitor."""

    def open_one() -> AppTest:
        return ran(open_app().switch_page("gallery.py"))

    return open_one


@pytest.fixture
def keep(studio: Studio, visitor: str, tmp_path: Path) -> Keep:
    """Puts finished videos with these prompts into the visitor's gallery."""
    return lambda prompts: keep_in(studio.storage.store, studio.storage.media, visitor, prompts, tmp_path)


def test_an_empty_gallery_shows_the_way_to_create(gallery: Callable[[], AppTest]) -> None:
    tab = gallery()
    assert [title.value for title in tab.title] == ["Your gallery"]
    next(button for button in tab.button if button.label == "Create a video").click()
    ran(tab)
    assert [title.value for title in tab.title] == ["Make a picture move"]


def test_videos_are_shown_newest_first_with_their_words_and_facts(gallery: Callable[[], AppTest], keep: Keep) -> None:
    keep(["The newest", "The one before", "The oldest"])
    tab = gallery()
    assert words(tab) == ["The newest", "The one before", "The oldest"]
    facts = cards(tab)[0]["facts"]
    assert "10 sec" in facts
    assert "1080p" in facts
    assert "free" in facts


@pytest.mark.parametrize(
    ("reported", "shown"),
    [
        pytest.param(1_300_000, "$1.30", id="what the provider reported"),
        pytest.param(None, "$1.95", id="what was reserved, where it reported nothing"),
        pytest.param(1, "$1.95", id="what was reserved, where that cannot be"),
    ],
)
def test_a_finished_video_that_was_paid_for_has_its_price_beside_it(
    gallery: Callable[[], AppTest], keep: Keep, studio: Studio, reported: int | None, shown: str
) -> None:
    [job] = keep(["Paid for"])
    paid = {"backend": "aimlapi", "price_micros": 1_950_000, "cost_micros": reported}
    with studio.storage.database.begin() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(paid))
    facts = cards(gallery())[0]["facts"]
    assert facts.endswith(f" · {shown}")
    assert "free" not in facts


def test_no_video_is_loaded_before_it_is_played(gallery: Callable[[], AppTest], keep: Keep) -> None:
    [job] = keep(["A film"])
    [card] = cards(gallery())
    assert (card["film"], card["poster"]) == (urls.video(job.id), urls.poster(job.id))
    template = (ROOT / "components" / "gallery" / "grid.html").read_text("utf-8")
    films = [dict(attributes) for tag, attributes in elements(template) if tag == "video"]
    # The other one is for those that are compared.
    assert [film["preload"] for film in films] == ["metadata", "none"]
    assert not [film for film in films if "autoplay" in film]


def test_a_gallery_of_thirty_begins_with_the_newest_and_says_that_there_are_more(
    gallery: Callable[[], AppTest], keep: Keep
) -> None:
    prompts = [f"Film {number}" for number in range(30)]
    keep(prompts)
    tab = gallery()
    assert words(tab) == prompts[:24]
    assert told(tab)["rows"] == {"has_more": True, "at_once": 24, "most": 240, "older": None, "newest": None}


def test_what_comes_after_a_video_has_an_address_and_leads_back_to_the_newest(
    open_app: Callable[[], AppTest], keep: Keep
) -> None:
    films = keep([f"Film {number}" for number in range(30)])
    tab = open_app()
    tab.query_params["after"] = films[26].id
    tab.query_params["q"] = "film"
    tab = ran(tab.switch_page("gallery.py"))
    assert words(tab) == ["Film 27", "Film 28", "Film 29"]
    assert told(tab)["rows"]["newest"] == "/gallery?q=film"


@pytest.mark.parametrize("after", ["0", "-1", "x", "f" * 32, "9" * 5000, "²", "' OR 1=1 --", "\x00"])
def test_a_place_that_makes_no_sense_shows_the_newest(open_app: Callable[[], AppTest], keep: Keep, after: str) -> None:
    keep([f"Film {number}" for number in range(14)])
    tab = open_app()
    tab.query_params["after"] = after
    assert words(ran(tab.switch_page("gallery.py")))[0] == "Film 0"


def test_nobody_sees_the_videos_of_another(gallery: Callable[[], AppTest], studio: Studio, tmp_path: Path) -> None:
    keep_in(studio.storage.store, studio.storage.media, "f" * 32, ["Somebody else's"], tmp_path)
    assert words(gallery()) == []


@pytest.mark.parametrize(
    "typed",
    [
        "![x](http://example.invalid/x.png)",
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "' autofocus onfocus='alert(3)",
        '" autofocus onfocus="alert(4)',
        "$$x^2$$ :red[hot] **bold** `code` [link](javascript:alert(5))",
        "\u202eabc\u202c",
    ],
)
def test_what_a_person_typed_is_told_as_it_was_typed_and_in_no_markdown(
    gallery: Callable[[], AppTest], keep: Keep, typed: str
) -> None:
    keep([typed])
    tab = gallery()
    assert [(card["words"], card["name"]) for card in cards(tab)] == [(typed, typed)]
    for kind in ("markdown", "caption", "title", "html"):
        assert [element for element in tab.get(kind) if typed in str(getattr(element, "value", ""))] == []


def test_the_link_to_all_as_one_file_says_how_many_and_how_large_in_one_transaction(
    gallery: Callable[[], AppTest], keep: Keep, studio: Studio, visitor: str
) -> None:
    assert not links(gallery())
    [job] = keep(["Alone"])
    assert job.video is not None
    [alone] = links(gallery())
    assert "(1 video, " in alone.label
    with studio.storage.database.begin() as connection:
        connection.execute(update(jobs).where(jobs.c.visitor == visitor).values(size_bytes=1_200_000_000))
    keep([f"Number {number}" for number in range(12)])
    [all_of_them] = links(gallery())
    assert (all_of_them.url, all_of_them.label) == ("/takeaway.zip", "Download all as ZIP (13 videos, 1.2 GB)")
    with reads_counted() as reads:
        assert studio.visitor_service.gallery(visitor).in_use.videos == 13
    # All that the page says, of its videos, of all, of the albums and of the room there is.
    assert (reads.transactions, reads.statements) == (1, 5)


def links(tab: AppTest) -> list[Any]:
    """What leads to the file of all videos."""
    found = [element.proto for element in tab.get("link_button")]
    return [link for link in found if "ZIP" in link.label]
