"""What every part of the store has: the database, and how the queue is set."""

from __future__ import annotations

from datetime import timedelta

from studio.money.limits import Limits
from studio.storage.database import Database

LEASE = timedelta(seconds=60)
"""How long a claimed job stays its worker's without renewal. A killed worker's job is taken up after it."""
POLLS_PER_S = 1.9
"""Requests to the provider, all jobs and all servers together. Its one published limit is 200 in 60 s."""
NO_LIMITS = Limits()
VISITOR_STORAGE_BYTES = 5 * 10**9
"""Of videos that one visitor may have, as the setting is by default."""


class StorePart:
    """Every method of a part is one transaction; none is held while anything else is waited for."""

    def __init__(
        self,
        database: Database,
        *,
        limits: Limits = NO_LIMITS,
        polls_per_s: float = POLLS_PER_S,
        lease: timedelta = LEASE,
        visitor_storage_bytes: int = VISITOR_STORAGE_BYTES,
    ) -> None:
        self._db = database
        self._limits = limits
        self._gap = timedelta(seconds=1 / polls_per_s)
        self._lease = lease
        self._storage_bytes = visitor_storage_bytes
