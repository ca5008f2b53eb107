"""The tables of the database. A change here needs a migration in studio/migrations/versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Dialect, Float, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept as whole microseconds since 1970 UTC: the same, and comparable, in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive times: they would mean something else on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Back as an aware UTC time."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData()

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("visitor", String(64), nullable=False),
    Column("nonce", String(64), nullable=False, unique=True),
    # The order.
    Column("prompt", Text, nullable=False),
    Column("picture_key", String(200), nullable=False),
    Column("duration_s", Integer, nullable=False),
    Column("resolution", String(16), nullable=False),
    Column("with_sound", Boolean, nullable=False),
    Column("several_shots", Boolean, nullable=False),
    Column("improve_prompt", Boolean, nullable=False),
    Column("negative_prompt", Text, nullable=False),
    Column("seed", BigInteger),
    Column("audio_url", Text, nullable=False),
    # What became of it.
    Column("backend", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_at", Instant),
    Column("price_micros", BigInteger),
    Column("cost_micros", BigInteger),
    Column("retry_of", String(32)),
    Column("attempt", Integer, nullable=False),
    Column("submitted_at", Instant),
    Column("generation_id", String(512)),
    Column("accepted_at", Instant),
    Column("expected_s", Float),
    Column("finished_at", Instant),
    Column("ended_at", Instant),
    Column("looks", Integer, nullable=False),
    Column("trouble", Integer, nullable=False),
    Column("trouble_kind", String(64), nullable=False),
    Column("reason", String(32)),
    Column("reason_detail", Text, nullable=False),
    Column("video_key", String(200)),
    Column("poster_key", String(200)),
    Column("width", Integer),
    Column("height", Integer),
    Column("video_duration_s", Float),
    Column("size_bytes", BigInteger),
    Column("has_sound", Boolean),
    # Who attends to it, and whether its owner still wants to see it.
    Column("lease_token", String(32)),
    Column("lease_until", Instant),
    Column("hidden_at", Instant),
    Index("jobs_due", "next_at"),
    Index("jobs_of_visitor", "visitor", "created_at"),
    Index("jobs_finished_of_kind", "backend", "duration_s", "resolution", "finished_at"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("visitor", String(64), primary_key=True),
    Column("form", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

breakers = Table(
    "breakers",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Instant),
    Column("open_until", Instant),
    Column("why", String(32)),
)

paces = Table(
    "paces",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("next_at", Instant, nullable=False),
)
