"""The routes: the part of the provider's HTTP API that an app for one video model meets."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.http import account, answers
from demo.http.connections import OpenConnections
from demo.http.files import file_answer
from demo.http.generations import Provider, look_up, submit
from demo.http.signed_urls import Addresses, secret_in
from demo.orders.ledger import Ledger
from demo.rendering.render_pool import RenderPool

CLEAN_UP_EVERY_S = 600
"""Files go at most this much later than their day."""


def build(
    data_dir: Path,
    *,
    base_url: str,
    key: str,
    pace: float,
    address_life_s: int,
    draft: bool,
    connections: OpenConnections,
    private_links: bool = False,
) -> Starlette:
    """The application over one data folder. Its lifespan takes up unfinished work, and ends the workers."""
    data_dir.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(data_dir / "demo.sqlite3")
    provider = Provider(
        ledger=ledger,
        render_pool=RenderPool(ledger, data_dir, draft=draft, private_links=private_links),
        addresses=Addresses(secret=secret_in(data_dir), life_s=address_life_s),
        connections=connections,
        key=key,
        pace=pace,
        base_url=base_url,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        provider.render_pool.resume()
        cleaning = asyncio.create_task(_clean_up_for_ever(provider.render_pool))
        yield
        cleaning.cancel()
        await run_in_threadpool(provider.render_pool.close)
        ledger.close()

    async def models(request: Request) -> Response:
        return account.models(request)

    async def files(request: Request) -> Response:
        return await file_answer(
            request, provider.ledger, provider.render_pool, provider.addresses, provider.connections
        )

    def keyed(answer: Callable[[Provider, Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def route(request: Request) -> Response:
            if not _has_key(request, provider.key):
                return answers.flat_error(401, request.url.path, answers.KEY_WANTED)
            return await answer(provider, request)

        return route

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/v2/video/generations", keyed(submit), methods=["POST"]),
            Route("/v2/video/generations", keyed(look_up), methods=["GET"]),
            Route("/v2/billing", keyed(_billing), methods=["GET"]),
            Route("/v2/logs", keyed(_logs), methods=["GET"]),
            Route("/v1/key", keyed(_key), methods=["GET"]),
            Route("/v1/models", models, methods=["GET"]),
            Route("/files/{name}", files, methods=["GET"]),
        ],
        exception_handlers={404: _no_such_route, 405: _no_such_route},
    )


def _has_key(request: Request, key: str) -> bool:
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not sent.strip():
        return False
    return key == "" or hmac.compare_digest(sent.strip().encode(), key.encode())


async def _billing(provider: Provider, _request: Request) -> Response:
    return JSONResponse(await run_in_threadpool(account.billing, provider.ledger, time.time()))


async def _key(provider: Provider, request: Request) -> Response:
    return JSONResponse(await run_in_threadpool(account.key, provider.ledger, _sent_key(request), time.time()))


async def _logs(provider: Provider, request: Request) -> Response:
    return await run_in_threadpool(account.logs, provider.ledger, request, _sent_key(request), time.time())


def _sent_key(request: Request) -> str:
    return request.headers.get("authorization", "").partition(" ")[2].strip()


async def _no_such_route(request: Request, _error: Exception) -> Response:
    return answers.flat_error(404, request.url.path, f"Cannot {request.method} {request.url.path}")


async def _clean_up_for_ever(render_pool: RenderPool) -> None:
    while True:
        await run_in_threadpool(render_pool.delete_old, time.time())
        await asyncio.sleep(CLEAN_UP_EVERY_S)
