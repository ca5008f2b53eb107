"""Which languages there are, and which of them somebody wants: the one chosen here, or what their browser asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

COOKIE = "kineograph_language"
"""What was chosen here, by its code. It names nobody, and is all that it holds."""

_PREFERENCE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
_READ_AT_MOST = 20
"""Preferences of one browser: it has a handful, and a header may be anything."""


@dataclass(frozen=True, slots=True)
class Language:
    """One that every sentence here is written in."""

    code: str
    """As in BCP 47, and as its catalogue is called."""
    name: str
    """In itself, so that who reads it finds it."""
    is_right_to_left: bool = False
    between_sentences: str = " "
    between_things: str = ", "
    """In a list of them, on one line."""


WRITTEN_IN = Language("en", "English")
LANGUAGES = (
    WRITTEN_IN,
    Language("zh-Hans", "简体中文", between_sentences="", between_things="，"),  # noqa: RUF001
    Language("es", "Español"),
    Language("fr", "Français"),
    Language("de", "Deutsch"),
    Language("pt", "Português"),
    Language("ja", "日本語", between_sentences="", between_things="、"),
    Language("hi", "हिन्दी"),
    Language("ar", "العربية", is_right_to_left=True, between_things="، "),
)
_BY_CODE = {language.code: language for language in LANGUAGES}
_BY_SUBTAG = {language.code.partition("-")[0]: language for language in LANGUAGES}


def language_of(code: str | None) -> Language | None:
    """The language with this code; None where there is none."""
    return _BY_CODE.get(code or "")


def chosen(cookies: Mapping[str, str]) -> Language | None:
    """What was chosen in the browser that sends these cookies; None where nothing was."""
    return language_of(cookies.get(COOKIE))


def wanted(asked: str | None) -> Language:
    """The best of ours for an Accept-Language header, or a single tag; the one that all is written in where none fits.

    By the language alone: whoever reads Mexican Spanish reads ours, and traditional Chinese is nearer to the simplified
    than to English.
    """
    for subtag in _in_order(asked or ""):
        if subtag in _BY_SUBTAG:
            return _BY_SUBTAG[subtag]
    return WRITTEN_IN


def _in_order(asked: str) -> Iterator[str]:
    """The subtags of languages in a header (RFC 9110, 12.5.4), the best liked first; nonsense is left out."""
    parsed = [_PREFERENCE.fullmatch(part) for part in asked.split(",", _READ_AT_MOST)[:_READ_AT_MOST]]
    liked = [(float(match[2] or 1), match[1].lower()) for match in parsed if match is not None]
    for quality, subtag in sorted(liked, key=lambda each: -each[0]):
        if quality > 0:
            yield subtag
