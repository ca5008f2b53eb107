"""Who cannot have what they asked for is told what they can have; "used up" is said only where nothing is left."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import insert

from studio.money.fitting import Choice, how_many_fit, what_fits
from studio.money.ledger import Payer
from studio.money.limits import Allowance, Coverage, Limit, LimitReached, Limits
from studio.money.prices import Prices, PriceUnknown
from studio.orders.order import MODEL, Order, model_of
from studio.orders.variations import COUNT_MAX
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.tables import codes
from tests.studio.front import ME, Front
from tests.studio.installation import NO_PRICES
from tests.studio.strategies import NOON, a_job, an_order, orders
from videoapi.models import MODELS

PRICES = Prices(NO_PRICES, free=False, models=tuple(MODELS.values()))
"""720p: $0.13 a second; 1080p: $0.195."""


def fitting(left_micros: int, count: int = 1, **changes: object) -> list[tuple[int, str, int]]:
    found = what_fits(an_order(**changes), count, left_micros, model=MODEL, price_of=PRICES.of)
    return [(choice.duration_s, choice.resolution, choice.count) for choice in found]


@pytest.mark.parametrize(
    ("left_micros", "asked", "fits"),
    [
        # A shorter one, where that is enough.
        (1_299_999, {"duration_s": 10}, [(5, "720p", 1)]),
        (1_300_000, {"duration_s": 15}, [(10, "720p", 1)]),
        # A lower quality before a shorter one, where it is nearer to what was asked for.
        (1_400_000, {"duration_s": 10, "resolution": "1080p"}, [(10, "720p", 1), (5, "1080p", 1)]),
        # Both, where one alone is not enough.
        (700_000, {"duration_s": 10, "resolution": "1080p"}, [(5, "720p", 1)]),
        # Fewer at once.
        (2_000_000, {"count": 4}, [(5, "720p", 3)]),
        (
            2_000_000,
            {"count": 4, "resolution": "1080p"},
            [(5, "1080p", 2), (5, "720p", 3)],
        ),
        # One thing changed before two, also where two would be dearer.
        (
            4_000_000,
            {"count": 4, "duration_s": 15},
            [(15, "720p", 2), (5, "720p", 4), (10, "720p", 3)],
        ),
        # Nothing.
        (560_000, {"count": 4}, []),
        (0, {"duration_s": 15}, []),
    ],
)
def test_what_fits_is_told_and_what_has_to_be_changed_least_comes_first(
    left_micros: int, asked: dict[str, object], fits: list[tuple[int, str, int]]
) -> None:
    assert fitting(left_micros, **asked) == fits  # type: ignore[arg-type]


@given(orders, st.integers(1, COUNT_MAX), st.integers(0, 12_000_000))
def test_whatever_is_told_fits_is_less_than_what_was_asked_for_and_better_than_no_other(
    order: Order, count: int, left_micros: int
) -> None:
    model = model_of(order)
    assume(order.duration_s in model.durations_s and order.resolution in model.resolutions)
    assume(count * PRICES.of(order).micros > left_micros)
    found = what_fits(order, count, left_micros, model=model, price_of=PRICES.of)

    def size(choice: Choice) -> tuple[int, int, int]:
        return choice.duration_s, model.resolutions.index(choice.resolution), choice.count

    for choice in found:
        changed = replace(order, duration_s=choice.duration_s, resolution=choice.resolution)
        assert choice.micros == choice.count * PRICES.of(changed).micros <= left_micros
        assert choice.duration_s <= order.duration_s
        assert 1 <= choice.count <= count
    for one in found:
        for other in found:
            is_more = all(a >= b for a, b in zip(size(other), size(one), strict=True))
            assert one == other or not is_more
    least = replace(order, duration_s=model.durations_s[0], resolution=model.resolutions[0])
    assert bool(found) == (PRICES.of(least).micros <= left_micros)


@pytest.mark.parametrize(
    ("each", "left", "fit"),
    [
        (650_000, None, 4),
        (650_000, 1_299_999, 1),
        (650_000, 1_300_000, 2),
        (650_000, 0, 0),
        (650_000, 9**9, 4),
        (0, 0, 4),
    ],
)
def test_how_many_fit_is_never_more_than_is_left_or_can_be_chosen(each: int, left: int | None, fit: int) -> None:
    assert how_many_fit(each, left, 4) == fit


def test_a_quality_that_nobody_can_price_is_not_offered() -> None:
    def price_of(order: Order) -> object:
        if order.resolution == "720p":
            raise PriceUnknown
        return PRICES.of(order)

    found = what_fits(
        an_order(duration_s=10, resolution="1080p"),
        1,
        1_500_000,
        model=MODEL,
        price_of=price_of,  # type: ignore[arg-type]
    )
    assert [(choice.duration_s, choice.resolution) for choice in found] == [(5, "1080p")]


@pytest.mark.parametrize(
    ("left_micros", "price", "coverage"),
    [
        (None, 10**12, Coverage.ENOUGH),
        (650_000, 650_000, Coverage.ENOUGH),
        (0, 0, Coverage.ENOUGH),
        (560_000, 650_000, Coverage.NOT_ENOUGH),
        (10_000, 650_000, Coverage.NOT_ENOUGH),
        (9_999, 650_000, Coverage.NOTHING_LEFT),
        (0, 650_000, Coverage.NOTHING_LEFT),
    ],
)
def test_used_up_is_told_from_not_enough_for_this_one(left_micros: int | None, price: int, coverage: Coverage) -> None:
    assert Allowance(left_micros).covers(price) is coverage


@pytest.mark.parametrize(
    ("limits", "code", "limit"),
    [
        (Limits(month_micros=1_210_000), None, Limit.MONTH),
        (Limits(day_micros=1_210_000), None, Limit.DAY),
        (Limits(visitor_micros=1_210_000), None, Limit.VISITOR),
        (Limits(), "c1", Limit.CODE),
    ],
)
def test_a_refused_order_tells_what_is_left(database: Database, limits: Limits, code: str | None, limit: Limit) -> None:
    with database.begin() as connection:
        connection.execute(insert(codes).values(id="c1", name="c", hash="1", budget_micros=1_210_000, made_at=NOON))
    store, payer = Store(database, limits=limits), Payer(ME, code)
    store.place(a_job(), "first", payer)
    with pytest.raises(LimitReached) as refused:
        store.place(a_job(), "second", payer)
    assert (refused.value.limit, refused.value.left_micros) == (limit, 560_000)
    assert refused.value.allowance == store.allowance(payer, NOON)
    assert not refused.value.allowance.nothing_left


def test_a_limit_of_numbers_leaves_no_sum_of_money() -> None:
    assert LimitReached(Limit.QUEUE).allowance == Allowance(None, Limit.QUEUE)


def test_with_one_click_the_form_becomes_what_fits_and_that_is_taken(
    database: Database, media: Media, small_jpeg: bytes
) -> None:
    front = Front(database, Store(database, limits=Limits(visitor_micros=2_000_000)), media)
    form = front.form(small_jpeg, duration_s=15, resolution="1080p", count=2, negative_prompt="blur")
    allowance = front.visitor_service.create_page(ME).allowance
    fits = front.visitor_service.what_fits(form, allowance)
    assert [(choice.duration_s, choice.resolution, choice.count) for choice in fits] == [
        (5, "1080p", 2), (15, "720p", 1), (10, "1080p", 1),
    ]  # fmt: skip
    for choice in fits:
        chosen = choice.on(form)
        assert replace(chosen, duration_s=15, resolution="1080p", count=2) == form
        assert front.visitor_service.price(chosen.order(), chosen.count).micros == choice.micros
    assert len(front.visitor_service.place_together(ME, fits[0].on(form), shown_micros=fits[0].micros)) == 2
    assert front.visitor_service.what_fits(form, front.visitor_service.create_page(ME).allowance) == ()


def test_nothing_is_offered_where_what_was_asked_for_fits(database: Database, media: Media, small_jpeg: bytes) -> None:
    front = Front(database, Store(database), media)
    form = front.form(small_jpeg)
    assert front.visitor_service.what_fits(form, Allowance(None)) == ()
    assert front.visitor_service.what_fits(form, Allowance(650_000)) == ()
