"""Guesses are slowed and counted, and nobody is shut out by the guesses of others. On both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pydantic import SecretStr

from studio import clock
from studio.access.admission import OWNER_WRONG_IN_ALL, WAIT_MAX_S, WAIT_STEP_S, WRONG_OF_A_VISITOR, Admission, Answer
from studio.access.codes import Codes
from studio.access.rate_limits import RateLimits
from studio.settings import Settings
from studio.storage.database import Database
from tests.studio.strategies import NOON

OWNERS = "the owner's own long code"
SIDE_BY_SIDE = 24
OWNER = "0" * 32


class Entrance:
    """An admission whose waiting is written down instead of waited for."""

    def __init__(self, database: Database) -> None:
        self.waited: list[float] = []
        self.codes = Codes(database, clock.now)
        settings = Settings(owner_code=SecretStr(OWNERS))
        self.admission = Admission(database, self.codes, settings, clock.now, self.waited.append)

    def guess(self, visitors: list[str]) -> list[Answer]:
        """Each of them tries a wrong owner's code, all in the same moment."""
        together = threading.Barrier(len(visitors))

        def one(visitor: str) -> Answer:
            together.wait(30)
            return self.admission.try_owner(visitor, "wrong").answer

        with ThreadPoolExecutor(len(visitors)) as threads:
            return list(threads.map(one, visitors))


def test_of_guesses_side_by_side_no_more_are_compared_than_one_after_the_other(database: Database) -> None:
    """Before: 22 of 24 were compared at a limit of 10."""
    answers = Entrance(database).guess(["a" * 32] * SIDE_BY_SIDE)
    assert answers.count(Answer.WRONG) == WRONG_OF_A_VISITOR
    assert answers.count(Answer.TOO_MANY) == SIDE_BY_SIDE - WRONG_OF_A_VISITOR


def test_guesses_side_by_side_from_many_browsers_wait_each_longer_than_the_one_before(database: Database) -> None:
    entrance = Entrance(database)
    assert set(entrance.guess([f"{n:032x}" for n in range(SIDE_BY_SIDE)])) == {Answer.WRONG}
    slowed = SIDE_BY_SIDE - OWNER_WRONG_IN_ALL
    assert sorted(entrance.waited) == [WAIT_STEP_S * n for n in range(1, slowed + 1)]


def test_a_clock_read_before_the_wait_for_another_begins_no_new_count(database: Database) -> None:
    """Of two guesses at once the later may be counted first: the count begun anew let guesses through."""
    rate_limits, per = RateLimits(database), timedelta(minutes=1)
    assert rate_limits.reserve("owner", NOON, per=per) == 1
    assert rate_limits.reserve("owner", NOON - timedelta(seconds=1), per=per) == 2
    assert not rate_limits.count("owner", NOON - timedelta(seconds=1), limit=2, per=per)
    assert rate_limits.is_full("owner", NOON - timedelta(seconds=1), limit=2, per=per)
    assert rate_limits.reserve("owner", NOON - 2 * per, per=per) == 1, "a clock set back by more than the window"


def test_the_owner_comes_in_whatever_strangers_have_guessed(database: Database) -> None:
    """Before: ten wrong words of anybody's shut the owner out for a minute, and so for good."""
    entrance = Entrance(database)
    for _ in range(4):
        entrance.guess([f"{n:032x}" for n in range(SIDE_BY_SIDE)])
    tried = entrance.admission.try_owner(OWNER, OWNERS)
    assert tried.answer is Answer.ADMITTED
    assert max(entrance.waited) <= WAIT_MAX_S


def test_who_has_a_code_comes_in_at_once_whatever_strangers_have_guessed(database: Database) -> None:
    """Before: fifty wrong codes shut out all who had the right one."""
    entrance = Entrance(database)
    _code, words = entrance.codes.make("newsletter", 1_000_000)
    for n in range(120):
        entrance.admission.try_code(f"{n:032x}", "wrong")
    slow = len(entrance.waited)
    assert slow
    assert {entrance.admission.try_code(OWNER, words).answer for _ in range(20)} == {Answer.ADMITTED}
    assert len(entrance.waited) == slow
