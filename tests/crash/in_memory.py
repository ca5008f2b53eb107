"""A provider as a plain object, for tests that take thousands of steps.

It keeps the worker's Protocol, charges for what it accepts, and breaks when told to.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from studio.clock import Clock
from videoapi import errors as api
from videoapi.billing import Balance, LogRow
from videoapi.failures import Failure, FailureKind
from videoapi.key_info import KeyInfo
from videoapi.wire import Generation, GenerationRequest, Status

LOG_LAG = timedelta(seconds=40)
"""Until a charge is in the log."""
TAKES = timedelta(minutes=2)
"""From the charge to the finished video."""
FORGETS_AFTER = timedelta(hours=24)
"""It neither knows a generation nor serves its file any longer."""


class Mood(StrEnum):
    """How the provider takes the next orders."""

    WELL = "well"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    REFUSES = "refuses"
    LOST_UNCHARGED = "answer lost, not charged"
    LOST_CHARGED = "answer lost, charged"


@dataclass(slots=True)
class Order:
    """One accepted order."""

    client_request_id: str
    generation_id: str
    charged_at: datetime
    fails: bool = False


@dataclass(slots=True)
class InMemoryProvider:
    """Keeps studio.worker.context.Provider."""

    clock: Clock
    video: bytes
    mood: Mood = Mood.WELL
    lost: int = 0
    """Orders accepted without an answer."""
    polls_fail: bool = False
    """Polling, searching and fetching break."""
    charges: Counter[str] = field(default_factory=Counter)
    """By job id."""
    posts: Counter[str] = field(default_factory=Counter)
    """By client request id."""
    orders: dict[str, Order] = field(default_factory=dict)

    def create(self, request: GenerationRequest, *, client_request_id: str) -> Generation:
        """Take an order, in whatever mood."""
        self.posts[client_request_id] += 1
        match self.mood:
            case Mood.BUSY:
                raise api.TooManyRequests(status=429)
            case Mood.UNREACHABLE:
                raise api.NotReachable()
            case Mood.REFUSES:
                raise api.OrderInvalid(status=400)
            case Mood.LOST_UNCHARGED:
                raise api.NoAnswer()
        order = Order(client_request_id, f"g{len(self.orders)}", self.clock())
        self.orders[order.generation_id] = order
        self.charges[client_request_id.partition(".")[0]] += 1
        if self.mood is Mood.LOST_CHARGED:
            self.lost += 1
            raise api.ServiceDown(status=500)
        return Generation(generation_id=order.generation_id, status=Status.QUEUED, status_word="queued")

    def look_up(self, generation_id: str) -> Generation:
        """Where an order stands."""
        self._break_if_told()
        order = self.orders[generation_id]
        if self.clock() - order.charged_at > FORGETS_AFTER:
            raise api.NotFound(status=404)
        if order.fails:
            failure = Failure(kind=FailureKind.BUSY, name="busy", message="too busy")
            return Generation(generation_id=generation_id, status=Status.ERROR, status_word="error", failure=failure)
        if self.clock() - order.charged_at >= TAKES:
            return Generation(
                generation_id=generation_id,
                status=Status.COMPLETED,
                status_word="completed",
                video_url=f"https://cdn.aimlapi.com/{generation_id}.mp4",
            )
        return Generation(generation_id=generation_id, status=Status.GENERATING, status_word="generating")

    def find_lost(self, client_request_id: str, *, since: datetime, until: datetime) -> LogRow | None:
        """The log, which lags."""
        self._break_if_told()
        for order in self.orders.values():
            shown = self.clock() - order.charged_at >= LOG_LAG and since <= order.charged_at <= until
            if shown and order.client_request_id == client_request_id:
                return LogRow(
                    created=order.charged_at,
                    succeeded=not order.fails,
                    model="wan",
                    credits=0 if order.fails else 1_575_000,
                    inference_id=order.generation_id,
                    client_request_id=client_request_id,
                    request_id=None,
                )
        return None

    def fetch(self, url: str, part: Path, *, max_bytes: int) -> None:
        """The file, or half of it."""
        if self.polls_fail:
            part.write_bytes(self.video[: len(self.video) // 2])
            raise api.DownloadCut("half of it")
        part.write_bytes(self.video)

    def key_info(self) -> KeyInfo:
        """Tells nothing about keys."""
        raise api.NotFound("no such page", status=404)

    def balance(self) -> Balance:
        """Tells nothing about the account."""
        raise api.NotFound("no such page", status=404)

    def _break_if_told(self) -> None:
        if self.polls_fail:
            raise api.ServiceDown(status=503).while_reading()
