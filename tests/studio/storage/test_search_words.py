"""What a search means: words by their beginnings, whatever their accents and capitals, and phrases where a script has
no spaces."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.storage.search_words import TERM_MAX, TERMS_MAX, kept_form, terms, words


def finds(query: str, *texts: str) -> bool:
    """As the database compares."""
    wanted = terms(query)
    return wanted is not None and all(term in kept_form(*texts) for term in wanted)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The waves roll in.", ["the", "waves", "roll", "in"]),
        ("Don't stop—now", ["don", "t", "stop", "now"]),
        ("snake_case, 4K, v2.6", ["snake", "case", "4k", "v2", "6"]),
        ("Crème brûlée À LA CARTE", ["creme", "brulee", "a", "la", "carte"]),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("İstanbul Ώρα ﬁn ①", ["istanbul", "ωρα", "fin", "1"]),
        ("日本の海", ["日", "本", "の", "海"]),
        ("がギ 서울 a海b", ["か", "キ", "서", "울", "a", "海", "b"]),
        ("ﾊﾞｽ 𠮷", ["ハ", "ス", "𠮷"]),
        ("शक्ति", ["शकति"]),
        ("soft\u00adhyphen می\u200cروم", ["softhyphen", "میروم"]),
        ("🎉 … ''\x00 \ud800", []),
        ("", []),
    ],
)
def test_a_text_has_these_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("query", "text", "is_found"),
    [
        ("wav", "The waves roll in", True),
        ("ROLL wäves", "The waves roll in", True),
        ("aves", "The waves roll in", False),
        ("waves sand", "The waves roll in", False),
        ("the the th", "The waves", True),
        ("東京", "夜の東京タワー", True),
        ("京東", "夜の東京タワー", False),
        ("東 ワ", "夜の東京タワー", True),
        ("タワ", "夜の東京タワー", True),
        ("서", "서울의 밤", True),
        ("ㅅ", "서울의 밤", False),
        ("  ", "anything", True),
        ("?!", "anything?!", False),
        ("|", "a | b", False),
    ],
)
def test_a_video_is_found_where_each_word_begins_one_of_its_own(query: str, text: str, is_found: bool) -> None:
    assert finds(query, text) is is_found


def test_words_may_stand_in_different_texts_and_phrases_may_not_reach_over() -> None:
    assert finds("sea holiday", "The sea", "Holiday 2026", "")
    assert finds("東京", "東京", "")
    assert not finds("東京", "東", "京")


@given(st.text())
def test_every_text_is_found_by_itself_and_by_the_beginning_of_each_of_its_words(text: str) -> None:
    found = words(text)
    assert finds(text, "before", text) or not found
    assert all(finds(word[:length], text) for word in found for length in range(1, len(word) + 1))


@given(st.text())
def test_words_hold_nothing_that_a_pattern_or_a_database_could_take_amiss(text: str) -> None:
    kept = kept_form(text, text)
    assert all(ch in " |" or unicodedata.category(ch)[0] in "LNM" for ch in kept)
    assert kept.casefold() == kept
    assert words(kept) == words(text) * 2


def test_no_character_becomes_another_by_being_looked_for_twice() -> None:
    every = "".join(f"{chr(code)} " for code in range(sys.maxunicode + 1))
    once = words(every)
    assert words(" ".join(once)) == once


def test_more_than_anybody_looks_for_finds_nothing_and_takes_no_time() -> None:
    began = time.process_time()
    assert terms(" ".join(str(number) for number in range(TERMS_MAX))) is not None
    for query in (" ".join(str(number) for number in range(TERMS_MAX + 1)), "x" * 100_000, "海" * TERM_MAX):
        assert terms(query) is None
    assert terms("a " * 50_000) == (" a",)
    assert terms("* " * 50_000) is None
    assert time.process_time() - began < 5
