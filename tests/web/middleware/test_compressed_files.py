"""Streamlit's scripts and styles go out compressed, whole, and each is compressed once."""

from __future__ import annotations

import asyncio
import gzip
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

from tests.app_process import AppProcess
from web.middleware import compressed_files
from web.middleware.compressed_files import CompressedFiles

STATIC = Path(streamlit.__file__).parent / "static"
SCRIPT = "/" + next((STATIC / "static" / "js").glob("index.*.js")).relative_to(STATIC).as_posix()
STYLE = "/" + next((STATIC / "static" / "css").glob("index.*.css")).relative_to(STATIC).as_posix()


def raw(app: AppProcess, path: str, **headers: str) -> tuple[requests.Response, bytes]:
    """The answer, and its body as it came over the line."""
    answer = requests.get(app.url + path, headers=headers, stream=True, timeout=30)
    return answer, answer.raw.read(decode_content=False)


@pytest.mark.parametrize("path", [SCRIPT, STYLE])
def test_it_comes_compressed_and_is_the_same(app: AppProcess, path: str) -> None:
    whole = (STATIC / path.removeprefix("/")).read_bytes()
    for _ in range(2):
        answer, body = raw(app, path, **{"Accept-Encoding": "gzip, br"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) == len(body)
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert len(body) < 0.5 * len(whole)
        assert gzip.decompress(body) == whole


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (SCRIPT, {"Accept-Encoding": "identity"}),
        (SCRIPT, {"Accept-Encoding": "gzip", "Range": "bytes=0-99"}),
        (SCRIPT.replace("/js/", "//js/"), {"Accept-Encoding": "gzip"}),
        ("/app/static/icon.png", {"Accept-Encoding": "gzip"}),
    ],
)
def test_all_else_comes_as_it_is(app: AppProcess, path: str, headers: dict[str, str]) -> None:
    answer, body = raw(app, path, **headers)
    assert "Content-Encoding" not in answer.headers
    if "Content-Length" in answer.headers:
        assert int(answer.headers["Content-Length"]) == len(body)


def test_each_is_compressed_once_and_no_more_is_kept_than_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[bytes] = []
    really = gzip.compress

    def compress(data: bytes, level: int, *, mtime: int) -> bytes:
        done.append(data)
        return really(data, level, mtime=mtime)

    async def script(request: Request) -> Response:
        return Response(request.path_params["name"] * 2_000, media_type="text/javascript")

    monkeypatch.setattr(compressed_files.gzip, "compress", compress)
    monkeypatch.setattr(compressed_files, "KEPT_MAX_BYTES", 100)
    app = Starlette(routes=[Route("/static/{name}", script)], middleware=[Middleware(CompressedFiles)])
    with TestClient(app) as client:
        for name in ("a", "a", "b", "a", "b", "c", "c"):
            assert client.get(f"/static/{name}").text == name * 2_000
    assert [data[:1] for data in done].count(b"a") == 1
    assert [data[:1] for data in done].count(b"c") == 2, "there is no room for it"


def test_a_browser_that_goes_away_meanwhile_hurts_nobody(app: AppProcess) -> None:
    async def leave() -> None:
        host, _, port = app.url.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET {SCRIPT} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    asyncio.run(leave())
    assert raw(app, SCRIPT, **{"Accept-Encoding": "gzip"})[0].status_code == 200
