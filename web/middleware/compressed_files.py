"""Streamlit's scripts and styles, compressed once and kept: a third of what a phone has to fetch for its first page.

Streamlit (1.67.0) sends them as they are, because Starlette would compress them anew for each browser. There are some
three hundred, which change with its version alone, and a page needs sixty.
"""

from __future__ import annotations

import gzip
from posixpath import normpath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FILES = "/static/"
KINDS = ("text/javascript", "application/javascript", "text/css", "application/json", "image/svg+xml")
LEAST_BYTES = 1_000
"""What is smaller fits into one packet anyhow."""
KEPT_MAX_BYTES = 16 * 2**20
"""All of them compressed are half of that."""
LEVEL = 6


class CompressedFiles:
    """ASGI middleware: a whole file of Streamlit's goes out compressed where the browser takes that."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, bytes] = {}
        self._kept_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and compress the answer where it is one of those files, whole."""
        if not _may_be_compressed(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def send_compressed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_worth_it(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await self._send(scope["path"], start, bytes(body), send)

        await self._app(scope, receive, send_compressed)

    async def _send(self, path: str, start: Message, body: bytes, send: Send) -> None:
        compressed = self._kept.get(path)
        if compressed is None:
            compressed = await run_in_threadpool(gzip.compress, body, LEVEL, mtime=0)
            if self._kept_bytes + len(compressed) <= KEPT_MAX_BYTES:
                self._kept[path] = compressed
                self._kept_bytes += len(compressed)
        headers = MutableHeaders(scope=start)
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(compressed))
        headers.add_vary_header("Accept-Encoding")
        # Of other bytes than those that go out; the names of these files change with what is in them.
        del headers["etag"]
        await send(start)
        await send({"type": "http.response.body", "body": compressed})


def _may_be_compressed(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(FILES):
        return False
    if normpath(scope["path"]) != scope["path"]:
        # Another way to write an address, of which there are endless many: each would be compressed anew.
        return False
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and "range" not in headers


def _is_worth_it(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    length = headers.get("content-length", "0")
    kind = headers.get("content-type", "").partition(";")[0]
    return (
        start["status"] == 200
        and kind in KINDS
        and "content-encoding" not in headers
        and length.isdecimal()
        and int(length) >= LEAST_BYTES
    )
