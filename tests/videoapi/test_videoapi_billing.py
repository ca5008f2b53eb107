"""Prices, balances and credits as exact whole numbers, or not at all."""

import json

import pytest

from videoapi import UnreadableAnswer, micros_of_credits, read_balance, read_pricing


def encode(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


VARIANTS = [
    {"when": {"resolution": "720p"}, "price": 0.39, "unit": "second", "per": 1},
    {"when": {"resolution": "1080p"}, "price": 0.65, "unit": "second", "per": 1},
]


@pytest.mark.parametrize(
    ("pricing", "price"),
    [
        ({"kind": "variants", "variants": VARIANTS}, 3_250_000),
        ({"kind": "variants", "variants": VARIANTS, "currency": "USD"}, 3_250_000),
        ({"kind": "variants", "variants": VARIANTS, "currency": "EUR"}, None),
        ({"kind": "variants", "variants": VARIANTS[:1]}, None),
        ({"kind": "variants", "variants": [*VARIANTS, {"when": {}, "unit": "second"}]}, None),
        ({"kind": "variants", "variants": [{**VARIANTS[1], "unit": "megapixel"}]}, None),
        ({"kind": "variants", "variants": [{**VARIANTS[1], "per": 1000}]}, 3250),
        ({"kind": "variants", "variants": [{**VARIANTS[1], "per": 3}]}, 1_083_334),
        ({"kind": "variants", "variants": [{**VARIANTS[1], "per": 0}]}, None),
        ({"kind": "variants", "variants": [{**VARIANTS[1], "price": -1}]}, None),
        ({"kind": "variants", "variants": [{**VARIANTS[1], "price": "0.65"}]}, 3_250_000),
        ({"kind": "variants", "variants": [{**VARIANTS[1], "when": {"resolution": "1080P"}}]}, 3_250_000),
        ({"kind": "variants", "variants": [{**VARIANTS[1], "when": None}]}, 3_250_000),
        ({"kind": "variants", "variants": [{**VARIANTS[1], "when": "1080p"}]}, None),
        (
            {
                "kind": "variants",
                "variants": [
                    {"when": {"resolution": "1080p", "duration": 5}, "price": 0.9, "unit": "video", "per": 1},
                    {"when": {"resolution": "1080p", "duration": 10}, "price": 9, "unit": "video", "per": 1},
                ],
            },
            900_000,
        ),
        (
            {
                "kind": "variants",
                "variants": [
                    {"when": {"generate_audio": True}, "price": 0.2, "unit": "second", "per": 1},
                    {"when": {"generate_audio": False}, "price": 0.1, "unit": "second", "per": 1},
                ],
            },
            1_000_000,
        ),
        ({"kind": "fixed", "units": [{"name": "second", "price": 0.13, "per": 1}]}, 650_000),
        ({"kind": "fixed", "units": [{"name": "token", "measure": "output", "price": 3, "per": 1000000}]}, None),
        ({"kind": "fixed", "units": [{"name": "second", "price": 1, "per": 1}] * 2}, None),
        ({"kind": "variable"}, None),
        ({"kind": "variants"}, None),
        ({}, None),
        (None, None),
        ([], None),
    ],
)
def test_a_price_is_told_in_whole_micro_dollars_or_not_at_all(pricing: object, price: int | None) -> None:
    body = encode({"object": "list", "data": [{"id": "m", "aliases": [], "pricing": pricing}]})
    assert read_pricing(200, {}, body, model="m").price_micros(resolution="1080p", duration_s=5) == price


def test_the_price_of_another_model_is_not_taken_for_ours() -> None:
    ours, other = (
        {"id": name, "pricing": {"kind": "fixed", "units": [{"name": "second", "price": price, "per": 1}]}}
        for name, price in (("ours", 1), ("other", 2))
    )
    for models, price in (([other, ours], 5_000_000), ([other, {**ours, "id": "new", "aliases": ["OURS"]}], 5_000_000)):
        pricing = read_pricing(200, {}, encode({"data": models}), model="ours")
        assert pricing.price_micros(resolution="720p", duration_s=5) == price
    nothing: list[list[object]] = [[other], [], [None, 5]]
    for data in nothing:
        assert read_pricing(200, {}, encode({"data": data}), model="ours").rates == ()
    with pytest.raises(UnreadableAnswer, match="no list of models"):
        read_pricing(200, {}, b"<html>", model="ours")


@pytest.mark.parametrize(
    ("credits", "micros"), [(0, 0), (1, 1), (2, 1), (3, 2), (2_000_000, 1_000_000), (1575000, 787500)]
)
def test_two_million_credits_are_a_dollar_and_parts_round_up(credits: int, micros: int) -> None:
    assert micros_of_credits(credits) == micros


@pytest.mark.parametrize(
    ("said", "micros"),
    [(10.07, 10_070_000), (0, 0), (-1.5, -1_500_000), (0.0000019, 1), ("3.50", 3_500_000), (1e9, 10**15)],
)
def test_a_balance_is_exact_and_rounds_down(said: object, micros: int) -> None:
    assert read_balance(200, {}, encode({"current_balance": said, "currency": "usd"})).micros == micros
    assert read_balance(200, {}, encode({"current_balance": said})).currency == "USD"


@pytest.mark.parametrize("said", [None, "", "much", True, [], {}, "NaN", "Infinity", "1e99"])
def test_a_balance_without_a_number_is_unreadable(said: object) -> None:
    with pytest.raises(UnreadableAnswer, match="a balance without a number"):
        read_balance(200, {}, encode({"current_balance": said, "currency": "USD"}))
