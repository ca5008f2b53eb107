"""An error that nobody expected ends as one sentence with a reference, never as a traceback and never in silence."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.diagnostics.incidents import Incidents, note, shown
from studio.storage.errors import StorageAway
from web.language import N_, _
from web.plain_answers import NEVER_KEPT, away

log = logging.getLogger(__name__)

SORRY = N_(
    "Something went wrong on our side. If it happens again, tell the owner of this site this reference: {reference}"
)


class ErrorMiddleware:
    """ASGI middleware inside the headers: what rises from a route is answered 500 in plain text, logged, and kept."""

    def __init__(self, app: ASGIApp, *, incidents: Callable[[], Incidents]) -> None:
        self._app = app
        self._incidents = incidents

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer in its place where it breaks."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_answered = False

        async def send_noting(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except ClientDisconnect:
            return
        except Exception as error:  # whatever it is: the person gets a sentence, the owner a reference
            answer = await run_in_threadpool(self._answer, error, scope["path"])
            if is_answered:
                # Half an answer is out; only breaking the connection off tells the browser so.
                raise
            await answer(scope, receive, send)

    def _answer(self, error: Exception, path: str) -> Response:
        if isinstance(error, StorageAway):
            log.error("storage is away", extra={"error": error.word, "page": shown(path)})
            return away()
        return PlainTextResponse(_(SORRY).format(reference=note(error, path, self._incidents)), 500, headers=NEVER_KEPT)
