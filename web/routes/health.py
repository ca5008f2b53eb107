"""GET /healthz: is this server able to do its work?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from studio.build import get_studio


async def _answer(_request: Request) -> JSONResponse:
    studio = get_studio()
    alive, up = studio.pool.is_alive, studio.is_provider_up
    said = {
        "status": "worker stopped" if not alive else "ok" if up else "demo stopped",
        "backend": studio.visitor_service.backend,
        "worker": "running" if alive else "stopped",
    }
    return JSONResponse(said, status_code=200 if alive and up else 503)


ROUTE = Route("/healthz", _answer, methods=["GET", "HEAD"])
