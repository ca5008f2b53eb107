"""Every page begins as our own document: named, in the visitor's language, and seen before any script has run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
import streamlit

from languages.catalogues import translations
from languages.spoken import LANGUAGES
from studio import urls
from tests.app_process import AppProcess

STREAMLITS = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
PAGES = (urls.HOME, urls.GALLERY, urls.WATCH, urls.OWNER, urls.PRIVACY, "/no-such-page")


def page(app: AppProcess, path: str = "/", **headers: str) -> requests.Response:
    return requests.get(app.url + path, headers=headers, timeout=30)


@pytest.mark.parametrize("path", PAGES)
def test_it_is_called_by_our_name_and_loads_all_that_streamlits_does(app: AppProcess, path: str) -> None:
    answer = page(app, path, Accept="text/html")
    assert "<title>Kineograph</title>" in answer.text
    assert "Streamlit app" not in answer.text
    assert "<title>Streamlit" not in answer.text
    loaded = re.findall(r'(?:src|href)="(\./static/[^"]+)"', STREAMLITS)
    assert len(loaded) > 20
    assert [one for one in loaded if one not in answer.text] == []
    assert answer.headers["Content-Type"].startswith("text/html")
    assert int(answer.headers["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_in_the_visitors_language(app: AppProcess, language: object) -> None:
    code = language.code  # type: ignore[attr-defined]
    text = page(app, **{"Accept-Language": code}).text
    assert f'<html lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}">' in text
    assert translations(code).gettext("A picture and a sentence in, a video out.") in text


def test_what_programs_are_told_of_a_bare_link_is_what_it_is(app: AppProcess) -> None:
    for accepted in ("*/*", "text/html", "application/xhtml+xml"):
        text = page(app, Accept=accepted).text
        assert '<meta property="og:title" content="Make a picture move">' in text
        assert '<link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials">' in text


def test_a_browser_that_keeps_the_page_is_not_told_that_it_has_not_changed(app: AppProcess) -> None:
    first = page(app, Accept="text/html")
    assert "ETag" not in first.headers
    assert "Last-Modified" not in first.headers
    again = page(app, Accept="text/html", **{"If-Modified-Since": "Fri, 01 Jan 2038 00:00:00 GMT"})
    assert again.status_code == 200


def test_streamlits_files_are_sent_as_they_are(app: AppProcess) -> None:
    [script] = re.findall(r'<script type="module" crossorigin src="\.(/static/js/index[^"]+)"', STREAMLITS)
    answer = page(app, script, Accept="text/html")
    assert answer.content == (Path(streamlit.__file__).parent / "static" / script.removeprefix("/")).read_bytes()
