"""Whatever somebody types, what is done with it at every rerun takes as long as the words are, and not their square."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studio.orders.hints import hints_of
from studio.orders.order import WORDS_KEPT_MAX, OrderSettings
from studio.orders.phrases import has_phrase, with_phrase, without_phrase
from studio.orders.shot_plan import plan_in, times_add_up
from studio.orders.shots import as_shots, as_words, is_in_shots

LENGTH = 20 * WORDS_KEPT_MAX
"""So long that the square of it could not be done within the limit on any machine, and the words themselves at once."""

PIECES = [
    " ", "\n", "\t", "Shot ", "Shot 1 ", "Shot 1 [", "Shot 1 [0-", "Shot 1 [0-3s ", ".", ". ", "camera ", "pan to the ",
    "a ", "photo ", "é", "9",
]  # fmt: skip

USES: list[Callable[[str], object]] = [
    lambda words: hints_of(OrderSettings(prompt=words)),
    lambda words: hints_of(OrderSettings(prompt=words, several_shots=True)),
    lambda words: plan_in(words, 15),
    lambda words: times_add_up(words, 15),
    is_in_shots,
    as_words,
    lambda words: as_shots(words, 15),
    lambda words: has_phrase(words, "the camera glides across the scene"),
    lambda words: without_phrase(with_phrase(words, "slow zoom in"), "slow zoom in"),
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("begin", ["", "Shot", "Shot 1", "Shot 1 [0-3", "A photo"])
def test_no_words_keep_a_page_waiting(begin: str, piece: str) -> None:
    words = begin + piece * (LENGTH // len(piece))
    for use in USES:
        use(words)


@pytest.mark.parametrize("digits", [7, 400])
def test_a_time_of_so_many_digits_is_none(digits: int) -> None:
    many = "9" * digits
    text = f"Shot 1 [0-{many}s]: She waves. Shot 2 [{many}-{many}s]: A dog runs in."
    assert plan_in(text, 5).seconds == 5
    assert not is_in_shots(text)
