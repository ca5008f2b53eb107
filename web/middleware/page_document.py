"""The document that every page begins as, in the place of Streamlit's: named, in the visitor's language, never blank.

Streamlit's own (1.67.0) is called "Streamlit" until its script runs, says in English what it is, shows nothing
meanwhile, and asks at each page but the first for an address that is not there, to find out where its server is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio import urls
from studio.jobs.job import Job
from studio.resources import render
from web.language import _, language

POSTERS = 12
"""What is seen of a gallery at a desk without scrolling, and a little more."""

_STREAMLITS_FILES = ("/static/", "/_stcore/")
_OF_A_FILE = ("etag", "last-modified", "accept-ranges")


class PageDocument:
    """ASGI middleware: where Streamlit answers a browser with its document, ours goes out.

    At the gallery's address the newest posters of the visitor are in it, so that they are seen before any script runs.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        streamlits: bytes,
        visitor_of: Callable[[Scope], str | None],
        newest: Callable[[str], Sequence[Job]],
    ) -> None:
        """`streamlits`: its document, as it serves it at every address that is no file's. `newest` is asked in a thread
        for a visitor's videos, the newest first; whatever it raises, the page begins without."""
        self._app = app
        self._streamlits = streamlits
        self._loaded = _Loaded(streamlits.decode())
        self._visitor_of = visitor_of
        self._newest = newest
        self._kept: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and change the answer where it is that document."""
        if not _may_ask_for_page(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def send_ours(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and self._may_begin(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await self._send(scope, start, body, send)

        await self._app(_uncompressed(scope), receive, send_ours)

    def _may_begin(self, start: Message) -> bool:
        length = Headers(raw=start["headers"]).get("content-length")
        return start["status"] == 200 and length == str(len(self._streamlits))

    async def _send(self, scope: Scope, start: Message, body: bytes, send: Send) -> None:
        if body == self._streamlits:
            posters = await run_in_threadpool(self._posters, scope)
            body = self._written(posters) if posters else self._as_for_all()
            headers = MutableHeaders(scope=start)
            headers["content-length"] = str(len(body))
            for name in _OF_A_FILE:
                del headers[name]
            if posters:
                headers["cache-control"] = "private, no-cache"
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _posters(self, scope: Scope) -> list[Poster]:
        if scope["path"] != urls.GALLERY or scope["query_string"]:
            return []
        try:
            visitor = self._visitor_of(scope)
            jobs = [] if visitor is None else self._newest(visitor)[:POSTERS]
        except Exception:  # noqa: BLE001 (the page, which asks for the same, says so, keeps it, and draws the rest)
            return []
        return [Poster(urls.small_poster(job.id), job.video.width, job.video.height) for job in jobs if job.video]

    def _as_for_all(self) -> bytes:
        code = language().code
        if code not in self._kept:
            self._kept[code] = self._written([])
        return self._kept[code]

    def _written(self, posters: Sequence[Poster]) -> bytes:
        """Our document in the language that is spoken, with all that Streamlit's loads."""
        html = render(
            __file__,
            "../templates/page_document.html",
            language=language(),
            links=self._loaded.links,
            scripts=self._loaded.scripts,
            posters=posters,
            title=_("Make a picture move"),
            description=_("A picture and a sentence in, a video out."),
            needs_script=_("Kineograph needs JavaScript. Switch it on for this site, then load the page anew."),
            coming=_("Kineograph is on its way …"),
            start=urls.PAGE_START,
            style=urls.PAGE_START_STYLE,
            icon=urls.ICON,
            phone_icon=urls.installed_icon("icon-192"),
            manifest=urls.MANIFEST,
        )
        return html.encode()


@dataclass(frozen=True, slots=True)
class Poster:
    """A still to be shown, and its film's size in pixels."""

    address: str
    width: int
    height: int


class _Loaded(HTMLParser):
    """What a document loads before it is anything: the attributes of each link and script, in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []
        self.scripts: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" in said:
            self.scripts.append(said)
        if tag == "link" and said.get("rel") in ("modulepreload", "preload", "stylesheet"):
            self.links.append(said)


def _may_ask_for_page(scope: Scope) -> bool:
    """Whatever it says that it accepts: programs that look at links for chats take anything."""
    return scope["type"] == "http" and scope["method"] == "GET" and not scope["path"].startswith(_STREAMLITS_FILES)


def _uncompressed(scope: Scope) -> Scope:
    """The same request for an answer that can be read here."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
    return {**scope, "headers": headers}
