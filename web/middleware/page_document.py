"""The document that every page begins as, in the place of Streamlit's: named, in the visitor's language, never blank.

Streamlit's own (1.67.0) is called "Streamlit" until its script runs, says in English what it is, shows nothing
meanwhile, and asks at each page but the first for an address that is not there, to find out where its server is.
"""

from __future__ import annotations

from html.parser import HTMLParser

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from languages.spoken import Language
from studio import urls
from studio.resources import render
from web.language import _, language

_STREAMLITS_FILES = ("/static/", "/_stcore/")
_OF_A_FILE = ("etag", "last-modified", "accept-ranges")


class PageDocument:
    """ASGI middleware: where Streamlit answers a browser with its document, ours goes out."""

    def __init__(self, app: ASGIApp, *, streamlits: bytes) -> None:
        """`streamlits`: its document, as it serves it at every address that is no file's."""
        self._app = app
        self._streamlits = streamlits
        self._ours: dict[str, bytes] = {}

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
                    await self._send(start, body, send)

        await self._app(_uncompressed(scope), receive, send_ours)

    def _may_begin(self, start: Message) -> bool:
        length = Headers(raw=start["headers"]).get("content-length")
        return start["status"] == 200 and length == str(len(self._streamlits))

    async def _send(self, start: Message, body: bytes, send: Send) -> None:
        if body == self._streamlits:
            body = self._document()
            headers = MutableHeaders(scope=start)
            headers["content-length"] = str(len(body))
            for name in _OF_A_FILE:
                del headers[name]
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _document(self) -> bytes:
        speaks = language()
        if speaks.code not in self._ours:
            self._ours[speaks.code] = _written(speaks, self._streamlits.decode())
        return self._ours[speaks.code]


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


def _written(speaks: Language, streamlits: str) -> bytes:
    """Our document in the language that is spoken, with all that Streamlit's loads."""
    loaded = _Loaded(streamlits)
    html = render(
        __file__,
        "../templates/page_document.html",
        language=speaks,
        links=loaded.links,
        scripts=loaded.scripts,
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


def _may_ask_for_page(scope: Scope) -> bool:
    """Whatever it says that it accepts: programs that look at links for chats take anything."""
    return scope["type"] == "http" and scope["method"] == "GET" and not scope["path"].startswith(_STREAMLITS_FILES)


def _uncompressed(scope: Scope) -> Scope:
    """The same request for an answer that can be read here."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
    return {**scope, "headers": headers}
