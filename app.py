"""The web server: Streamlit's pages, our own routes, what stands before them, and the worker's start and stop.

The pages' entry script is pages/main.py, not this file: a `pages` folder beside the entry script would turn on
Streamlit's old multipage mode, in which the first visit to /gallery after a restart runs without the shell (1.67.0).
"""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.types import ASGIApp

from components.messages import error_page
from components.runtime import forged_values, pending_clicks, uninterrupted
from components.runtime.upload_store import StreamlitUploads
from studio.access import oidc_config
from studio.build import get_studio
from studio.diagnostics import logs
from studio.settings import Settings
from studio.storage import private_files
from web import connections, plain_page
from web.middleware import stack
from web.routes import (
    admission,
    bring_in,
    events,
    gallery_link,
    health,
    installed,
    language,
    media,
    share_page,
    share_target,
    takeaway,
)

COLLECTED_AFTER = (50_000, 5, 2)
"""Objects more than there were, until the youngest are looked through for what nobody needs; and how often that, until
the older are. Python's (700, 10, 10) look several times in each rerun, when what it works with is all still needed: a
tenth of the work of 50 tabs, for 12 MB that are in use a little longer (measured)."""

connections.raise_descriptor_limit()
private_files.from_now_on()
try:
    settings = Settings()
    logs.begin(settings)
    forged_values.guard()
    uninterrupted.guard()
    pending_clicks.guard()
    middleware = stack.middleware(
        settings,
        upload_max_bytes=st.get_option("server.maxUploadSize") * 2**20,
        upload_store=StreamlitUploads(),
        streamlits_document=(Path(st.__file__).parent / "static" / "index.html").read_bytes(),
    )
except ValueError as wrong:
    sys.exit(f"Kineograph cannot start: {stack.why_not(wrong)}")


@asynccontextmanager
async def lifespan(_app: ASGIApp) -> AsyncIterator[None]:
    """Work from the server's start to its end, whether anybody is looking or not."""
    studio = get_studio()
    # Once more: the cookies' secret, where it was made at this start, is known only now.
    logs.begin(settings)
    studio.start()
    # What is loaded by now stays; without this every collection walks it again (50 sessions: p95 3 s -> 42 ms together
    # with runner.postScriptGC = false).
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)
    try:
        yield
    finally:
        studio.stop()
        get_studio.cache_clear()


app = st.App(
    Path(__file__).parent / "pages" / "main.py",
    lifespan=lifespan,
    routes=[
        *media.ROUTES,
        *share_page.ROUTES,
        *gallery_link.ROUTES,
        *admission.ROUTES,
        *plain_page.ROUTES,
        *installed.ROUTES,
        share_target.ROUTE,
        events.ROUTE,
        takeaway.ROUTE,
        bring_in.ROUTE,
        language.ROUTE,
        health.ROUTE,
    ],
    middleware=middleware,
    secrets=oidc_config.secrets_for(settings, st.secrets),
    on_script_error=error_page.show,
)
