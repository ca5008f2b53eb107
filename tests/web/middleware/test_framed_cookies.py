"""Cookies that a browser keeps where another site shows this app in a frame."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from components.runtime.upload_store import StreamlitUploads
from studio.settings import Settings
from web.middleware.framed_cookies import FramedCookies, marked
from web.middleware.stack import middleware


async def page(_request: Request) -> Response:
    """Sets cookies as Streamlit and this app do."""
    answer = PlainTextResponse("a page")
    answer.set_cookie("_streamlit_xsrf", "token", samesite="lax")
    answer.set_cookie("__Host-kineograph_visitor", "signed", httponly=True, secure=True, samesite="lax", max_age=60)
    answer.set_cookie("__Host-kineograph_rights", "token", httponly=True, secure=True, samesite="strict", max_age=60)
    return answer


def cookies(scheme: str) -> list[str]:
    app = Starlette(routes=[Route("/", page)], middleware=[Middleware(FramedCookies)])
    with TestClient(app, base_url=f"{scheme}://testserver") as client:
        return client.get("/").headers.get_list("set-cookie")


def test_over_https_every_cookie_may_be_sent_from_a_frame_and_stays_in_its_jar() -> None:
    token, visitor, rights = cookies("https")
    for cookie in (token, visitor, rights):
        assert cookie.endswith("; SameSite=None; Secure; Partitioned")
        assert cookie.lower().count("samesite") == cookie.lower().count("secure") == 1
    assert "HttpOnly" in visitor
    # What a name with this prefix needs, or a browser drops the cookie.
    for cookie in (visitor, rights):
        assert "Path=/;" in cookie
        assert "domain" not in cookie.lower()
    assert "Max-Age=60" in visitor
    assert token.startswith("_streamlit_xsrf=token;")


def test_without_https_they_are_left_as_they_are() -> None:
    assert [cookie.lower().count("partitioned") for cookie in cookies("http")] == [0, 0, 0]


@pytest.mark.parametrize(
    "cookie", [b"a=b", b"a=b; Secure; SameSite=Lax", b"a=b; partitioned; SECURE; samesite=strict;"]
)
def test_a_cookie_is_marked_once_however_it_was_written(cookie: bytes) -> None:
    assert marked(cookie) == b"a=b; SameSite=None; Secure; Partitioned"


@pytest.mark.parametrize(("sites", "framed"), [((), False), (("https://example.org",), True)])
def test_only_where_the_owner_lists_sites(sites: tuple[str, ...], framed: bool, tmp_path: Path) -> None:
    settings = Settings(embed_origins=sites, data_dir=tmp_path)
    stack = middleware(settings, upload_max_bytes=1, upload_store=StreamlitUploads(), streamlits_document=b"")
    assert (FramedCookies in [layer.cls for layer in stack]) is framed
