"""What is tapped into a text can be tapped out again, and the words that were typed are there all the while."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.create.ideas import BANK, EXAMPLES
from languages.catalogues import translations
from languages.spoken import LANGUAGES
from studio.orders.phrases import has_phrase, with_phrase, without_phrase

PHRASES = [phrase for phrases in (*BANK.values(), *(fit for _, fit in EXAMPLES.values())) for phrase in phrases]
SPOKEN = {language.code: [translations(language.code).gettext(phrase) for phrase in PHRASES] for language in LANGUAGES}
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
        ("她挥手", "镜头拉远", "她挥手，镜头拉远"),  # noqa: RUF001
        ("她挥手。", "镜头拉远", "她挥手。镜头拉远"),
        ("彼女が手を振る", "カメラが引く", "彼女が手を振る、カメラが引く"),
        ("تلوح بيدها", "تبتعد الكاميرا", "تلوح بيدها، تبتعد الكاميرا"),
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
        ("她挥手，镜头拉远", "镜头拉远", "她挥手"),  # noqa: RUF001
        ("她挥手，镜头拉远，下雪", "镜头拉远", "她挥手，下雪"),  # noqa: RUF001
        ("彼女が手を振る、カメラが引く。", "カメラが引く", "彼女が手を振る。"),
        ("تلوح بيدها، تبتعد الكاميرا", "تبتعد الكاميرا", "تلوح بيدها"),
    ],
)
def test_a_phrase_is_taken_out_with_what_joined_it(text: str, phrase: str, left: str) -> None:
    assert without_phrase(text, phrase) == left


@given(
    WORDS,
    st.sampled_from(list(SPOKEN)).flatmap(
        lambda code: st.lists(st.sampled_from(SPOKEN[code]), unique=True, max_size=6)
    ),
    st.randoms(),
)
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


@pytest.mark.parametrize("code", SPOKEN)
def test_no_phrase_of_the_bank_is_inside_of_another(code: str) -> None:
    for phrase in SPOKEN[code]:
        assert [other for other in SPOKEN[code] if has_phrase(other, phrase)] == [phrase]
