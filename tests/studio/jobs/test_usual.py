"""How long a kind of video usually takes: from what was seen here, in whole words, and never a nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.jobs.polling import HAND_OVER_S, ODD_FACTOR, Expectation, prior
from studio.jobs.usual import ENOUGH, MINUTE_S, STEP_S, Rounded, Unit, Usual, rounded, usual
from tests.studio.strategies import an_order

EXPECTED = prior("aimlapi", an_order())
durations = st.floats(0, 1e7, allow_nan=False)
spans = st.tuples(durations, durations).map(lambda ends: Usual(min(ends), max(ends)))


@given(st.lists(durations, max_size=ENOUGH - 1))
def test_too_few_of_a_kind_say_nothing_yet(seen: list[float]) -> None:
    assert usual(EXPECTED, seen) == Usual(EXPECTED.earliest_s + HAND_OVER_S, EXPECTED.latest_s + HAND_OVER_S)


@given(st.lists(durations, min_size=ENOUGH, max_size=60))
def test_the_spread_leaves_out_the_quickest_fifth_and_the_slowest_tenth(seen: list[float]) -> None:
    span, most = usual(EXPECTED, seen), ODD_FACTOR * EXPECTED.latest_s
    capped = [min(each, most) for each in seen]
    assert span.from_s <= span.to_s
    assert min(capped) + HAND_OVER_S - 1e-6 <= span.from_s
    assert span.to_s <= max(capped) + HAND_OVER_S + 1e-6
    # To one of them: an end may lie between two that were seen.
    assert sum(each + HAND_OVER_S < span.from_s - 1e-6 for each in capped) <= 0.2 * len(capped) + 1
    assert sum(each + HAND_OVER_S > span.to_s + 1e-6 for each in capped) <= 0.1 * len(capped) + 1


@given(st.lists(durations, min_size=ENOUGH, max_size=60))
def test_the_order_in_which_they_ended_does_not_matter(seen: list[float]) -> None:
    assert usual(EXPECTED, seen) == usual(EXPECTED, sorted(seen))


def test_it_is_told_from_the_20th_to_the_90th_of_a_hundred() -> None:
    assert usual(EXPECTED, [float(number) for number in range(101)]) == Usual(20 + HAND_OVER_S, 90 + HAND_OVER_S)


def test_one_that_was_seen_hours_late_is_not_what_is_usual() -> None:
    assert usual(EXPECTED, [100.0] * 9 + [90_000.0]).to_s <= 100 + ODD_FACTOR * EXPECTED.latest_s
    assert usual(EXPECTED, [100.0] * 30 + [90_000.0]) == Usual(101, 101)


@given(spans)
def test_what_is_said_is_the_span_to_half_a_step(span: Usual) -> None:
    said = rounded(span)
    step = STEP_S if said.unit is Unit.SECOND else MINUTE_S
    unit_s = 1 if said.unit is Unit.SECOND else MINUTE_S
    assert 0 <= said.low <= said.high
    assert said.high > 0
    assert abs(said.low * unit_s - span.from_s) <= step / 2 + 1e-6 or span.from_s < STEP_S
    assert abs(said.high * unit_s - span.to_s) <= step / 2 + 1e-6 or span.to_s < STEP_S
    assert said.unit is Unit.MINUTE or 5 <= said.high < MINUTE_S


@pytest.mark.parametrize(
    ("from_s", "to_s", "said"),
    [
        (0, 0, Rounded(5, 5, Unit.SECOND)),
        (4.9, 13.0, Rounded(5, 15, Unit.SECOND)),
        (21, 39, Rounded(20, 40, Unit.SECOND)),
        (41, 57.4, Rounded(40, 55, Unit.SECOND)),
        (20, 58, Rounded(0, 1, Unit.MINUTE)),
        (29, 100, Rounded(0, 2, Unit.MINUTE)),
        (30, 61, Rounded(1, 1, Unit.MINUTE)),
        (100, 140, Rounded(2, 2, Unit.MINUTE)),
        (110, 250, Rounded(2, 4, Unit.MINUTE)),
        (3600, 7200, Rounded(60, 120, Unit.MINUTE)),
    ],
)
def test_seconds_under_a_minute_and_minutes_above(from_s: float, to_s: float, said: Rounded) -> None:
    assert rounded(Usual(from_s, to_s)) == said


def test_the_expectation_that_is_built_in_can_be_said_for_every_backend() -> None:
    for backend in ("demo", "aimlapi"):
        expected: Expectation = prior(backend, an_order())
        assert rounded(usual(expected, [])).high > 0
