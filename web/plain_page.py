"""Pages of our own without Streamlit: they need no script, load at once, and show nothing of anybody else's server."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from studio import urls
from studio.resources import render, text
from web.language import language

_ICON = Path(__file__).parents[1] / "components" / "icon.png"

_HEADERS = {
    "Cache-Control": "no-store",
    # Stricter than the app's own policy, which has to make room for Streamlit.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    # Not no-referrer: a form would then come without its Origin.
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What one can do from a page."""

    text: str
    address: str
    first: bool = False
    """The choice of all that stands out."""
    is_posted: bool = False
    """It changes something: a button of a form, not a link."""


def link(text: str, address: str, *, first: bool = False) -> Step:
    """A step that leads somewhere."""
    return Step(text, address, first)


def button(text: str, address: str, *, first: bool = False) -> Step:
    """A step that changes something: a form that is posted."""
    return Step(text, address, first, is_posted=True)


def plain_page(
    heading: str, *said: str, steps: Sequence[Step] = (), status: int = 200, headers: Mapping[str, str] = {}
) -> Response:
    """A whole page: texts, one below the other, and what one can do from here."""
    return templated_page("plain_page.html", heading, said=said, steps=steps, status=status, headers=headers)


def templated_page(
    template: str,
    heading: str,
    *,
    title: str = "",
    said: Sequence[str] = (),
    steps: Sequence[Step] = (),
    status: int = 200,
    headers: Mapping[str, str] = {},
    **values: object,
) -> Response:
    """A whole page by one of our templates, which extends plain_page.html; `values` are what it asks for besides."""
    html = render(
        __file__,
        f"templates/{template}",
        language=language(),
        heading=heading,
        title=title,
        said=said,
        steps=steps,
        icon=urls.ICON,
        style=urls.PLAIN_STYLE,
        **values,
    )
    return HTMLResponse(html, status, {**_HEADERS, **headers})


@functools.cache
def _icon() -> bytes:
    return _ICON.read_bytes()


def _file(path: str, name: str, media_type: str) -> Route:
    async def answer(_request: Request) -> Response:
        kept = {"Cache-Control": "public, max-age=3600"}
        return Response(text(__file__, name), media_type=media_type, headers=kept)

    return Route(path, answer)


async def _answer_icon(_request: Request) -> Response:
    return Response(_icon(), media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})


ROUTES = [
    _file(urls.PLAIN_STYLE, "plain_page.css", "text/css"),
    _file(urls.PAGE_START, "page_start.js", "text/javascript"),
    _file(urls.PAGE_START_STYLE, "page_start.css", "text/css"),
    Route(urls.ICON, _answer_icon),
]
