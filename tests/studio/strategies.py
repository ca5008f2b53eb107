"""Orders and jobs as Hypothesis draws them, and as a test wants them."""

from __future__ import annotations

import dataclasses
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from studio.jobs.job import FINAL, Job, KeptVideo, Reason, State
from studio.orders.order import MODEL, Order
from videoapi.models import MODELS

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""When tests begin, unless they say otherwise."""


def after(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def an_order(**changes: Any) -> Order:
    """An order that may go out, but for the changes."""
    return dataclasses.replace(Order(prompt="The waves roll in.", picture_key="pictures/ab/abcd.jpg"), **changes)


def a_job(**changes: Any) -> Job:
    """A job just placed, but for the changes."""
    job = Job(
        id=secrets.token_hex(16),
        visitor="a" * 32,
        order=an_order(),
        backend="aimlapi",
        state=State.WAITING,
        created_at=NOON,
        next_at=NOON,
        price_micros=650_000,
    )
    return dataclasses.replace(job, **changes)


A_VIDEO = KeptVideo(
    video_key="videos/ab/abcd.mp4",
    poster_key="posters/ab/abcd.jpg",
    width=1280,
    height=720,
    duration_s=5.0,
    size_bytes=4_000_000,
    has_sound=True,
)


def a_job_in(state: State, **changes: Any) -> Job:
    """A job that stands in a state, with all that a job there has."""
    fields: dict[str, Any] = {"state": state}
    if state is not State.WAITING:
        fields |= {"attempt": 1, "submitted_at": NOON}
    if state in (State.QUEUED, State.GENERATING, State.FETCHING, State.DONE, State.FAILED, State.EXPIRED):
        fields |= {"generation_id": "gen-1", "accepted_at": NOON, "expected_s": 172.0}
    if state in (State.FETCHING, State.DONE):
        fields |= {"finished_at": after(170)}
    if state in FINAL:
        fields |= {"next_at": None, "ended_at": after(180)}
    if state is State.DONE:
        fields |= {"video": A_VIDEO}
    elif state in FINAL:
        fields |= {"reason": Reason.UNKNOWN}
    return a_job(**(fields | changes))


# PostgreSQL has no room for NUL in texts; orders are cleaned of it long before.
words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=200)
moments = st.integers(0, 7_258_118_400_000_000).map(
    lambda us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
)
"""1970 to 2200, to the microsecond."""

micros = st.integers(0, 2**40)
"""Up to a million dollars."""
seconds = st.floats(0, 1e9, allow_nan=False)
hex_ids = st.integers(0, 16**32 - 1).map(lambda number: f"{number:032x}")

orders = st.builds(
    Order,
    prompt=words,
    picture_key=words,
    duration_s=st.sampled_from(MODEL.durations_s),
    resolution=st.sampled_from(MODEL.resolutions),
    with_sound=st.booleans(),
    several_shots=st.booleans(),
    improve_prompt=st.booleans(),
    negative_prompt=words,
    seed=st.none() | st.integers(0, MODEL.seed_max),
    audio_url=words,
    model=st.sampled_from(sorted(MODELS)),
    ending_picture_key=words,
    sound_key=words,
    sound_name=words.map(lambda name: name[:80]),
)
videos = st.builds(
    KeptVideo,
    video_key=words,
    poster_key=words,
    width=st.integers(1, 10_000),
    height=st.integers(1, 10_000),
    duration_s=seconds,
    size_bytes=st.integers(0, 2**40),
    has_sound=st.booleans(),
)
jobs = st.builds(
    Job,
    id=hex_ids,
    visitor=hex_ids,
    order=orders,
    backend=st.sampled_from(["demo", "aimlapi"]),
    state=st.sampled_from(State),
    created_at=moments,
    next_at=st.none() | moments,
    price_micros=micros,
    cost_micros=st.none() | micros,
    retry_of=st.none() | hex_ids,
    made_from=st.none() | hex_ids,
    made_as=st.none() | st.sampled_from(["trim-0-2000.mp4", "back-and-forth.mp4", "joined-3-0123456789abcdef.mp4"]),
    attempt=st.integers(0, 10_000),
    submitted_at=st.none() | moments,
    # As long and as odd as the wire lets an id be.
    generation_id=st.none() | st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), max_size=512),
    accepted_at=st.none() | moments,
    expected_s=st.none() | seconds,
    finished_at=st.none() | moments,
    ended_at=st.none() | moments,
    polls=st.integers(0, 100_000),
    consecutive_failures=st.integers(0, 100_000),
    last_error=st.text(st.characters(codec="ascii", categories=["L"]), max_size=64),
    reason=st.none() | st.sampled_from(Reason),
    reason_detail=words,
    video=st.none() | videos,
    title=words.map(lambda title: title[:120]),
    notes=words,
    is_favourite=st.booleans(),
)
