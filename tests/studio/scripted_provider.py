"""A provider that does what a test tells it to, one answer after the other, and remembers every call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from videoapi.billing import Balance, LogRow
from videoapi.failures import Failure, FailureKind
from videoapi.key_info import KeyInfo
from videoapi.wire import Generation, GenerationRequest, Status

ADDRESS = "https://cdn.example.com/v/1.mp4?Signature=canary-signature"


def generation(status: Status = Status.QUEUED, *, word: str | None = None, credits: int | None = None) -> Generation:
    """An answer without address or failure."""
    return Generation(generation_id="gen-1", status=status, status_word=word or status.value, credits_used=credits)


def completed(address: str | None = ADDRESS, *, credits: int | None = 1_300_000) -> Generation:
    """Done, charged $0.65 unless said otherwise."""
    return Generation(
        generation_id="gen-1",
        status=Status.COMPLETED,
        status_word="completed",
        video_url=address,
        credits_used=credits,
    )


def given_up(kind: FailureKind = FailureKind.UNKNOWN) -> Generation:
    """Ended without a video."""
    return Generation(
        generation_id="gen-1",
        status=Status.ERROR,
        status_word="error",
        failure=Failure(kind=kind, name="SomeName", message="some words"),
    )


A_KEY = KeyInfo(
    is_ours=True,
    name="",
    created_at=None,
    disabled=False,
    scopes=None,
    limit=None,
    monthly_usage_micros=None,
)
A_BALANCE = Balance(micros=100_000_000, currency="USD")

T = TypeVar("T")
Answer = Generation | BaseException | Callable[[], Generation]


class ScriptedProvider:
    """Keeps studio.worker.worker.Provider. The last answer of each list is given again and again."""

    def __init__(self) -> None:
        self.on_create: list[Answer] = [generation(credits=1_300_000)]
        self.on_poll: list[Answer] = [completed()]
        self.on_search: list[LogRow | BaseException | None] = [None]
        self.on_fetch: list[bytes | BaseException] = []
        self.on_key: KeyInfo | BaseException = A_KEY
        self.on_balance: Balance | BaseException = A_BALANCE
        self.sent: list[tuple[str, GenerationRequest]] = []
        self.polled: list[str] = []
        self.searched: list[tuple[str, datetime, datetime]] = []
        self.fetched: list[str] = []

    def create(self, request: GenerationRequest, *, client_request_id: str) -> Generation:
        self.sent.append((client_request_id, request))
        return _given(_next(self.on_create))

    def look_up(self, generation_id: str) -> Generation:
        self.polled.append(generation_id)
        return _given(_next(self.on_poll))

    def find_lost(self, client_request_id: str, *, since: datetime, until: datetime) -> LogRow | None:
        self.searched.append((client_request_id, since, until))
        answer = _next(self.on_search)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def key_info(self) -> KeyInfo:
        if isinstance(self.on_key, BaseException):
            raise self.on_key
        return self.on_key

    def balance(self) -> Balance:
        if isinstance(self.on_balance, BaseException):
            raise self.on_balance
        return self.on_balance

    def fetch(self, url: str, part: Path, *, max_bytes: int) -> None:
        self.fetched.append(url)
        answer = _next(self.on_fetch)
        if isinstance(answer, BaseException):
            raise answer
        assert len(answer) <= max_bytes
        part.write_bytes(answer)


def _next(answers: list[T]) -> T:
    return answers.pop(0) if len(answers) > 1 else answers[0]


def _given(answer: Answer) -> Generation:
    if isinstance(answer, BaseException):
        raise answer
    return answer if isinstance(answer, Generation) else answer()
