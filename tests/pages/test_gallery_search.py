"""Finding videos again in the gallery, and what is written on them, by Streamlit's own test runner."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bench.statements import reads_counted
from components.gallery.search import FIELD, ONLY
from studio.installation import Studio
from studio.jobs.job import Job
from tests.kept_videos import keep_in
from tests.pages.conftest import ran
from tests.pages.video_cards import cards
from tests.pages.video_cards import words as texts
from tests.studio.test_hostile_words import AS_TYPED

Open = Callable[[], AppTest]
Keep = Callable[[Sequence[str]], list[Job]]


@pytest.fixture
def keep(studio: Studio, visitor: str, tmp_path: Path) -> Keep:
    """Puts finished videos with these prompts into the visitor's gallery."""
    return lambda prompts: keep_in(studio.storage.store, studio.storage.media, visitor, prompts, tmp_path)


@pytest.fixture
def gallery(open_app: Open) -> Open:
    """Opens the gallery in a new tab of the visitor."""
    return lambda: ran(open_app().switch_page("gallery.py"))


def on_the_page(tab: AppTest) -> list[str]:
    return [text.value for text in tab.text]


def search(tab: AppTest, query: str) -> AppTest:
    tab.text_input(key=FIELD).set_value(query)
    return ran(tab)


def test_a_search_shows_what_it_finds_and_how_much_that_is(gallery: Open, keep: Keep) -> None:
    keep(["The wind", "Wild waves", "The water waits"])
    tab = search(gallery(), "w")
    assert texts(tab) == ["The wind", "Wild waves", "The water waits"]
    assert "3 videos found" in [caption.value for caption in tab.caption]
    assert texts(search(tab, "wa wild")) == ["Wild waves"]
    assert "1 video found" in [caption.value for caption in tab.caption]
    assert len(texts(search(tab, "  "))) == 3
    assert not [caption.value for caption in tab.caption if "found" in caption.value]


def test_what_is_found_can_be_taken_away_by_itself(gallery: Open, keep: Keep) -> None:
    _, second, third = keep(["Waves", "A boat on a lake", "A lake"])
    tab = gallery()
    assert link_of(tab) == ("Download all as ZIP (3 videos, ", "/takeaway.zip")
    search(tab, "lake")
    assert link_of(tab) == ("Download these as ZIP (2 videos, ", f"/takeaway.zip?ids={second.id},{third.id}")


def link_of(tab: AppTest) -> tuple[str, str]:
    """What the link to a ZIP says, as far as its size, and where it leads."""
    [link] = [one.proto for one in tab.get("link_button") if "ZIP" in one.proto.label]
    return link.label[: link.label.rindex(", ") + 2], link.url


def test_where_nothing_is_found_one_click_shows_all_again(gallery: Open, keep: Keep) -> None:
    keep(["The wind"])
    tab = gallery()
    tab.toggle(key=ONLY).set_value(True)
    search(tab, "nothing")
    assert texts(tab) == []
    assert "None of your favourites has these words" in tab.markdown[0].value
    tab.button(key="search-clear").click()
    ran(tab)
    assert texts(tab) == ["The wind"]
    assert tab.text_input(key=FIELD).value == ""
    assert "favourites" not in tab.query_params


def test_an_empty_gallery_has_nothing_to_search(gallery: Open) -> None:
    assert len(gallery().text_input) == 0


def test_the_address_opens_a_search(open_app: Open, keep: Keep, studio: Studio, visitor: str) -> None:
    wind, _waves = keep(["The wind", "The waves"])
    studio.visitor_service.set_favourite(visitor, wind.id, True)
    tab = open_app()
    tab.query_params["q"] = "the"
    tab.query_params["favourites"] = "yes"
    tab.query_params["page"] = "7"
    tab = ran(tab.switch_page("gallery.py"))
    assert tab.toggle(key=ONLY).value
    assert texts(tab) == ["The wind"]


HOSTILE_QUERIES = {
    "nul": "\x00",
    "long word": "x" * 100_000,
    "many words": "a " * 50_000,
    "full text": '"NEAR*:',
    "like": "%_\\",
    "html": AS_TYPED["html"],
    "sql": AS_TYPED["sql"],
}


@pytest.mark.parametrize("query", HOSTILE_QUERIES.values(), ids=HOSTILE_QUERIES)
def test_an_address_that_means_harm_finds_nothing_and_one_click_shows_all(
    open_app: Open, keep: Keep, query: str
) -> None:
    keep(["The wind"])
    tab = open_app()
    tab.query_params["q"] = query
    tab = ran(tab.switch_page("gallery.py"))
    assert texts(tab) == []
    tab.button(key="search-clear").click()
    assert texts(ran(tab)) == ["The wind"]
    assert dict(tab.query_params) == {}


def test_what_else_is_looked_for_begins_at_its_newest(open_app: Open, keep: Keep) -> None:
    films = keep([f"Film {number}" for number in range(30)])
    tab = open_app()
    tab.query_params["after"] = films[11].id
    tab = ran(tab.switch_page("gallery.py"))
    assert texts(tab)[0] == "Film 12"
    assert texts(search(tab, "film"))[0] == "Film 0"
    assert tab.query_params == {"q": "film"}
    # A click that was on its way before the browser had the new address.
    tab.query_params.clear()
    assert texts(ran(tab))[0] == "Film 0"
    assert tab.text_input(key=FIELD).value == "film"


def test_a_favourite_is_one_in_the_gallery_and_can_be_taken_back(
    gallery: Open, keep: Keep, studio: Studio, visitor: str
) -> None:
    wind, _waves = keep(["The wind", "The waves"])
    tab = gallery()
    assert [card["is_favourite"] for card in cards(tab)] == [False, False]
    studio.visitor_service.set_favourite(visitor, wind.id, True)
    tab.toggle(key=ONLY).set_value(True)
    assert texts(ran(tab)) == ["The wind"]
    assert cards(tab)[0]["is_favourite"]
    assert tab.query_params["favourites"] == "yes"
    studio.visitor_service.set_favourite(visitor, wind.id, False)
    assert texts(ran(tab)) == []
    assert "None of your videos is a favourite yet." in [line.value for line in tab.markdown]
    tab.toggle(key=ONLY).set_value(False)
    assert len(texts(ran(tab))) == 2


@pytest.mark.parametrize("words", AS_TYPED.values(), ids=AS_TYPED)
def test_title_and_notes_are_shown_as_text_alone(gallery: Open, keep: Keep, studio: Studio, words: str) -> None:
    [job] = keep(["The wind"])
    assert studio.visitor_service.label(job.visitor, job.id, words, words)
    kept = studio.visitor_service.job(job.visitor, job.id)
    assert kept is not None
    tab = gallery()
    [card] = cards(tab)
    assert (card["title"], card["words"], card["notes"]) == (kept.title, "The wind", kept.notes)
    for kind in ("markdown", "caption", "title", "html"):
        assert [element for element in tab.get(kind) if kept.title in str(getattr(element, "value", ""))] == []


def test_a_search_asks_no_question_more_where_it_shows_all_that_it_finds(gallery: Open, keep: Keep) -> None:
    keep([f"Film {number}" for number in range(14)])
    tab = gallery()
    with reads_counted() as all_of_them:
        ran(tab)
    with reads_counted() as searched:
        search(tab, "film")
    # Not even a count, as all that are found are on the page.
    assert searched.statements == all_of_them.statements


def test_a_shared_video_shows_neither_title_nor_notes_and_its_own_page_does(
    open_app: Open, keep: Keep, studio: Studio
) -> None:
    [mine] = keep(["The wind"])
    theirs = replace(mine, id=secrets.token_hex(16), visitor=secrets.token_hex(16))
    studio.storage.store.place(theirs, nonce=theirs.id)
    for job in (mine, theirs):
        studio.visitor_service.label(job.visitor, job.id, "Holiday", "For Zoë")
    token = studio.sharing.shares.share(theirs.visitor, theirs.id)
    assert token is not None
    for address, shown in ((mine.id, ["Holiday", "The wind", "For Zoë"]), (token, ["The wind"]), (theirs.id, [])):
        tab = open_app()
        tab.query_params["id"] = address
        assert on_the_page(ran(tab.switch_page("video.py")))[: len(shown)] == shown
        assert ("Holiday" in on_the_page(tab)) is (address == mine.id)
        assert ("Favourite" in [button.label for button in tab.button]) is (address == mine.id)
