"""The visitors of a run: they order, click twice, come to their limits, and delete everything."""

from __future__ import annotations

import random
import threading
import traceback
from dataclasses import dataclass, field

from studio.money.limits import LimitReached, Limits
from studio.orders.drafts import Draft
from studio.visitor_service import VisitorService
from tests.crash.folders import a_picture
from tests.crash.ledger_check import PRICE

ORDERS_PER_S = 4.0
AT_A_TIME = 5
"""Visitors; after so many orders of theirs others come."""
ORDERS_EACH = 12
LIMITS = Limits(visitor_micros=10 * PRICE, day_micros=100_000 * PRICE)
"""A visitor's limit is below what they want, so that it is met all the time."""
DELETES_EVERY = 15
"""After one in so many orders somebody deletes everything."""
_SITE = "a" * 32
"""Whose form holds the picture of all orders, so that it stays while any visitor goes."""


@dataclass(slots=True)
class People:
    """All visitors of one service."""

    visitor_service: VisitorService
    seed: int
    placed: list[str] = field(default_factory=list)
    refused: int = 0
    """Orders that a limit kept out."""
    deletions: int = 0
    errors: list[str] = field(default_factory=list)
    _number: int = 0

    def order_on(self, closing: threading.Event) -> None:
        """Place orders until told to stop; one in three is clicked twice, at the same moment."""
        picture = self.visitor_service.forms.picture_files.add(a_picture())
        self.visitor_service.forms.drafts.keep(_SITE, Draft(picture=picture))
        chance = random.Random(self.seed + 1)
        while not closing.wait(chance.expovariate(ORDERS_PER_S)):
            self._number += 1
            draft = Draft(picture=picture, prompt=f"{self._number:06d} the waves roll in")
            visitor = chance.choice(self._here())
            clicks = [threading.Thread(target=self._click, args=(visitor, draft)) for _ in range(2)]
            for click in clicks[: 2 if chance.random() < 1 / 3 else 1]:
                click.start()
            for click in clicks:
                if click.ident is not None:
                    click.join()
            if chance.randrange(DELETES_EVERY) == 0:
                self._delete(chance.choice(self._here()))

    def all_delete_everything(self) -> None:
        """Everybody who is here or was shortly before, one after the other."""
        for visitor in (*self._here(), *self._here(ago=1)):
            self._delete(visitor)

    def _here(self, *, ago: int = 0) -> list[str]:
        first = (self._number // (AT_A_TIME * ORDERS_EACH) - ago) * AT_A_TIME
        return [f"{first + n:032x}" for n in range(AT_A_TIME) if first >= 0]

    def _click(self, visitor: str, draft: Draft) -> None:
        try:
            job = self.visitor_service.place(visitor, draft)
        except LimitReached:
            self.refused += 1
            return
        except Exception as error:  # noqa: BLE001  told at the end: a thread has nobody to raise it to
            self.errors.append("".join(traceback.format_exception(error)))
            return
        if job.id not in self.placed:
            self.placed.append(job.id)

    def _delete(self, visitor: str) -> None:
        try:
            self.visitor_service.delete_everything(visitor)
        except Exception as error:  # noqa: BLE001  as above
            self.errors.append("".join(traceback.format_exception(error)))
            return
        self.deletions += 1
