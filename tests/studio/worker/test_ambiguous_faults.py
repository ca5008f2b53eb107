"""An order whose answer gets lost: never sent a second time, and found again wherever the provider did accept it."""

from __future__ import annotations

from tests.crash.ambiguous import run_ambiguous
from tests.crash.faults import AMBIGUOUS

EACH = 20
"""`make crash` tries each 50 times."""


def test_no_lost_answer_makes_a_second_order_and_every_accepted_one_is_found_again() -> None:
    outcomes = list(run_ambiguous(EACH))
    for outcome in outcomes:
        print(f"{outcome.fault}: {outcome.charged} charged, {outcome.found} found again, {outcome.closed} closed")
    assert [outcome.fault for outcome in outcomes] == list(AMBIGUOUS)
    assert [outcome.fault for outcome in outcomes if outcome.orders != EACH or not outcome.is_clean] == []
