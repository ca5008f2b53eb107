"""An order under way: its states, and the only arrows between them. Pure; drawn in docs/states.md.

A job changes only through the named transitions below, each of which refuses a job in any other state than those it
starts from. What the worker does next is read off the state; when, is read off `next_at`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from studio.jobs.last_error import Why
from studio.orders.order import Order

_CLIENT_REQUEST_ID = re.compile(r"([0-9a-f]{32})\.\d{1,9}")
"""`Job.client_request_id`: the job's id, and which of its submits it was."""

DEADLINE = timedelta(hours=24)
"""After this the provider has forgotten the task and its file (Alibaba keeps both for 24 h)."""


class State(StrEnum):
    """Where a job stands. Each says who moves it on."""

    WAITING = "waiting"
    """Placed, nothing sent. The worker submits it when `next_at` has come."""
    SUBMITTING = "submitting"
    """The order may be on its way. Committed before the first byte leaves; after a crash it becomes UNCONFIRMED."""
    QUEUED = "queued"
    """The provider has it and has not begun. The worker polls."""
    GENERATING = "generating"
    """The provider is at work. The worker polls."""
    FETCHING = "fetching"
    """The provider is done. The worker asks for the address, downloads, checks and keeps."""
    UNCONFIRMED = "unconfirmed"
    """Sent, and the answer got lost: it may have been charged. The worker searches the provider's log."""
    DONE = "done"
    """The video is kept and whole. Final."""
    REFUSED = "refused"
    """The order was not taken: certainly not charged. Final."""
    FAILED = "failed"
    """The provider took it and gave up: not charged, as it says of failed requests. Final."""
    EXPIRED = "expired"
    """It went through, and no video could be had within a day, or none that can be checked: probably charged. Final."""
    CLOSED = "closed"
    """Unconfirmed for a day and not found in the log: counted as charged, because nobody knows. Final."""


FINAL = frozenset({State.DONE, State.REFUSED, State.FAILED, State.EXPIRED, State.CLOSED})
ACTIVE = frozenset(State) - FINAL
UNDER_WAY = (State.SUBMITTING, State.QUEUED, State.GENERATING, State.FETCHING)
"""What keeps the provider busy. UNCONFIRMED does not: it may stay a day, and nobody knows whether it is there."""


class Reason(StrEnum):
    """Why a job ended without a video. The screen has the sentence for each."""

    ORDER_INVALID = "order_invalid"
    KEY_REJECTED = "key_rejected"
    OUT_OF_CREDIT = "out_of_credit"
    BLOCKED = "blocked"
    NOT_OFFERED = "not_offered"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    PICTURE_LOST = "picture_lost"
    SOUND_LOST = "sound_lost"
    NO_ROOM = "no_room"
    PICTURE_MODERATED = "picture_moderated"
    WORDS_MODERATED = "words_moderated"
    RESULT_MODERATED = "result_moderated"
    MODERATED = "moderated"
    FAMOUS_CHARACTER = "famous_character"
    AUDIO_UNREACHABLE = "audio_unreachable"
    AUDIO_FILE_REFUSED = "audio_file_refused"
    PICTURE_UNREADABLE = "picture_unreadable"
    TIMED_OUT = "timed_out"
    REWRITE_FAILED = "rewrite_failed"
    NEVER_ANSWERED = "never_answered"
    NEVER_FETCHED = "never_fetched"
    NEVER_CHECKED = "never_checked"
    NOT_FOUND_AGAIN = "not_found_again"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


BROUGHT_IN = "brought_in"
"""Instead of who made it: its visitor brought it along."""


class ImpossibleMove(Exception):
    """A transition was asked of a job in a state it does not start from: a mistake in the code, never a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVideo:
    """The finished thing, as it is in the media store."""

    video_key: str
    poster_key: str
    width: int
    height: int
    duration_s: float
    size_bytes: int
    has_sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One order under way, as the database has it."""

    id: str
    """32 hexadecimal digits, unguessable."""
    visitor: str
    order: Order
    backend: str
    """"demo" or "aimlapi": who makes the video; BROUGHT_IN where it was made elsewhere."""
    state: State
    created_at: datetime
    next_at: datetime | None
    """When the worker attends to it next; None exactly in the final states."""
    price_micros: int
    """What was said before the click and is reserved, in millionths of a dollar. 0: free."""
    cost_micros: int | None = None
    """What the provider reported; set with the first answer that carries it."""
    retry_of: str | None = None
    """The job that a person asked for again."""
    continues: str | None = None
    """The job of the same visitor whose last frame is its picture (studio.jobs.family)."""
    made_from: str | None = None
    """The job, the first of several, whose video this one was made of, for nothing: it was never ordered, sent or paid
    for, and the order is that of the other. None where it was ordered."""
    made_as: str | None = None
    """What it was made by, exactly where `made_from` is set: the name of the edit (studio.videos.edit)."""
    attempt: int = 0
    """Submits begun. Goes up only after a failure that certainly sent nothing, or a 429."""
    submitted_at: datetime | None = None
    """When the last submit began."""
    generation_id: str | None = None
    """The provider's id. While the job is UNCONFIRMED only hearsay: to be asked after, not to be relied on."""
    accepted_at: datetime | None = None
    """When the provider's id was learned (for a lost answer: when the order was sent)."""
    expected_s: float | None = None
    """Expected time from acceptance to done there; fixed at acceptance, so that progress never jumps back."""
    finished_at: datetime | None = None
    """When the provider was first seen to be done."""
    ended_at: datetime | None = None
    """When the job reached a final state."""
    polls: int = 0
    """Times the provider was asked after it, with an answer."""
    consecutive_failures: int = 0
    """Failed steps in a row; back to 0 with each good one. Only spaces out the tries."""
    last_error: str = ""
    """What the last failed step met, one word of studio.jobs.last_error.Why; empty when the last step went well."""
    reason: Reason | None = None
    reason_detail: str = ""
    """The provider's own words, untrusted, for the log and the owner only."""
    video: KeptVideo | None = None
    title: str = ""
    """What its visitor calls the video, and has noted of it; only of finished ones, and nobody else's to see."""
    notes: str = ""
    is_favourite: bool = False
    binned_at: datetime | None = None
    """Since when it is in its visitor's bin (studio.queue.binning); None while it is in none."""

    @property
    def is_final(self) -> bool:
        """True when nothing more will happen by itself."""
        return self.state in FINAL

    @property
    def length_s(self) -> float:
        """Seconds to show it with: as they were ordered, from which a film may differ by a frame; of one that was made
        of another, its own."""
        if self.made_from is not None and self.video is not None:
            return self.video.duration_s
        return float(self.order.duration_s)

    @property
    def failed_for_nothing(self) -> bool:
        """True where it ended without a video and certainly without a charge."""
        return self.is_final and self.state is not State.DONE and not self.may_have_been_charged

    @property
    def may_have_been_charged(self) -> bool:
        """True where there is no video and nobody can say that it cost nothing."""
        return self.state in (State.UNCONFIRMED, State.EXPIRED, State.CLOSED)

    @property
    def client_request_id(self) -> str:
        """What goes out as X-Client-Request-Id with the present submit, and is looked for in the provider's log."""
        return f"{self.id}.{self.attempt}"

    # Submitting: at most once.

    def submit_begun(self, now: datetime) -> Job:
        """About to send: committed before the first byte leaves."""
        return self._move({State.WAITING}, State.SUBMITTING, now, attempt=self.attempt + 1, submitted_at=now)

    def not_sent(self, again_at: datetime, why: Why) -> Job:
        """Certainly nothing was accepted: it waits and goes out again by itself."""
        return self._move(
            {State.SUBMITTING},
            State.WAITING,
            again_at,
            consecutive_failures=self.consecutive_failures + 1,
            last_error=why,
        )

    def held_back(self, again_at: datetime, why: Why) -> Job:
        """Not even tried: nothing may be submitted at present."""
        return self._move({State.WAITING}, State.WAITING, again_at, last_error=why)

    def refused(self, now: datetime, reason: Reason, detail: str = "") -> Job:
        """The order was not taken, for certain."""
        return self._end({State.WAITING, State.SUBMITTING}, State.REFUSED, now, reason, detail)

    def refused_late(self, now: datetime, reason: Reason, detail: str = "") -> Job:
        """Taken for lost, and whoever sent it now says that it was not taken, for certain.

        It releases money that was uncertain: nobody else knows enough to say so.
        """
        return self._end({State.UNCONFIRMED}, State.REFUSED, now, reason, detail)

    def answer_lost(self, now: datetime, why: Why, *, heard_of: str | None = None) -> Job:
        """It was sent, and whether it was accepted is not known. Never sent again by itself.

        `heard_of` is an id that came with an answer that could not be read otherwise.
        """
        return self._move(
            {State.SUBMITTING}, State.UNCONFIRMED, now, consecutive_failures=0, last_error=why, generation_id=heard_of
        )

    def accepted(
        self, now: datetime, generation_id: str, *, expected_s: float, poll_at: datetime, cost_micros: int | None
    ) -> Job:
        """The provider has it and gave it an id."""
        return self._move(
            {State.SUBMITTING},
            State.QUEUED,
            poll_at,
            generation_id=generation_id,
            accepted_at=now,
            expected_s=expected_s,
            cost_micros=cost_micros,
            consecutive_failures=0,
            last_error="",
        )

    # Unconfirmed: looked for, never sent again.

    def not_found_yet(self, again_at: datetime) -> Job:
        """The log does not show it (yet)."""
        return self._move({State.UNCONFIRMED}, State.UNCONFIRMED, again_at, polls=self.polls + 1)

    def found(self, now: datetime, generation_id: str, *, expected_s: float, cost_micros: int | None) -> Job:
        """The log shows that it was accepted: adopted, as if the answer had come."""
        return self._move(
            {State.UNCONFIRMED},
            State.QUEUED,
            now,
            generation_id=generation_id,
            accepted_at=self.submitted_at,
            expected_s=expected_s,
            cost_micros=cost_micros,
            consecutive_failures=0,
            last_error="",
        )

    def closed_unfound(self, now: datetime) -> Job:
        """A day has passed and the log does not show it. It stays counted as spent: nobody knows."""
        return self._end({State.UNCONFIRMED}, State.CLOSED, now, Reason.NOT_FOUND_AGAIN, self.last_error)

    # Polling and fetching: at least once, repeated freely.

    def still_queued(self, poll_at: datetime) -> Job:
        """Polled: not begun. An already seen beginning is not taken back."""
        return self._polled(self.state, poll_at)

    def still_generating(self, poll_at: datetime) -> Job:
        """Polled: at work."""
        return self._polled(State.GENERATING, poll_at)

    def poll_failed(self, poll_at: datetime, why: Why) -> Job:
        """Polling or fetching did not work this time: nothing is lost, later again."""
        return self._move(
            {State.QUEUED, State.GENERATING, State.FETCHING, State.UNCONFIRMED},
            self.state,
            poll_at,
            consecutive_failures=self.consecutive_failures + 1,
            last_error=why,
        )

    def finished_there(self, now: datetime, *, cost_micros: int | None) -> Job:
        """The provider is done: the video can be fetched."""
        return self._move(
            {State.QUEUED, State.GENERATING, State.FETCHING},
            State.FETCHING,
            now,
            finished_at=self.finished_at or now,
            cost_micros=self.cost_micros if cost_micros is None else cost_micros,
            polls=self.polls + 1,
        )

    def kept(self, now: datetime, video: KeptVideo) -> Job:
        """The video is whole and ours."""
        return replace(
            self._move({State.FETCHING}, State.DONE, None, consecutive_failures=0, last_error="", video=video),
            ended_at=now,
        )

    def failed(self, now: datetime, reason: Reason, detail: str) -> Job:
        """The provider gave up on it; its own page says that a failed request is not billed."""
        ended = self._end(
            {State.QUEUED, State.GENERATING, State.FETCHING, State.UNCONFIRMED}, State.FAILED, now, reason, detail
        )
        return replace(ended, cost_micros=0)

    def expired(self, now: datetime, reason: Reason) -> Job:
        """No video within a day, or none that can be checked; probably charged."""
        return self._end({State.QUEUED, State.GENERATING, State.FETCHING}, State.EXPIRED, now, reason, self.last_error)

    def is_overdue(self, now: datetime) -> bool:
        """True when the provider has forgotten it by now."""
        since = self.submitted_at or self.created_at
        return now - since >= DEADLINE

    # The arrows themselves.

    def _polled(self, to: State, poll_at: datetime) -> Job:
        return self._move(
            {State.QUEUED, State.GENERATING, State.FETCHING},
            to,
            poll_at,
            polls=self.polls + 1,
            consecutive_failures=0,
            last_error="",
        )

    def _end(self, starts: set[State], to: State, now: datetime, reason: Reason, detail: str) -> Job:
        return self._move(starts, to, None, ended_at=now, reason=reason, reason_detail=detail[:500], last_error="")

    def _move(self, starts: set[State], to: State, next_at: datetime | None, **changes: object) -> Job:
        if self.state not in starts:
            raise ImpossibleMove(f"a job that is {self.state} cannot become {to} this way")
        return replace(self, state=to, next_at=next_at, **changes)  # type: ignore[arg-type]


def job_id_in(client_request_id: str | None) -> str | None:
    """The id of the job in whose name a request was sent; None where it bears no name such as ours are."""
    match = _CLIENT_REQUEST_ID.fullmatch(client_request_id or "")
    return match[1] if match else None
