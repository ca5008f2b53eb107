"""When to poll next, and how long it will still take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.jobs.polling import (
    DENSEST_S,
    ERROR_LAST_S,
    MEMORY,
    SPARSE_POLLS,
    SPARSER,
    SPARSEST_S,
    UNLIKELY_S,
    UNSURE,
    Expectation,
    after_failure,
    fraction_done,
    learn,
    prior,
    remaining_s,
    until_next_poll,
    until_next_search,
)
from studio.orders.order import Order
from tests.studio.strategies import an_order
from videoapi.models import MODELS, VideoModel

DAY_S = 24 * 3600.0
KINDS = [
    (backend, an_order(model=model.id, duration_s=seconds, resolution=quality))
    for backend in ("demo", "aimlapi")
    for model in MODELS.values()
    for seconds in model.durations_s
    for quality in model.resolutions
]
SAMPLE = prior("aimlapi", an_order(resolution="1080p"))
"""What the provider's own sample took 172 s for."""

elapsed = st.floats(0, 2 * DAY_S)
took = st.floats(0.1, 2 * DAY_S)
kinds = st.sampled_from(KINDS).map(lambda kind: prior(*kind))
expectations = st.builds(learn, kinds, st.lists(took, max_size=MEMORY + 5))


def polls(done_after_s: float, expected: Expectation) -> list[float]:
    """When a job is polled, in seconds since it was accepted, up to the poll that finds it done."""
    times = [until_next_poll(0, expected)]
    while times[-1] < done_after_s:
        times.append(times[-1] + until_next_poll(times[-1], expected))
    return times


@pytest.mark.parametrize(("backend", "order"), KINDS)
def test_every_kind_of_order_has_something_to_expect(backend: str, order: Order) -> None:
    expected = prior(backend, order)
    assert 0 < expected.first_s <= expected.earliest_s < expected.typical_s < expected.latest_s


@pytest.mark.parametrize("backend", ["demo", "aimlapi"])
@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.id)
def test_longer_and_sharper_videos_take_longer(backend: str, model: VideoModel) -> None:
    def typical_s(seconds: int, quality: str) -> float:
        return prior(backend, an_order(model=model.id, duration_s=seconds, resolution=quality)).typical_s

    for quality in model.resolutions:
        times = [typical_s(seconds, quality) for seconds in model.durations_s]
        assert times == sorted(times)
    for seconds in model.durations_s:
        times = [typical_s(seconds, quality) for quality in model.resolutions]
        assert times == sorted(times)
        assert times[0] < times[-1]


def test_what_the_providers_samples_took_is_what_is_expected() -> None:
    def typical_s(model: str, seconds: int, quality: str) -> float:
        return prior("aimlapi", an_order(model=model, duration_s=seconds, resolution=quality)).typical_s

    assert typical_s("alibaba/wan-2-6-i2v", 5, "1080p") == 172
    assert typical_s("alibaba/wan-2-6-image-to-video-flash", 10, "720p") == 264
    assert typical_s("alibaba/wan-2-7-i2v", 10, "1080p") == 64


def test_a_job_of_a_model_that_a_newer_version_left_can_still_be_shown() -> None:
    assert prior("aimlapi", an_order(model="maker/of-tomorrow")) == prior("aimlapi", an_order())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind[0] == "aimlapi"])
@pytest.mark.parametrize("took_s", [20, 60, 172])
def test_while_little_is_known_any_end_is_noticed_within_half_a_second(kind: tuple[str, Order], took_s: int) -> None:
    for known in range(UNSURE + 1):
        for others_s in (20, 60, 172):
            seen = polls(took_s, learn(prior(*kind), [others_s] * known))
            if took_s <= learn(prior(*kind), [others_s] * known).latest_s:
                assert seen[-1] - took_s <= DENSEST_S


@given(kinds, st.lists(st.floats(0.8, 1.25), max_size=MEMORY), st.floats(0, 1))
def test_an_end_that_is_likely_is_noticed_within_half_a_second(
    expected: Expectation, seen: list[float], where: float
) -> None:
    learned = learn(expected, [share * expected.typical_s for share in seen])
    took_s = learned.earliest_s + where * (learned.latest_s - learned.earliest_s)
    assert polls(took_s, learned)[-1] - took_s <= DENSEST_S + 1e-9


@given(kinds, st.lists(st.floats(0.8, 1.25), max_size=MEMORY), st.floats(0.01, 1))
def test_the_most_surprising_of_fast_ends_is_noticed_within_seconds(
    expected: Expectation, seen: list[float], share: float
) -> None:
    learned = learn(expected, [share * expected.typical_s for share in seen])
    took_s = share * learned.earliest_s
    assert polls(took_s, learned)[-1] - took_s <= max(SPARSER * UNLIKELY_S, learned.first_s / SPARSE_POLLS) + 1e-9


@pytest.mark.parametrize(("known", "most"), [(0, 380), (4, 380), (12, 125), (50, 72)])
def test_the_more_is_known_the_fewer_polls_a_job_of_172_s_takes(known: int, most: int) -> None:
    assert len(polls(172, learn(SAMPLE, [172.0] * known))) <= most


@given(elapsed, expectations)
def test_polls_are_never_closer_than_half_a_second_nor_further_apart_than_a_minute(
    now: float, expected: Expectation
) -> None:
    assert DENSEST_S <= until_next_poll(now, expected) <= SPARSEST_S


@given(elapsed, elapsed, expectations)
def test_once_it_is_late_polls_grow_ever_sparser(one: float, other: float, expected: Expectation) -> None:
    sooner, later = sorted((expected.latest_s + one, expected.latest_s + other))
    assert until_next_poll(sooner, expected) <= until_next_poll(later, expected)


def test_a_job_that_never_ends_is_polled_less_than_twice_a_minute_over_the_day() -> None:
    assert len(polls(DAY_S, SAMPLE)) < 2 * 24 * 60


@pytest.mark.parametrize("kind", KINDS)
def test_before_any_end_at_all_a_handful_of_polls_is_enough(kind: tuple[str, Order]) -> None:
    expected = prior(*kind)
    assert len(polls(expected.first_s, expected)) <= SPARSE_POLLS + 1


@given(kinds, st.floats(0.1, 10))
def test_an_end_sooner_than_any_before_is_polled_for_from_then_on(expected: Expectation, quick_s: float) -> None:
    learned = learn(expected, [expected.typical_s, quick_s])
    assert learned.first_s <= min(quick_s, expected.first_s)


@given(kinds, st.floats(0.34, 2.9), st.integers(1, 60))
def test_what_is_expected_moves_towards_what_was_seen(expected: Expectation, share: float, often: int) -> None:
    seen_s = share * expected.typical_s
    learned = learn(expected, [seen_s] * often)
    assert abs(learned.typical_s - seen_s) <= abs(expected.typical_s - seen_s) + 1e-6
    assert learn(expected, [seen_s] * (often + 1)).typical_s == pytest.approx(learned.typical_s, rel=0.5)


def test_after_fifty_jobs_what_was_seen_counts_for_nearly_all() -> None:
    assert learn(SAMPLE, [90.0] * 50).typical_s == pytest.approx(90, rel=0.1)


@given(kinds, st.floats(1, 30 * DAY_S))
def test_one_odd_job_does_not_turn_everything_around(expected: Expectation, odd_s: float) -> None:
    learned = learn(expected, [odd_s])
    assert 0.75 * expected.typical_s < learned.typical_s < 2.5 * expected.typical_s
    among_others = learn(expected, [odd_s, *[expected.typical_s] * 9])
    assert among_others.typical_s == pytest.approx(expected.typical_s, rel=0.02)


@given(expectations)
def test_what_is_expected_stays_in_order(expected: Expectation) -> None:
    assert 0 < expected.first_s <= expected.earliest_s < expected.typical_s < expected.latest_s


def test_only_the_newest_jobs_are_remembered() -> None:
    assert learn(SAMPLE, [100.0] * MEMORY + [500.0] * 100) == learn(SAMPLE, [100.0] * MEMORY)


@pytest.mark.parametrize(
    ("failures", "jitter", "wait_s"),
    [
        (1, 1.0, 2.0),
        (2, 1.0, 4.0),
        (3, 0.5, 4.0),
        (5, 1.0, 32.0),
        (6, 1.0, 60.0),
        (7, 1.0, 60.0),
        (10**9, 1.0, 60.0),
        (0, 1.0, 2.0),
        (-3, 1.0, 2.0),
        (1, 0.0, 0.5),
        (9, 0.0, 0.5),
    ],
)
def test_after_failures_waits_double_up_to_a_minute(failures: int, jitter: float, wait_s: float) -> None:
    assert after_failure(failures, jitter) == wait_s


@given(st.integers(-5, 10**6), st.floats(0, 1))
def test_a_wait_after_a_failure_is_never_nothing_and_never_long(failures: int, jitter: float) -> None:
    assert 0.5 <= after_failure(failures, jitter) <= ERROR_LAST_S


@pytest.mark.parametrize(
    ("since_s", "wait_s"),
    [(-60, 15), (0, 15), (119.9, 15), (120, 60), (1799.9, 60), (1800, 600), (DAY_S, 600)],
)
def test_a_lost_answer_is_looked_for_ever_more_seldom(since_s: float, wait_s: float) -> None:
    assert until_next_search(since_s) == wait_s


@pytest.mark.parametrize(
    ("elapsed_s", "expected_s", "fraction"),
    [(0, 100, 0), (-5, 100, 0), (50, 100, 0.4), (100, 100, 0.8), (200, 100, 0.875), (5, 0, 0), (5, -1, 0)],
)
def test_the_bar_stands_where_the_clock_says(elapsed_s: float, expected_s: float, fraction: float) -> None:
    assert fraction_done(elapsed_s, expected_s) == pytest.approx(fraction)


@given(st.floats(-100, 30 * DAY_S), st.floats(0, DAY_S), st.floats(0.1, DAY_S))
def test_the_bar_never_goes_back_nor_pretends_to_be_nearly_there(now: float, more: float, expected_s: float) -> None:
    assert 0 <= fraction_done(now, expected_s) <= fraction_done(now + more, expected_s) < 0.96


@pytest.mark.parametrize(
    ("elapsed_s", "expected_s", "left_s"),
    [(0, 172, 173), (100, 172, 73), (172, 172, 1), (173, 172, None), (9e9, 1, None)],
)
def test_what_is_left_is_told_until_it_takes_longer_than_expected(
    elapsed_s: float, expected_s: float, left_s: float | None
) -> None:
    assert remaining_s(elapsed_s, expected_s) == left_s
