"""What every answer tells the browser: what a page may load, who may frame it, and what nobody may do with it.

Each part of the policy was found by trying: all pages in Chromium, with an error in the console as the judge.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HSTS_S = 365 * 24 * 3600
"""A year, as hstspreload.org asks; without subdomains, which may be somebody else's."""

PERMISSIONS = {
    # Taking a photo is one of the ways to give a picture; the rest is what players and copy buttons use.
    "camera": "(self)",
    "autoplay": "(self)",
    "fullscreen": "(self)",
    "picture-in-picture": "(self)",
    "clipboard-write": "(self)",
    "accelerometer": "()",
    "browsing-topics": "()",
    "clipboard-read": "()",
    "display-capture": "()",
    "geolocation": "()",
    "gyroscope": "()",
    "hid": "()",
    "magnetometer": "()",
    "microphone": "()",
    "midi": "()",
    "payment": "()",
    "publickey-credentials-get": "()",
    "serial": "()",
    "usb": "()",
    "xr-spatial-tracking": "()",
}


def content_security_policy(embed_origins: Sequence[str] = ()) -> str:
    """The policy for all answers: this server and nothing else, framed by nobody but the origins named.

    `'unsafe-eval'` is not in it, nor any other host. Streamlit (1.67.0) asks once for WebAssembly (`long.js`), is
    refused, and does without.
    """
    parts = {
        "default-src": ["'self'"],
        # Streamlit loads the scripts of components from blobs that it has made itself (BidiComponent.js). Only a script
        # that runs already can make one.
        "script-src": ["'self'", "blob:"],
        # Streamlit's styles (emotion), the styles of components, the camera, and `style=` on our players. The texts
        # differ from page to page, so that no hash can name them.
        "style-src": ["'self'", "'unsafe-inline'"],
        # A photo just taken, until it is sent; drawings that st.image is given as SVG.
        "img-src": ["'self'", "data:"],
        # A font of Streamlit's own, written into its style sheet.
        "font-src": ["'self'", "data:"],
        # `'self'` means ws: and wss: too (Safari: since 15.5). The camera turns its photo into a file by fetching it.
        "connect-src": ["'self'", "data:"],
        "worker-src": ["'none'"],
        "frame-src": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": list(embed_origins) or ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in parts.items())


class Headers:
    """ASGI middleware, the outermost: puts them on every answer over HTTP. What a route has set itself stays."""

    def __init__(self, app: ASGIApp, *, embed_origins: Sequence[str] = ()) -> None:
        self._app = app
        self._always = {
            "Content-Security-Policy": content_security_policy(embed_origins),
            "X-Content-Type-Options": "nosniff",
            # Not no-referrer: with it a browser hides the Origin too, by which forms and sockets are checked.
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": ", ".join(f"{name}={who}" for name, who in PERMISSIONS.items()),
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if not embed_origins:
            # For browsers older than frame-ancestors; it cannot name other sites.
            self._always["X-Frame-Options"] = "DENY"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        due = dict(self._always)
        # Behind a proxy on this machine uvicorn takes the scheme from X-Forwarded-Proto; see FORWARDED_ALLOW_IPS.
        if scope.get("scheme") == "https":
            due["Strict-Transport-Security"] = f"max-age={HSTS_S}"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in due.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
