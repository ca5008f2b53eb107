"""What every answer tells the browser: which pages, which routes, and what an owner may change about it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import streamlit
from starlette.applications import Starlette
from starlette.types import Message

from components.runtime.upload_store import StreamlitUploads
from studio.settings import Settings
from tests.app_process import ROOT, AppProcess, running_app
from web.middleware import stack
from web.middleware.headers import content_security_policy
from web.middleware.hosts import embed_origins

STREAMLITS_FILES = Path(streamlit.__file__).parent / "static"
SCRIPT = next((STREAMLITS_FILES / "static" / "js").glob("index.*.js")).name
FRAMING_SITE = "https://films.example:8443"

ANSWERS = {
    "a page": ("GET", "/", 200),
    "a page by its address": ("GET", "/gallery", 200),
    "a page that is not there": ("GET", "/no-such-page", 200),
    "a picture of ours": ("GET", "/app/static/samples/lake.jpg", 200),
    "somebody's video": ("GET", f"/app/static/videos/{'0' * 32}.mp4", 404),
    "nobody's videos as one file": ("GET", "/takeaway.zip", 404),
    "a static file": ("GET", "/favicon.png", 200),
    "a script": ("GET", f"/static/js/{SCRIPT}", 200),
    "health": ("GET", "/healthz", 200),
    "Streamlit's health": ("GET", "/_stcore/health", 200),
    "an upload": ("PUT", "/_stcore/upload_file/a/b", 403),
    "what is shut": ("GET", "/_stcore/metrics", 404),
    "a method that is not served": ("DELETE", "/healthz", 405),
    "a path that is no path": ("GET", "/%2e%2e/%2e%2e/etc/passwd", 400),
}


def policy(answer: requests.Response) -> dict[str, list[str]]:
    """The Content-Security-Policy of an answer, part by part."""
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("what", ANSWERS)
def test_every_answer_has_all_headers_once(app: AppProcess, what: str) -> None:
    method, path, status = ANSWERS[what]
    answer = requests.request(method, app.url + path, data=b"x" if method == "PUT" else None, timeout=30)
    assert answer.status_code == status
    assert policy(answer)["default-src"] == ["'self'"]
    assert policy(answer)["frame-ancestors"] == ["'none'"]
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }.items():
        assert answer.raw.headers.getlist(name) == [value]
    assert len(answer.raw.headers.getlist("Content-Security-Policy")) == 1
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert "camera=(self)" in answer.headers["Permissions-Policy"]


def test_no_page_may_load_from_another_host_or_make_code_of_text(app: AppProcess) -> None:
    said = policy(requests.get(app.url, timeout=30))
    hosts = [source for sources in said.values() for source in sources if "//" in source or "*" in source]
    assert hosts == []
    assert {"http:", "https:", "ws:", "wss:"}.isdisjoint(source for sources in said.values() for source in sources)
    assert said["object-src"] == said["base-uri"] == said["frame-src"] == ["'none'"]
    assert said["form-action"] == ["'self'"]
    assert {"'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'", "data:"}.isdisjoint(said["script-src"])


def test_no_script_is_written_into_a_page(app: AppProcess) -> None:
    page = requests.get(app.url, headers={"Accept": "text/html"}, timeout=30).text
    assert len(re.findall(r"<script [^>]*src=", page)) == 2
    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert not any("sha256-" in source for source in policy(requests.get(app.url, timeout=30))["script-src"])


def test_only_behind_https_is_a_browser_told_to_keep_to_it(app: AppProcess) -> None:
    assert "Strict-Transport-Security" not in requests.get(app.url, timeout=30).headers
    behind = requests.get(app.url, headers={"X-Forwarded-Proto": "https"}, timeout=30)
    assert behind.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("client", "is_believed"),
    [("::ffff:127.0.0.1", True), ("::ffff:203.0.113.9", False), ("203.0.113.9", False), ("2001:db8::1", False)],
)
def test_a_proxy_on_this_machine_is_believed_however_its_address_is_written(client: str, is_believed: bool) -> None:
    # What uvicorn itself believes (127.0.0.1 and ::1) it has put into the scope before.
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    layers = stack.middleware(Settings(), upload_max_bytes=1, upload_store=StreamlitUploads(), streamlits_document=b"")
    app = Starlette(middleware=layers)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "scheme": "http",
        "client": (client, 1234),
        "headers": [(b"x-forwarded-proto", b"https"), (b"x-forwarded-for", b"198.51.100.7")],
    }
    asyncio.run(app(scope, receive, send))
    assert (b"strict-transport-security" in dict(sent[0]["headers"])) is is_believed


def test_without_sites_named_nobody_may_frame_it() -> None:
    assert content_security_policy().endswith("frame-ancestors 'none'")


@pytest.fixture(scope="module")
def framed_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app of an owner who shows it in a frame on a site of theirs."""
    settings = {"STUDIO_EMBED_ORIGINS": f"{FRAMING_SITE}, https://b.example"}
    with running_app(tmp_path_factory.mktemp("framed"), settings=settings) as app:
        yield app


def test_the_sites_that_an_owner_names_may_frame_it_and_no_others(framed_app: AppProcess) -> None:
    answer = requests.get(framed_app.url, timeout=30)
    assert policy(answer)["frame-ancestors"] == [FRAMING_SITE, "https://b.example"]
    # It knows only "nobody" and "this site"; browsers that know frame-ancestors would heed that, others this.
    assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize("site", ["https://example.org", "https://a.b-c.example:8443", "https://xn--bcher-kva.example"])
def test_a_site_is_named_by_its_origin(site: str) -> None:
    assert embed_origins([site]) == (site,)


@pytest.mark.parametrize(
    "site",
    [
        "http://example.org",
        "example.org",
        "https://",
        "https://example.org/",
        "https://example.org/page",
        "https://*.example.org",
        "https://example.org 'unsafe-inline'",
        "https://example.org; script-src *",
        "https://example.org\nX-Injected: 1",
        "https://example.org\r\n",
        "https://example.org:99999999",
        "https://user@example.org",
        "https://.example.org",
        "https://exämple.org",
        "https://-example.org",
        "'self'",
        "*",
        "data:",
        "https:",
    ],
)
def test_what_is_no_origin_is_refused_and_never_gets_into_a_header(site: str) -> None:
    with pytest.raises(ValueError, match="STUDIO_EMBED_ORIGINS"):
        embed_origins(["https://fine.example", site])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"STUDIO_EMBED_ORIGINS": "https://a.example; script-src *"}, "STUDIO_EMBED_ORIGINS"),
        ({"STUDIO_ALLOWED_HOSTS": "https://films.example"}, "STUDIO_ALLOWED_HOSTS"),
        ({"STUDIO_OWNER_CODE": "canary-7f"}, "STUDIO_OWNER_CODE"),
    ],
)
def test_a_setting_that_makes_no_sense_ends_the_start_with_a_sentence(
    settings: dict[str, str], said: str, tmp_path: Path
) -> None:
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("streamlit")), "run", str(ROOT / "app.py"), "--server.port", "0"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "STUDIO_DATA_DIR": str(tmp_path / "data"), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert f"Kineograph cannot start: {said}" in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "canary-7f" not in ended.stdout + ended.stderr
