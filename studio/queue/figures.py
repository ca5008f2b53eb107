"""What a visitor's videos come to: how many, how long they took, what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from studio.money.prices import counted_cost
from studio.queue import jobs_of_visitor
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs


@dataclass(frozen=True, slots=True)
class Made:
    """One video of a gallery, as far as it is counted."""

    ordered_at: datetime
    model: str
    was_ordered: bool
    """False for what was made of another video for nothing."""
    film_s: float
    took_s: float | None
    """From the provider's taking it to the end there; None where that is not known."""
    cost_micros: int


class Figures(StorePart):
    """Reads what is counted."""

    def made(self, visitor: str) -> list[Made]:
        """Each video in a visitor's gallery, the oldest first; one statement."""
        counted = (
            *(jobs.c.created_at, jobs.c.model, jobs.c.made_from, jobs.c.video_duration_s, jobs.c.backend),
            *(jobs.c.accepted_at, jobs.c.finished_at, jobs.c.cost_micros, jobs.c.price_micros),
        )
        theirs = select(*counted).where(jobs_of_visitor.is_in_gallery(visitor)).order_by(jobs.c.created_at)
        with self._db.read() as connection:
            rows = connection.execute(theirs).all()
        return [
            Made(
                ordered_at=row.created_at,
                model=row.model,
                was_ordered=row.made_from is None,
                film_s=row.video_duration_s or 0.0,
                took_s=_took_s(row.accepted_at, row.finished_at) if row.made_from is None else None,
                cost_micros=0 if row.backend == "demo" else counted_cost(row.cost_micros, row.price_micros or 0),
            )
            for row in rows
        ]


def _took_s(accepted: datetime | None, finished: datetime | None) -> float | None:
    return None if accepted is None or finished is None else (finished - accepted).total_seconds()
