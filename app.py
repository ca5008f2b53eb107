"""The web server: Streamlit's pages, our own routes, the visitor cookie, and the worker's start and stop.

The pages' entry script is pages/main.py, not this file: a `pages` folder beside the entry script would turn on
Streamlit's old multipage mode, in which the first visit to /gallery after a restart runs without the shell (1.67.0).
"""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from studio.build import the_studio
from web import health, media_routes
from web.visitor_cookie import VisitorCookie


@asynccontextmanager
async def lifespan(_app: ASGIApp) -> AsyncIterator[None]:
    """Work from the server's start to its end, whether anybody is looking or not."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    studio = the_studio()
    studio.start()
    # What is loaded by now stays; without this every collection walks it again (50 sessions: p95 3 s -> 42 ms together
    # with runner.postScriptGC = false).
    gc.freeze()
    try:
        yield
    finally:
        studio.stop()


app = st.App(
    Path(__file__).parent / "pages" / "main.py",
    lifespan=lifespan,
    routes=[*media_routes.ROUTES, health.ROUTE],
    middleware=[Middleware(VisitorCookie)],
)
