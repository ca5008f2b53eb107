"""All that stands between the network and the pages, in its order."""

from __future__ import annotations

from pydantic import ValidationError
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from studio import clock, urls
from studio.build import get_studio
from studio.settings import Settings
from web.connections import Connections, descriptor_limit
from web.language import SpeaksLanguage
from web.middleware.compressed_files import CompressedFiles
from web.middleware.errors import ErrorMiddleware
from web.middleware.framed_cookies import FramedCookies
from web.middleware.framing import Framing
from web.middleware.headers import Headers
from web.middleware.held_uploads import HeldUploads, UploadStore
from web.middleware.hosts import AllowedHosts, BlockedPaths, allowed_hosts, embed_origins, host_and_port, names
from web.middleware.origins import Origins, public_origin
from web.middleware.page_document import POSTERS, PageDocument
from web.middleware.sockets import Sockets, limits
from web.middleware.uploads import Uploads
from web.middleware.visitor_cookie import VisitorCookie, visitor_of

PROXY_ON_THIS_MACHINE = "::ffff:127.0.0.1"
"""Uvicorn believes X-Forwarded-Proto from 127.0.0.1 and ::1. Streamlit (1.67.0) listens on both kinds of address at
once, where 127.0.0.1 is written like this, and uvicorn (0.54.0) does not know it again: behind a proxy with https the
cookies would not be marked secure."""


def middleware(
    settings: Settings, *, upload_max_bytes: int, upload_store: UploadStore, streamlits_document: bytes
) -> list[Middleware]:
    """What every request passes, the outermost first. Raises ValueError where a setting makes no sense."""
    public = public_origin(settings.public_url)
    public_host = host_and_port(public.partition("://")[2]) if public else None
    answered = names(allowed_hosts(settings.allowed_hosts), public_host[0] if public_host else None)
    held = HeldUploads(upload_store)
    stack = [
        Middleware(Connections),
        Middleware(ProxyHeadersMiddleware, trusted_hosts=[PROXY_ON_THIS_MACHINE, *settings.trusted_proxies]),
        Middleware(Headers, embed_origins=embed_origins(settings.embed_origins)),
        Middleware(SpeaksLanguage),
        Middleware(ErrorMiddleware, incidents=lambda: get_studio().owner.incidents),
        Middleware(Framing),
    ]
    if settings.embed_origins:
        stack.append(Middleware(FramedCookies))
    sockets = Middleware(
        Sockets,
        visitor_of=visitor_of,
        tabs=lambda: get_studio().access.tabs,
        on_closed=held.a_tab_was_closed,
        limits=limits(descriptor_limit()),
    )
    uploads = Middleware(
        Uploads,
        max_bytes=upload_max_bytes,
        visitor_of=visitor_of,
        tabs=lambda: get_studio().access.tabs,
        held=held,
        rate_limits=lambda: get_studio().access.rate_limits,
        clock=clock.now,
    )
    document = Middleware(
        PageDocument,
        streamlits=streamlits_document,
        visitor_of=visitor_of,
        newest=lambda visitor: get_studio().visitor_service.newest(visitor, POSTERS),
    )
    files = Middleware(CompressedFiles)
    hosts, origins = (
        Middleware(AllowedHosts, answered=answered),
        Middleware(Origins, public=public, from_menus={urls.SHARE_TARGET}),
    )
    return [
        *stack,
        hosts,
        origins,
        Middleware(BlockedPaths),
        sockets,
        uploads,
        Middleware(VisitorCookie),
        document,
        files,
    ]


def why_not(error: ValueError) -> str:
    """What is wrong with the settings, for the owner; never with a value in it, which may be a secret."""
    if not isinstance(error, ValidationError):
        return str(error)
    wrong = error.errors(include_input=False, include_url=False)
    return "; ".join(f"{' '.join(map(str, one['loc']))}: {one['msg']}" for one in wrong)
