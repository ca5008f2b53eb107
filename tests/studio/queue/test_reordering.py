"""A visitor's orders that wait change places with each other, and with nobody else's."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from studio.jobs.job import State
from studio.money.ledger import Payer
from studio.money.limits import Limits
from studio.orders.variations import variations
from studio.queue.changes import Moved
from studio.queue.reordering import moved_first
from studio.storage.database import Database
from tests.studio.queue.test_fairness import ANN, BEN, Queue
from tests.studio.strategies import NOON, a_job, an_order

USUAL = Limits(at_once=10, visitor_jobs=5, visitor_queue=20, queue=100)

MOMENTS = st.lists(st.integers(0, 6), min_size=1, max_size=8).map(sorted)
"""Some of them the same: those of one form come at one moment."""


@given(MOMENTS, st.data())
def test_one_is_first_and_the_others_stay_in_their_order(seconds: list[int], data: st.DataObject) -> None:
    line = [(f"{n}", NOON + timedelta(seconds=second)) for n, second in enumerate(seconds)]
    chosen = data.draw(st.sampled_from([id_ for id_, _since in line]))
    after = dict(line) | dict(moved_first(line, chosen))
    wanted = [chosen, *(id_ for id_, _since in line if id_ != chosen)]
    stood: list[datetime] = [since for _id, since in line]
    # Those that still share a moment are told apart by their seeds, as before.
    assert sorted(after, key=lambda id_: (after[id_], wanted.index(id_))) == wanted
    assert [round((one - NOON).total_seconds()) for one in sorted(after.values())] == [
        round((one - NOON).total_seconds()) for one in stood
    ]


def in_line(queue: Queue, visitor: str) -> list[str]:
    """The visitor's orders that wait, as they will go out."""
    found = queue.store.places_in_line(visitor, queue.now)
    return sorted(found, key=lambda id_: found[id_].ahead)


def goes_out(queue: Queue, number: int) -> list[str]:
    return [job.id for job in (queue.sent_job() for _ in range(number)) if job is not None]


def test_what_is_put_first_goes_out_first_and_the_line_says_so(database: Database) -> None:
    queue = Queue(database, USUAL)
    queue.placed(ANN, 4)
    one, two, three, four = in_line(queue, ANN)
    assert queue.store.put_first(three, ANN, queue.now)
    assert in_line(queue, ANN) == [three, one, two, four]
    assert queue.store.put_first(four, ANN, queue.now)
    assert in_line(queue, ANN) == [four, three, one, two]
    assert goes_out(queue, 4) == [four, three, one, two]


def test_the_second_of_two_clicks_changes_nothing(database: Database) -> None:
    queue = Queue(database, USUAL)
    queue.placed(ANN, 3)
    one, two, three = in_line(queue, ANN)
    assert queue.store.put_first(three, ANN, queue.now)
    assert queue.store.put_first(three, ANN, queue.now)
    assert in_line(queue, ANN) == [three, one, two]


def test_those_of_one_form_change_places_too(database: Database) -> None:
    queue = Queue(database, USUAL)
    group = [a_job(visitor=ANN, order=order) for order in variations(an_order(), 4)]
    queue.store.place_together(group, "four")
    one, two, three, four = (job.id for job in group)
    assert queue.store.put_first(four, ANN, queue.now)
    assert in_line(queue, ANN) == [four, one, two, three]
    assert goes_out(queue, 4) == [four, one, two, three]


def test_nobody_else_waits_longer(database: Database) -> None:
    queue = Queue(database, USUAL)
    queue.placed(BEN, 1)
    queue.placed(ANN, 3)
    queue.placed(BEN, 2)
    before = {visitor: queue.store.places_in_line(visitor, queue.now).values() for visitor in (ANN, BEN)}
    last = in_line(queue, ANN)[-1]
    assert queue.store.put_first(last, ANN, queue.now)
    after = {visitor: queue.store.places_in_line(visitor, queue.now).values() for visitor in (ANN, BEN)}
    assert [sorted(one.ahead for one in before[who]) for who in (ANN, BEN)] == [
        sorted(one.ahead for one in after[who]) for who in (ANN, BEN)
    ]
    assert [queue.sent() for _ in range(6)] == [BEN, ANN, BEN, ANN, BEN, ANN]


def test_orders_that_another_pays_for_keep_their_places(database: Database) -> None:
    queue = Queue(database, USUAL)
    queue.placed(ANN, 1, Payer("a-code"))
    queue.placed(ANN, 2)
    of_the_code, one, two = in_line(queue, ANN)
    assert queue.store.put_first(two, ANN, queue.now)
    # The code's turn is as good as before: it came first, and is served first.
    assert goes_out(queue, 3) == [of_the_code, two, one]


def test_what_is_being_sent_has_been_sent_or_is_another_visitors_is_not_moved(database: Database) -> None:
    queue = Queue(database, USUAL)
    queue.placed(ANN, 3)
    queue.placed(BEN, 1)
    one, two, three = in_line(queue, ANN)
    (of_ben,) = in_line(queue, BEN)
    assert goes_out(queue, 1) == [one]
    claim = queue.claimed()
    assert claim is not None
    held = claim.job.id
    left = {two, three, of_ben} - {held}
    assert not queue.store.put_first(one, ANN, queue.now)
    assert not queue.store.put_first(held, claim.job.visitor, queue.now)
    assert not queue.store.put_first(of_ben, ANN, queue.now)
    assert not queue.store.put_first("0" * 32, ANN, queue.now)
    assert {*in_line(queue, ANN), *in_line(queue, BEN)} == left


def test_other_tabs_hear_of_it(database: Database) -> None:
    queue = Queue(database, USUAL)
    queue.placed(ANN, 2)
    told: list[object] = []
    one, two = in_line(queue, ANN)
    database.tell(told.extend)
    assert queue.store.put_first(two, ANN, queue.now)
    assert told == [Moved(ANN, two, State.WAITING.value), Moved(ANN, one, State.WAITING.value)]
