"""Where an order stands in line: what goes out before it by the rules of fairness, if nothing else comes.

The line is read in one statement, and put in order here.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import case, or_, select

from studio.jobs.job import UNDER_WAY, State
from studio.money.limits import Limits
from studio.queue.fairness import in_line_since, is_made, place
from studio.queue.store_part import NO_LIMITS, StorePart
from studio.storage.tables import jobs


@dataclass(frozen=True, slots=True)
class PlaceInLine:
    """What goes out before an order that waits."""

    ahead: int
    """Orders, whoever's."""
    own_ahead: int
    """Of these, the visitor's own."""
    own_being_made: int
    """Videos of the visitor that are being made meanwhile."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits, as far as its place depends on it."""

    id: str
    visitor: str
    payer: str
    group: str
    place: Any
    """What is comparable: the earliest goes first."""


@dataclass(frozen=True, slots=True)
class BeingMade:
    """A video that is being made, as far as the place of others depends on it."""

    visitor: str
    payer: str
    group: str


class Line(StorePart):
    """Tells how long the line is before an order."""

    def places_in_line(self, visitor: str, now: datetime) -> dict[str, PlaceInLine]:
        """What goes out before each of the visitor's orders that wait, by the id of the job."""
        with self._db.read() as connection:
            rows = connection.execute(_LINE, {"now": now}).all()
        made = [BeingMade(row.visitor, row.payer, row.turn) for row in rows if row.is_made]
        waiting = [
            Waiting(row.id, row.visitor, row.payer, row.turn, (row.place, row.since, row.seed or 0, row.next_at))
            for row in rows
            if not row.is_made
        ]
        own_made = sum(one.visitor == visitor for one in made)
        places: dict[str, PlaceInLine] = {}
        own = 0
        for ahead, one in enumerate(in_order(waiting, made, self._limits)):
            if one.visitor == visitor:
                places[one.id] = PlaceInLine(ahead, own, own_made)
                own += 1
        return places


def in_order(waiting: Iterable[Waiting], made: Iterable[BeingMade], limits: Limits) -> Iterator[Waiting]:
    """The orders as they will go out: always the earliest, and what its group has besides after all that were there.

    Those of payers who have as many being made as may be come after all others, and take turns there.
    """
    of_payers, of_groups = Counter[str](), Counter[str]()
    for video in made:
        of_payers[video.payer] += 1
        of_groups[video.group] += 1
    groups = defaultdict[str, deque[Waiting]](deque)
    for one in sorted(waiting, key=lambda one: one.place):
        groups[one.group].append(one)
    first = [((0, own[0].place), group) for group, own in groups.items()]
    heapq.heapify(first)
    kept_back = []
    for served in count():
        if not first:
            break
        _, group = heapq.heappop(first)
        own = groups[group]
        while own:
            one = own.popleft()
            if _is_most(of_payers[one.payer], limits.visitor_jobs) or _is_most(of_groups[group], limits.address_jobs):
                kept_back.append(one)
                continue
            of_payers[one.payer] += 1
            of_groups[group] += 1
            yield one
            break
        if own:
            heapq.heappush(first, ((1, served), group))
    if kept_back:
        yield from in_order(kept_back, (), NO_LIMITS)


def _is_most(number: int, limit: int | None) -> bool:
    return limit is not None and number >= limit


_LINE = select(
    jobs.c.id,
    jobs.c.visitor,
    jobs.c.payer,
    jobs.c.turn,
    in_line_since().label("since"),
    jobs.c.seed,
    jobs.c.next_at,
    case((is_made(jobs), True), else_=False).label("is_made"),
    place().label("place"),
).where(jobs.c.next_at.is_not(None), or_(jobs.c.state == State.WAITING, jobs.c.state.in_(UNDER_WAY)))
