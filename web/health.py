"""GET /healthz: is this server able to do its work?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from studio.build import the_studio


async def _answer(_request: Request) -> JSONResponse:
    studio = the_studio()
    alive = studio.pool.is_alive
    return JSONResponse(
        {
            "status": "ok" if alive else "worker stopped",
            "backend": studio.desk.backend,
            "worker": "running" if alive else "stopped",
        },
        status_code=200 if alive else 503,
    )


ROUTE = Route("/healthz", _answer, methods=["GET", "HEAD"])
