"""Which language somebody gets: the one they chose, else the best of ours for what their browser asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from languages.spoken import COOKIE, LANGUAGES, WRITTEN_IN, chosen, language_of, wanted


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("pt-BR", "pt"),
        ("ca-ES,es;q=0.8,en;q=0.5", "es"),
        ("es_MX", "es"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("de", "de"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en;q=0.4,fr;q=0.9", "fr"),
        ("sv-SE,sv;q=0.9", "en"),
        ("fr;q=0,ja;q=0.1", "ja"),
        ("*", "en"),
        ("", "en"),
        (None, "en"),
        ("no language at all; q=many", "en"),
        ("HI-in", "hi"),
        ("ar-EG , en", "ar"),
    ],
)
def test_who_chose_nothing_gets_the_best_for_their_browser(asked: str | None, code: str) -> None:
    assert wanted(asked).code == code


@given(asked=st.text(max_size=400) | st.lists(st.sampled_from(["de", "q=1", ";", ",", "-", "en"])).map("".join))
def test_whatever_a_browser_sends_it_gets_one_of_ours(asked: str) -> None:
    assert wanted(asked) in LANGUAGES


def test_a_header_of_any_length_costs_little() -> None:
    assert wanted("xx," * 100_000 + "de") is WRITTEN_IN, "so far nobody reads"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_chosen_is_found_again(language: object) -> None:
    assert chosen({COOKIE: language.code}) is language  # type: ignore[attr-defined]


@pytest.mark.parametrize("said", ["", "xx", "../../etc/passwd", "DE", "de\n", "en-GB"])
def test_what_is_none_of_ours_was_not_chosen(said: str) -> None:
    assert chosen({COOKIE: said}) is None
    assert language_of(said) is None
    assert chosen({}) is None


def test_each_language_is_called_by_its_own_name_and_one_is_written_from_the_right() -> None:
    assert {each.code: each.name for each in LANGUAGES} == {
        "en": "English",
        "zh-Hans": "简体中文",
        "es": "Español",
        "fr": "Français",
        "de": "Deutsch",
        "pt": "Português",
        "ja": "日本語",
        "hi": "हिन्दी",
        "ar": "العربية",
    }
    assert [each.code for each in LANGUAGES if each.is_right_to_left] == ["ar"]
