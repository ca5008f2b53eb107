"""The gallery, by Streamlit's own test runner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from studio.installation import Studio
from studio.jobs.job import Job
from tests.html_elements import elements
from tests.kept_videos import keep_in
from tests.pages.conftest import ran

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
    assert [text.value for text in tab.text] == ["The newest", "The one before", "The oldest"]
    facts = tab.caption[0].value
    assert "10 sec" in facts
    assert "1080p" in facts
    assert "free" in facts


def test_no_video_is_loaded_before_it_is_played(gallery: Callable[[], AppTest], keep: Keep) -> None:
    [job] = keep(["A film"])
    [player] = gallery().html
    assert 'preload="none"' in player.value
    assert "autoplay" not in player.value
    assert f"/app/static/posters/{job.id}.jpg" in player.value


def test_a_gallery_of_thirty_has_three_pages(gallery: Callable[[], AppTest], keep: Keep) -> None:
    prompts = [f"Film {number}" for number in range(30)]
    keep(prompts)
    tab = gallery()
    assert [text.value for text in tab.text] == prompts[:12]
    assert tab.pagination[0].num_pages == 3
    # In a browser the pager writes its page into the address; this test runner does not.
    tab.query_params["page"] = "3"
    ran(tab)
    assert [text.value for text in tab.text] == prompts[24:]


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "1e9", "9" * 50, "²", "٣", ""])
def test_a_page_number_that_makes_no_sense_shows_the_nearest_page(
    gallery: Callable[[], AppTest], keep: Keep, page: str
) -> None:
    keep([f"Film {number}" for number in range(14)])
    tab = gallery()
    tab.query_params["page"] = page
    ran(tab)
    assert tab.text


def test_nobody_sees_the_videos_of_another(gallery: Callable[[], AppTest], studio: Studio, tmp_path: Path) -> None:
    keep_in(studio.storage.store, studio.storage.media, "f" * 32, ["Somebody else's"], tmp_path)
    assert [text.value for text in gallery().text] == []


@pytest.mark.parametrize(
    "words",
    [
        "![x](http://example.invalid/x.png)",
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "' autofocus onfocus='alert(3)",
        '" autofocus onfocus="alert(4)',
        "$$x^2$$ :red[hot] **bold** `code` [link](javascript:alert(5))",
        "\u202eabc\u202c",
    ],
)
def test_what_a_person_typed_is_shown_as_text_and_escaped(
    gallery: Callable[[], AppTest], keep: Keep, words: str
) -> None:
    keep([words])
    tab = gallery()
    assert [text.value for text in tab.text] == [words]
    for kind in ("markdown", "caption", "title"):
        assert [element for element in tab.get(kind) if words in str(getattr(element, "value", ""))] == []
    [player] = tab.html
    [(tag, attributes)] = elements(player.value)
    assert tag == "video"
    # The word joiner keeps Streamlit from dropping a label that looks like a tag; nobody sees or hears it.
    assert (attributes["aria-label"] or "").replace("\u2060", "") == words
    assert set(attributes) <= {
        "controls", "playsinline", "preload", "poster", "src", "width", "height", "aria-label", "style",
    }  # fmt: skip
