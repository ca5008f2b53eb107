"""The finished files, answered as an object store does: Range and ETag, 403 in XML when an address is over."""

from __future__ import annotations

import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from demo.http.answers import store_error
from demo.http.connections import OpenConnections
from demo.http.signed_urls import Addresses
from demo.orders.failures import Failure
from demo.orders.ledger import Ledger
from demo.rendering.render_pool import RenderPool


async def file_answer(
    request: Request, ledger: Ledger, render_pool: RenderPool, addresses: Addresses, connections: OpenConnections
) -> Response:
    """A video for its address: whole or in part; 403 for a false or expired address, 404 for a file that is gone."""
    name: str = request.path_params["name"]
    expires = request.query_params.get("Expires", "")
    if not addresses.is_genuine(name, expires, request.query_params.get("Signature", "")):
        return store_error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")
    if time.time() >= int(expires):
        return store_error(403, "AccessDenied", "Request has expired.")
    path = render_pool.video(name)
    if not path.is_file():
        return store_error(404, "NoSuchKey", "The specified key does not exist.")
    if request.method == "GET":
        generation = await run_in_threadpool(ledger.download, name)
        if generation is not None and generation.failure is Failure.DAMAGED_VIDEO:
            damaged = await run_in_threadpool(_damaged, path.read_bytes(), generation.downloads, connections)
            if damaged is not None:
                return damaged
    return FileResponse(path, media_type="video/mp4", stat_result=path.stat())


def _damaged(whole: bytes, download: int, connections: OpenConnections) -> Response | None:
    match download:
        case 1:
            return connections.hang_up(Response(whole, media_type="video/mp4"), after=0.5)
        case 2:
            return Response(whole[: len(whole) // 2], media_type="video/mp4")
        case _:
            return None
