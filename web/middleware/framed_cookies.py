"""Where another site may show this app in a frame: cookies that a browser keeps and sends there."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class FramedCookies:
    """ASGI middleware: every cookie that goes out over https is kept in a jar of its own for each site that frames us.

    Browsers send no other kind from a frame (CHIPS). Streamlit's own, which guards uploads, has no setting for that.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and mark the cookies of the answer."""
        if scope["type"] != "http" or scope.get("scheme") != "https":
            await self._app(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, marked(value) if name.lower() == b"set-cookie" else value)
                    for name, value in message["headers"]
                ]
            await send(message)

        await self._app(scope, receive, send_marked)


def marked(cookie: bytes) -> bytes:
    """A Set-Cookie header that a browser heeds in a frame: SameSite=None, Secure and Partitioned."""
    parts = [part.strip() for part in cookie.split(b";")]
    replaced = (b"samesite", b"secure", b"partitioned")
    kept = [part for part in parts if part and part.partition(b"=")[0].lower() not in replaced]
    return b"; ".join([*kept, b"SameSite=None", b"Secure", b"Partitioned"])
