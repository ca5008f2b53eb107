"""Pages of our own without Streamlit: they need no script, load at once, and show nothing of anybody else's server."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from studio import urls

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

_STYLE = """\
:root { color-scheme: light dark; --back: #fffdf9; --card: #f6f0e6; --line: #e4d9c8; --text: #120d07; --main: #b3401c;
        --on-main: #fff }
@media (prefers-color-scheme: dark) {
  :root { --back: #17130f; --card: #241e18; --line: #3d342a; --text: #f5eee4; --main: #c2501f }
}
* { box-sizing: border-box }
body { margin: 0; padding: 1.5rem 1rem 3rem; background: var(--back); color: var(--text);
       font: 1rem/1.55 "Source Sans", system-ui, sans-serif; overflow-wrap: anywhere }
main { max-width: 36rem; margin: 0 auto }
.brand { display: flex; align-items: center; gap: .6rem; margin: 0 0 2rem; font-weight: 600 }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem }
p { margin: 0 0 1rem }
.words { white-space: pre-wrap; padding: .9rem 1.1rem; background: var(--card); border: 1px solid var(--line);
         border-radius: .75rem; max-height: 16rem; overflow-y: auto }
.still { display: block; width: 100%; height: auto; max-height: 60vh; object-fit: contain; background: #000;
         border-radius: .75rem; margin-bottom: 1rem }
.steps { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem }
.steps form { margin: 0 }
.step { display: inline-block; padding: .6rem 1.2rem; min-height: 2.75rem; border: 1px solid var(--line);
        border-radius: 99rem; background: none; color: inherit; font: inherit; text-decoration: none; cursor: pointer }
.first { background: var(--main); border-color: var(--main); color: var(--on-main); font-weight: 600 }
.step:focus-visible { outline: 3px solid var(--main); outline-offset: 3px }
"""


def plain_page(
    heading: str, body: str, *, title: str = "", head: str = "", status: int = 200, headers: Mapping[str, str] = {}
) -> Response:
    """A whole page. `heading` and `title` are text; `body` and `head` are HTML, made with the functions below."""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{escape(title or heading)} · Kineograph</title>{head}"
        f'<link rel="icon" href="{urls.ICON}"><link rel="stylesheet" href="{urls.PLAIN_STYLE}">'
        '</head><body><main><p class="brand">'
        f'<img src="{urls.ICON}" width="32" height="32" alt="">Kineograph</p>'
        f"<h1>{escape(heading)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(html, status, {**_HEADERS, **headers})


def paragraphs(*texts: str) -> str:
    """Texts, one below the other."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def words(text: str) -> str:
    """What a person typed, exactly so."""
    # A line break directly after the start tag would be kept by no browser, nor is one there: words are trimmed.
    return f'<p class="words" dir="auto">{escape(text)}</p>'


def steps(*each: str) -> str:
    """What one can do from here, side by side."""
    return f'<div class="steps">{"".join(each)}</div>'


def link(text: str, address: str, *, first: bool = False) -> str:
    """A step that leads somewhere; the `first` choice of all stands out."""
    return f'<a class="{_looks(first)}" href="{escape(address, quote=True)}">{escape(text)}</a>'


def button(text: str, address: str, *, first: bool = False) -> str:
    """A step that changes something: a form that is posted."""
    return (
        f'<form method="post" action="{escape(address, quote=True)}">'
        f'<button type="submit" class="{_looks(first)}">{escape(text)}</button></form>'
    )


def _looks(first: bool) -> str:
    return "step first" if first else "step"


@functools.cache
def _icon() -> bytes:
    return _ICON.read_bytes()


async def _answer_style(_request: Request) -> Response:
    return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


async def _answer_icon(_request: Request) -> Response:
    return Response(_icon(), media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})


ROUTES = [Route(urls.PLAIN_STYLE, _answer_style), Route(urls.ICON, _answer_icon)]
