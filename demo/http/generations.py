"""Orders and how they stand: POST and GET /v2/video/generations, with the failures that prompts ask for."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.http import answers
from demo.http.connections import OpenConnections
from demo.http.signed_urls import Addresses
from demo.orders import prices
from demo.orders.failures import ENDS_IN, Failure, wanted
from demo.orders.given_files import AudioUnusable, PictureUnreadable, audio_in, is_inline, picture_in
from demo.orders.ledger import Generation, Ledger, Outcome
from demo.orders.schema import Invalid, Order, read_order
from demo.rendering.render_pool import RenderPool

BODY_LIMIT_BYTES = 32 * 1024 * 1024
"""The provider's own limit is not published; more than this no prepared picture needs, with the largest sound."""

QUEUED_S = 2.0
LEAST_S = 5.0
FAILS_AFTER_S = 4.0
SLOW_S = 60.0
"""Seconds at pace 1, from the order: shown as queued; before any end is shown; before a failure; with "demo: slow"."""

RETRY_AFTER_S = 2
BUSY_TIMES = 2
FAILED_POLLS = 3

_CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
"""The provider drops anything else without a word."""

_STRANGE_WORDS = ("waiting", "active", "post-processing")

_GENERATIONS = "/v2/video/generations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What the routes need."""

    ledger: Ledger
    render_pool: RenderPool
    addresses: Addresses
    connections: OpenConnections
    key: str
    """The only key accepted; "" accepts any."""
    pace: float
    base_url: str


async def submit(provider: Provider, request: Request) -> Response:
    """POST: refuses, or accepts and starts; then answers, unless the prompt wanted the answer to go wrong."""
    body = await _body(request)
    if body is None:
        return answers.nested_error(413, _GENERATIONS, "request entity too large", name="PayloadTooLargeException")
    try:
        order = read_order(body)
        picture = await _picture("image_url", order.image_url)
        last = await _picture("last_image_url", order.last_image_url)
        sound = await _sound(order.audio_url)
    except Invalid as invalid:
        return answers.nested_error(400, _GENERATIONS, invalid.messages, name="BadRequestException")
    failure = wanted(order.prompt)
    refusal = await _wanted_refusal(provider, failure, body, order)
    if refusal is not None:
        return refusal
    generation = await run_in_threadpool(
        _accept, provider, order, (picture, last, sound), failure, _client_request_id(request), time.time()
    )
    answer = _generation_answer(generation, {"id": generation.id, "status": "queued", "video": None, "error": None})
    match failure:
        case Failure.ERROR_AFTER:
            return answers.flat_error(500, _GENERATIONS, "Something wrong with the server. Please, try again later.")
        case Failure.LOST_ANSWER:
            return provider.connections.hang_up(answer, after=0.0)
        case Failure.CUT_ANSWER:
            return provider.connections.hang_up(answer, after=0.5)
        case _:
            return answer


async def look_up(provider: Provider, request: Request) -> Response:
    """GET: how a generation stands; a fresh address each time once it is completed."""
    generation = await run_in_threadpool(provider.ledger.look_up, request.query_params.get("generation_id", ""))
    if generation is None:
        return answers.nested_error(404, _GENERATIONS, "Inference not found", name="NotFoundException")
    now = time.time()
    status = _status(generation, provider.pace, now)
    body: dict[str, object] = {"id": generation.id, "status": status, "video": None, "error": None}
    if status == Outcome.ERROR:
        body["error"] = generation.error
    if status == Outcome.COMPLETED:
        expired_once = generation.failure is Failure.EXPIRED_ADDRESS and not await run_in_threadpool(
            _addressed_before, provider, generation
        )
        signed_at = now - provider.addresses.life_s - 60 if expired_once else now
        body["video"] = {"url": provider.base_url + provider.addresses.sign(generation.file_name, signed_at)}
    answer = _generation_answer(generation, body)
    if generation.failure is Failure.LOOKUP_TROUBLE and generation.polls <= FAILED_POLLS:
        match generation.polls:
            case 1:
                return answers.gateway_page(524, "A timeout occurred")
            case 2:
                return answers.nested_error(404, _GENERATIONS, "Inference not found", name="NotFoundException")
            case _:
                return provider.connections.hang_up(answer, after=0.5)
    return answer


def _status(generation: Generation, pace: float, now: float) -> str:
    if generation.failure is Failure.STRANGE_STATUS and generation.polls <= len(_STRANGE_WORDS):
        return _STRANGE_WORDS[generation.polls - 1]
    end = generation.end_at(now)
    if end is not None:
        return end
    if generation.started is None or now < generation.created + QUEUED_S * pace:
        return "queued"
    return "generating"


def _generation_answer(generation: Generation, body: dict[str, object]) -> Response:
    charged = 0 if generation.outcome is Outcome.ERROR and body["status"] == Outcome.ERROR else generation.credits
    body["meta"] = {"usage": {"credits_used": charged, "usd_spent": prices.usd(charged)}}
    headers = {
        "x-inference-id": generation.id,
        "x-aimlapi-credits-used": str(charged),
        "x-aimlapi-usd-spent": str(prices.usd(charged)),
    }
    if generation.client_request_id is not None:
        headers["x-client-request-id"] = generation.client_request_id
    return JSONResponse(body, headers=headers)


def _accept(
    provider: Provider,
    order: Order,
    given: tuple[bytes | None, bytes | None, bytes | None],
    failure: Failure | None,
    client_request_id: str | None,
    now: float,
) -> Generation:
    """The order is in the ledger for good, and a worker has it (or its wanted end is written down)."""
    picture = given[0]
    settings = order.without_files()
    if order.seed is None:
        # Chosen once and kept, so that a render done again after a crash gives the same film.
        settings["seed"] = secrets.randbelow(2**31)
    error = None if failure is None else ENDS_IN.get(failure)
    shown_after_s = FAILS_AFTER_S if error is not None else SLOW_S if failure is Failure.SLOW else LEAST_S
    never_rendered = error is not None or failure is Failure.STUCK
    generation = Generation(
        id=secrets.token_urlsafe(16),
        request_id=secrets.token_urlsafe(16),
        client_request_id=client_request_id,
        created=now,
        due=None if failure is Failure.STUCK else now + provider.pace * shown_after_s,
        started=now if never_rendered else None,
        outcome=None if error is None else Outcome.ERROR,
        error=error,
        model=order.model,
        settings=settings,
        image_url=order.image_url if picture is None else None,
        failure=failure,
        credits=prices.cost_credits(order.model, order.resolution, order.duration),
        file_name=f"{secrets.token_hex(16)}.mp4",
        polls=0,
        downloads=0,
    )
    if not never_rendered:
        provider.render_pool.keep_given(generation.id, *given)
    provider.ledger.add(generation)
    if not never_rendered:
        provider.render_pool.take(generation)
    return generation


async def _wanted_refusal(provider: Provider, failure: Failure | None, body: bytes, order: Order) -> Response | None:
    """The refusal a prompt asked for; nothing has been accepted then."""
    match failure:
        case Failure.OUT_OF_CREDIT:
            return answers.nested_error(
                403, _GENERATIONS, answers.OUT_OF_CREDIT, name="ForbiddenException", kind="err_insufficent_credits"
            )
        case Failure.KEY_REJECTED:
            return answers.flat_error(401, _GENERATIONS, answers.KEY_WANTED)
        case Failure.INVALID:
            return answers.nested_error(
                400, _GENERATIONS, ["prompt: Invalid prompt (asked for by its words)"], name="BadRequestException"
            )
        case Failure.AUDIO_REFUSED if is_inline(order.audio_url):
            return answers.nested_error(400, _GENERATIONS, ["audio_url: Invalid url"], name="BadRequestException")
        case Failure.ERROR_BEFORE:
            return answers.flat_error(503, _GENERATIONS, "Service unavailable")
        case Failure.HTML:
            return answers.gateway_page(502, "Bad Gateway")
        case Failure.BUSY:
            # The same order, byte for byte, is let in at every third attempt.
            attempts = await run_in_threadpool(provider.ledger.attempt, f"busy {sha256(body).hexdigest()}")
            if attempts % (BUSY_TIMES + 1) != 0:
                return answers.flat_error(429, _GENERATIONS, "Too Many Requests", retry_after_s=RETRY_AFTER_S)
            return None
        case _:
            return None


async def _picture(field: str, address: str | None) -> bytes | None:
    """The picture that came with the order, or None where it is a link, or none. Raises Invalid."""
    if address is None or not is_inline(address):
        return None
    try:
        return await run_in_threadpool(picture_in, address)
    except PictureUnreadable as unreadable:
        raise Invalid([f"{field}: Failed to decode the image ({unreadable})"]) from unreadable


async def _sound(address: str | None) -> bytes | None:
    """The sound that came with the order, or None where it is a link, or none. Raises Invalid."""
    if address is None or not is_inline(address):
        return None
    try:
        return await run_in_threadpool(audio_in, address)
    except AudioUnusable as unusable:
        raise Invalid([f"audio_url: {unusable}"]) from unusable


async def _body(request: Request) -> bytes | None:
    """The whole body, or None if it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            return None
    return bytes(body)


def _addressed_before(provider: Provider, generation: Generation) -> bool:
    return provider.ledger.attempt(f"addressed {generation.id}") > 1


def _client_request_id(request: Request) -> str | None:
    sent = request.headers.get("x-client-request-id", "")
    return sent if _CLIENT_REQUEST_ID.fullmatch(sent) else None
