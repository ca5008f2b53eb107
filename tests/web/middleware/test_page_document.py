"""Every page begins as our own document: named, in the visitor's language, and seen before any script has run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from languages.catalogues import translations
from languages.spoken import LANGUAGES
from studio import urls
from studio.access.visitors import COOKIE, Visitors
from studio.jobs.job import Job
from studio.storage.errors import StorageAway
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess
from tests.kept_videos import keep_videos
from web.middleware.page_document import POSTERS, PageDocument

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


def test_the_gallery_begins_with_the_newest_posters_of_its_visitor_alone(app: AppProcess, tmp_path: Path) -> None:
    mine, theirs = visitor(app), visitor(app)
    jobs = keep_videos(app, mine[0], [f"Video {number}" for number in range(POSTERS + 3)], tmp_path)
    text = page(app, urls.GALLERY, Cookie=mine[1])
    shown = re.findall(r'<img src="([^"]+posters[^"]+)" width="(\d+)" height="(\d+)" alt="">', text.text)
    assert [address for address, _, _ in shown] == [urls.small_poster(job.id) for job in jobs[:POSTERS]]
    assert {(width, height) for _, width, height in shown} == {("360", "240")}
    assert text.headers["Cache-Control"] == "private, no-cache"
    for path, cookie in (
        (urls.GALLERY, theirs[1]),
        (urls.GALLERY, ""),
        (urls.HOME, mine[1]),
        ("/gallery?q=x", mine[1]),
    ):
        assert "posters" not in page(app, path, Cookie=cookie).text, path


def visitor(app: AppProcess) -> tuple[str, str]:
    """A new visitor, and the cookie that names them."""
    visitors = Visitors(secret_in(app.data_dir))
    new = visitors.new()
    return new, f"{COOKIE}={visitors.cookie(new)}"


@pytest.mark.parametrize("error", [StorageAway, ValueError("a row that nobody understands")])
def test_while_nothing_can_be_read_the_page_begins_all_the_same(error: Exception) -> None:
    def away(_visitor: str) -> list[Job]:
        raise error

    async def streamlits(_request: Request) -> Response:
        return Response(b"<html></html>", media_type="text/html")

    document = Middleware(PageDocument, streamlits=b"<html></html>", visitor_of=lambda _scope: "somebody", newest=away)
    with TestClient(Starlette(routes=[Route("/gallery", streamlits)], middleware=[document])) as client:
        assert "<title>Kineograph</title>" in client.get("/gallery").text
