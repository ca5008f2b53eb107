"""The tables of the database. A change here needs a migration in studio/storage/migrations/versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
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
    # Who pays, as the ledger has it: stays when the gallery changes hands.
    Column("payer", String(64), nullable=False, server_default=text("''")),
    # Who takes turns: the payer, or all who come from one address (studio.queue.fairness).
    Column("turn", String(64), nullable=False, server_default=text("''")),
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
    # Those of before are of the one model that there was.
    Column("model", String(128), nullable=False, server_default=text("'alibaba/wan-2-6-i2v'")),
    Column("ending_picture_key", String(200), nullable=False, server_default=text("''")),
    Column("sound_key", String(200), nullable=False, server_default=text("''")),
    Column("sound_name", String(80), nullable=False, server_default=text("''")),
    # Its state and its outcome.
    Column("backend", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_at", Instant),
    # By which it stands among its payer's own orders that wait; none: when it was placed (studio.queue.reordering).
    Column("in_line_since", Instant),
    Column("price_micros", BigInteger),
    Column("cost_micros", BigInteger),
    Column("retry_of", String(32)),
    # The job whose video it goes on from.
    Column("continues", String(32)),
    # The job whose video it was made of for nothing, and by which edit; empty for all that were ordered.
    Column("made_from", String(32)),
    Column("made_as", String(64)),
    # What its visitor has written on it, and how it is found by that and by its prompt (studio.storage.search_words).
    Column("title", String(120), nullable=False, server_default=text("''")),
    Column("notes", Text, nullable=False, server_default=text("''")),
    Column("is_favourite", Boolean, nullable=False, server_default=false()),
    Column("search_words", Text, nullable=False, server_default=text("''")),
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
    # Checks of its video that have begun in a row and not ended: what died, the server too, is among them.
    Column("checks", Integer, nullable=False, default=0, server_default="0"),
    # Who attends to it, and whether its owner still wants to see it.
    Column("lease_token", String(32)),
    Column("lease_until", Instant),
    Column("hidden_at", Instant),
    # Since when it is in the bin; none: it is in none (studio.queue.binning).
    Column("binned_at", Instant),
    Index("jobs_due", "next_at"),
    Index("jobs_of_visitor", "visitor", "created_at"),
    Index("jobs_served", "turn", "submitted_at"),
    Index("jobs_of_payer", "payer", "next_at"),
    Index("jobs_continuing", "continues"),
    Index("jobs_made_from", "made_from"),
    # Holds all that the size of a gallery needs: nothing else is read for it.
    Index("jobs_sized", "visitor", "state", "hidden_at", "binned_at", "size_bytes"),
    Index("jobs_finished_of_kind", "backend", "model", "duration_s", "resolution", "finished_at"),
)

album_videos = Table(
    "album_videos",
    metadata,
    # A video has each name once.
    Column("job_id", String(32), primary_key=True),
    Column("name", String(60), primary_key=True),
    # Whose the video is: to find theirs without going through all of their videos.
    Column("visitor", String(64), nullable=False),
    Index("albums_of_visitor", "visitor"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("visitor", String(64), primary_key=True),
    Column("form", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

presets = Table(
    "presets",
    metadata,
    Column("visitor", String(64), primary_key=True),
    Column("name", String(60), primary_key=True),
    # studio.orders.presets.PresetSettings as JSON.
    Column("settings", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

breakers = Table(
    "breakers",
    metadata,
    Column("name", String(32), primary_key=True),
    # The fields of studio.jobs.circuit_breaker.Breaker.
    Column("recent", String(32), nullable=False),
    Column("why", String(32)),
    Column("since", Instant),
    Column("open_until", Instant),
    Column("rests", Integer, nullable=False),
    Column("probe", String(32)),
    Column("probe_until", Instant),
)

paces = Table(
    "paces",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("next_at", Instant, nullable=False),
)

# Money: studio/money/ledger.py is the only one that writes these two.

budgets = Table(
    "purses",
    metadata,
    # Whose: "all", "code:<id>" or "visitor:<payer>".
    Column("scope", String(80), primary_key=True),
    # When: a UTC day as 2026-11-22, or a month as 2026-11.
    Column("period", String(10), primary_key=True),
    # What is reserved, spent and uncertain there, in millionths of a dollar: the sum of its rows in the ledger.
    Column("held_micros", BigInteger, nullable=False),
    CheckConstraint("held_micros >= 0", name="purse_not_below_zero"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", String(32), nullable=False),
    Column("at", Instant, nullable=False),
    # The UTC day on which the order was placed: all movements of a job count on that day.
    Column("day", String(10), nullable=False),
    Column("payer", String(64), nullable=False),
    Column("code", String(16)),
    # reserved | settled | released | uncertain | corrected: studio.money.ledger.EntryKind.
    Column("kind", String(16), nullable=False),
    # What it adds: + the price, then what is needed to reach the cost.
    Column("micros", BigInteger, nullable=False),
    # One reservation and one end for each job, whoever tries. Empty for the owner's corrections, any number of them.
    Column("closes", Boolean),
    UniqueConstraint("job_id", "closes", name="ledger_once"),
    Index("ledger_of_day", "day"),
)

# Who may order.

codes = Table(
    "codes",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("budget_micros", BigInteger, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

admissions = Table(
    "admissions",
    metadata,
    # A hash of the token in the browser's cookie: studio.access.sessions.
    Column("holder", String(64), primary_key=True),
    # code | person:… | owner
    Column("kind", String(16), primary_key=True),
    # The code's id, a hash of the person's account, or a hash of the owner's code.
    Column("key", String(64), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    # Of a person: when they signed in, by their provider's clock.
    Column("login_at", Instant),
    Index("admissions_by_key", "kind", "key"),
)

tickets = Table(
    "tickets",
    metadata,
    # Each is good for one admission, once.
    Column("hash", String(64), primary_key=True),
    # Who alone can use it; empty: whoever has it.
    Column("visitor", String(64)),
    Column("kind", String(16), nullable=False),
    Column("key", String(64), nullable=False),
    Column("until", Instant),
    Column("login_at", Instant),
    Column("expires_at", Instant, nullable=False),
)

sign_outs = Table(
    "sign_outs",
    metadata,
    Column("person", String(64), primary_key=True),
    # Sign-ins up to this moment, by the provider's clock, let nobody in any more.
    Column("logins_until", Instant, nullable=False),
)

rate_limits = Table(
    "tallies",
    metadata,
    # What is counted, as "code:<visitor>".
    Column("scope", String(100), primary_key=True),
    # When the present window began.
    Column("since", Instant, nullable=False),
    Column("number", Integer, nullable=False),
)

switches = Table(
    "switches",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("since", Instant),
)

# Links that are given away.

shares = Table(
    "shares",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("job_id", String(32), nullable=False),
    Column("visitor", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("shares_of_job", "job_id"),
)

gallery_links = Table(
    "gallery_links",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("visitor", String(64), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

successions = Table(
    "successions",
    metadata,
    # Whose place was taken, and who took it.
    Column("before", String(64), primary_key=True),
    Column("visitor", String(64), nullable=False),
    # Until when what old tabs order for the one of before is brought in.
    Column("expires_at", Instant, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    # What the person was told to quote.
    Column("reference", String(16), primary_key=True),
    # The last time.
    Column("at", Instant, nullable=False),
    # The kind of error and the page, never its words: those may hold what a person typed.
    Column("what", String(200), nullable=False),
    # How often it has happened.
    Column("number", BigInteger, nullable=False, server_default="1"),
    Index("incidents_by_what", "what", unique=True),
)
