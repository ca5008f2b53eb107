"""Albums in the gallery, by Streamlit's own test runner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.gallery.albums import CHOICE
from studio.installation import Studio
from studio.jobs.labels import ALBUM_MAX
from tests.kept_videos import keep_in
from tests.pages.conftest import ran
from tests.pages.video_cards import told, words
from tests.studio.test_hostile_words import AS_TYPED

Open = Callable[[], AppTest]


@pytest.mark.parametrize("typed", AS_TYPED.values(), ids=AS_TYPED)
def test_a_hostile_name_is_a_name_and_leads_to_its_videos(
    open_app: Open, studio: Studio, visitor: str, tmp_path: Path, typed: str
) -> None:
    one, _other = keep_in(studio.storage.store, studio.storage.media, visitor, ["The wind", "The waves"], tmp_path)
    name, count = studio.visitor_service.put_in_album(visitor, [one.id], typed)
    assert count == (1 if name else 0)
    assert len(name) <= ALBUM_MAX
    if not name:
        return
    tab = open_app()
    tab.query_params["album"] = name
    tab = ran(tab.switch_page("gallery.py"))
    assert words(tab) == ["The wind"]
    assert told(tab)["album"] == name
    for kind in ("markdown", "caption", "title", "html"):
        assert [element for element in tab.get(kind) if name in str(getattr(element, "value", ""))] == []


def test_without_albums_there_is_no_choice_and_an_address_of_before_says_so(
    open_app: Open, studio: Studio, visitor: str, tmp_path: Path
) -> None:
    keep_in(studio.storage.store, studio.storage.media, visitor, ["The wind"], tmp_path)
    assert [one for one in ran(open_app().switch_page("gallery.py")).get("button_group") if one.key == CHOICE] == []
    tab = open_app()
    tab.query_params["album"] = "Gone by now"
    tab = ran(tab.switch_page("gallery.py"))
    assert words(tab) == []
    tab.button(key="search-clear").click()
    assert words(ran(tab)) == ["The wind"]
    assert dict(tab.query_params) == {}
