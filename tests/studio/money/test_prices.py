"""What an order costs before it is placed."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest

from studio.money.prices import FRESH_FOR, RETRY_AFTER, Doubt, Price, Prices, PriceUnknown
from studio.orders.order import MODEL, Order
from tests.studio.strategies import NOON, an_order
from videoapi.billing import Pricing, Rate
from videoapi.errors import KeyRejected, ServiceDown, VideoAPIError
from videoapi.models import MODELS


def price_list(dollars_720p: str, dollars_1080p: str) -> Pricing:
    return Pricing(
        rates=tuple(
            Rate(micros=Decimal(dollars) * 1_000_000, unit="second", when=(("resolution", quality),))
            for quality, dollars in (("720p", dollars_720p), ("1080p", dollars_1080p))
        )
    )


class PriceLists:
    """A provider that gives one answer after the other, and says how often it was asked."""

    def __init__(self, *answers: Pricing | VideoAPIError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def pricing(self, model: str) -> Pricing:
        self.asked.append(model)
        answer = self.answers.pop(0)
        if isinstance(answer, VideoAPIError):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("order", "micros"),
    [
        (an_order(duration_s=5, resolution="720p"), 650_000),
        (an_order(duration_s=15, resolution="720p"), 1_950_000),
        (an_order(duration_s=5, resolution="1080p"), 975_000),
        (an_order(duration_s=10, resolution="1080p"), 1_950_000),
    ],
)
def test_without_a_live_price_the_table_gives_an_about(order: Order, micros: int) -> None:
    assert Prices(PriceLists(), free=False).of(order) == Price(micros, exact=False)


@pytest.mark.parametrize("seconds", MODEL.durations_s)
@pytest.mark.parametrize("quality", MODEL.resolutions)
def test_every_order_that_may_be_placed_has_a_price(seconds: int, quality: str) -> None:
    assert Prices(PriceLists(), free=False).of(an_order(duration_s=seconds, resolution=quality)).micros > 0


def test_the_providers_own_price_goes_before_the_table() -> None:
    prices = Prices(PriceLists(price_list("0.105", "0.1575")), free=False)
    prices.refresh(NOON)
    assert prices.of(an_order(duration_s=5, resolution="1080p")) == Price(787_500, exact=True)


def test_a_live_list_that_does_not_say_leaves_the_tables_about() -> None:
    prices = Prices(PriceLists(Pricing(rates=())), free=False)
    prices.refresh(NOON)
    assert prices.of(an_order()) == Price(650_000, exact=False)


def test_the_demo_is_free_and_asks_nobody() -> None:
    source = PriceLists()
    prices = Prices(source, free=True)
    prices.refresh(NOON)
    assert prices.of(an_order(duration_s=15, resolution="1080p")) == Price(0, exact=True)
    assert prices.of(an_order()).is_free
    assert source.asked == []


def test_live_prices_are_read_once_an_hour() -> None:
    source = PriceLists(price_list("0.1", "0.2"), price_list("0.3", "0.4"))
    prices = Prices(source, free=False)
    for minute in range(60):
        prices.refresh(NOON + timedelta(minutes=minute))
    assert source.asked == [MODEL.id]
    prices.refresh(NOON + FRESH_FOR)
    assert prices.of(an_order()) == Price(1_500_000, exact=True)


@pytest.mark.parametrize("error", [ServiceDown("no"), KeyRejected("no")])
def test_where_reading_fails_the_old_price_stays_and_it_is_tried_again_soon(error: VideoAPIError) -> None:
    source = PriceLists(price_list("0.1", "0.2"), error, price_list("0.3", "0.4"))
    prices = Prices(source, free=False)
    prices.refresh(NOON)
    prices.refresh(NOON + FRESH_FOR)
    assert prices.of(an_order()) == Price(500_000, exact=True)
    prices.refresh(NOON + FRESH_FOR + RETRY_AFTER - timedelta(seconds=1))
    assert len(source.asked) == 2
    prices.refresh(NOON + FRESH_FOR + RETRY_AFTER)
    assert prices.of(an_order()) == Price(1_500_000, exact=True)


def test_each_model_has_its_own_live_price_and_one_that_is_not_read_does_not_age_the_others() -> None:
    dear, cheap = MODELS["alibaba/wan-2-7-i2v"], MODELS["alibaba/wan-2-6-image-to-video-flash"]
    source = PriceLists(
        price_list("0.3", "0.4"), ServiceDown("no"), price_list("0.5", "0.6"), price_list("0.05", "0.1")
    )
    prices = Prices(source, free=False, models=[dear, cheap])
    prices.refresh(NOON)
    assert prices.of(an_order(model=dear.id)) == Price(1_500_000, exact=True)
    assert prices.of(an_order(model=cheap.id)) == Price(650_000, exact=False)
    prices.refresh(NOON + RETRY_AFTER)
    assert prices.of(an_order(model=dear.id)) == Price(2_500_000, exact=True)
    assert prices.of(an_order(model=cheap.id)) == Price(250_000, exact=True)
    assert source.asked == [dear.id, cheap.id] * 2


def test_a_live_price_that_cannot_be_is_told_whichever_model_it_is_of() -> None:
    small = MODELS["alibaba/wan2.2-i2v-plus"]
    rate = Rate(micros=Decimal(5_000), unit="second", when=(("resolution", "480p"),))
    prices = Prices(PriceLists(price_list("0.1", "0.2"), Pricing(rates=(rate,))), free=False, models=[MODEL, small])
    prices.refresh(NOON)
    assert prices.doubt is Doubt.TOO_LOW
    assert prices.of(an_order(model=small.id, resolution="480P")) == Price(325_000, exact=False)


def test_what_no_model_has_has_no_price() -> None:
    for order in (an_order(resolution="480P"), an_order(model="maker/of-tomorrow")):
        with pytest.raises(PriceUnknown):
            Prices(PriceLists(), free=False).of(order)


def test_asking_for_a_price_never_waits_for_the_network() -> None:
    entered, go_on = threading.Event(), threading.Event()

    class Slow:
        def pricing(self, model: str) -> Pricing:
            entered.set()
            assert go_on.wait(10)
            return price_list("0.1", "0.2")

    prices = Prices(Slow(), free=False)
    reading = threading.Thread(target=prices.refresh, args=(NOON,))
    reading.start()
    assert entered.wait(10)
    assert prices.of(an_order()) == Price(650_000, exact=False)
    go_on.set()
    reading.join(10)
    assert prices.of(an_order()) == Price(500_000, exact=True)
