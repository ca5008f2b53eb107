"""So many tries in a time, and no more until it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from studio.access.rate_limits import RateLimits
from studio.storage.database import Database

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_window_has_room_for_so_many_and_is_full_beyond_too(database: Database) -> None:
    tries = RateLimits(database)
    assert not tries.is_full("door", NOON, limit=1, per=MINUTE)
    assert [tries.count("door", NOON, limit=3, per=MINUTE) for _ in range(4)] == [True, True, True, False]
    # However many there were when the limit was a higher one.
    assert [tries.is_full("door", NOON, limit=limit, per=MINUTE) for limit in (1, 2, 3, 4)] == [True, True, True, False]
    assert not tries.is_full("another", NOON, limit=1, per=MINUTE)
    assert not tries.is_full("door", NOON + 2 * MINUTE, limit=1, per=MINUTE)
