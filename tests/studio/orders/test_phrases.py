"""What is tapped into a text can be tapped out again, and the words that were typed are there all the while."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.create.ideas import BANK, EXAMPLES
from studio.orders.phrases import has_phrase, with_phrase, without_phrase

PHRASES = [phrase for phrases in (*BANK.values(), *(fit for _, fit in EXAMPLES.values())) for phrase in phrases]
WORDS = st.text("abXY ,.!?\n猫。😀", max_size=40)


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w😀]+", text)


@pytest.mark.parametrize(
    ("text", "phrase", "joined"),
    [
        ("", "static camera", "Static camera"),
        ("She waves", "static camera", "She waves, static camera"),
        ("She waves,  ", "static camera", "She waves, static camera"),
        ("She waves.", "static camera", "She waves. Static camera"),
        ("她挥手。", "static camera", "她挥手。 Static camera"),
        ("Static Camera, she waves", "static camera", "Static Camera, she waves"),
    ],
)
def test_a_phrase_is_joined_as_a_person_would_join_it(text: str, phrase: str, joined: str) -> None:
    assert with_phrase(text, phrase) == joined


@pytest.mark.parametrize(
    ("text", "phrase", "left"),
    [
        ("She waves, static camera", "static camera", "She waves"),
        ("Static camera, she waves", "static camera", "She waves"),
        ("She waves, static camera, snow falls", "static camera", "She waves, snow falls"),
        ("She waves. Static camera. Snow falls.", "static camera", "She waves. Snow falls."),
        ("She waves, static camera.", "static camera", "She waves."),
        ("ecstatic cameras", "static camera", "ecstatic cameras"),
        ("Static camera", "static camera", ""),
    ],
)
def test_a_phrase_is_taken_out_with_what_joined_it(text: str, phrase: str, left: str) -> None:
    assert without_phrase(text, phrase) == left


@given(WORDS, st.lists(st.sampled_from(PHRASES), unique=True, max_size=6), st.randoms())
def test_in_and_out_in_any_order_leaves_the_words_that_were_typed(
    typed: str, phrases: list[str], chance: object
) -> None:
    text = typed
    for phrase in phrases:
        text = with_phrase(text, phrase)
        assert has_phrase(text, phrase)
        assert with_phrase(text, phrase) == text
    assert words_of(text)[: len(words_of(typed))] == words_of(typed)
    chance.shuffle(phrases)  # type: ignore[attr-defined]
    for phrase in phrases:
        text = without_phrase(text, phrase)
        assert not has_phrase(text, phrase)
    assert [word.casefold() for word in words_of(text)] == [word.casefold() for word in words_of(typed)]


def test_no_phrase_of_the_bank_is_inside_of_another() -> None:
    for phrase in PHRASES:
        assert [other for other in PHRASES if has_phrase(other, phrase)] == [phrase]
