"""Who reads: in which language, and how they write numbers, dates and times. Pure."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError

from languages.spoken import WRITTEN_IN, Language, wanted

KEPT = 256
"""What browsers ask for may be any words at all, so that what is kept by them is kept for few."""


@dataclass(frozen=True, slots=True)
class Reader:
    """All that words depend on besides what they are about."""

    language: Language
    locale: Locale
    """How numbers and amounts are written within sentences: of that language."""
    calendar: Locale
    """How dates and times are: as the reader does, also where we do not speak their language."""
    zone: ZoneInfo
    """Where they are; UTC where nobody can tell."""


@functools.lru_cache(maxsize=KEPT)
def reader_of(chosen: Language | None, tag: str, accepted: str, zone: str) -> Reader:
    """The reader who chose a language here, or whose browser is set to a tag ("de-AT"), accepts those languages (as in
    Accept-Language) and stands in a zone; each empty where it is not known."""
    language = chosen or wanted(",".join(filter(None, (tag, accepted))))
    theirs = _locale(tag)
    ours = Locale.parse(language.code, sep="-") if language is not WRITTEN_IN else Locale("en", "US")
    fits = theirs is not None and theirs.language == ours.language and theirs.script in (None, ours.script)
    locale = theirs if theirs is not None and fits else ours
    calendar = theirs if theirs is not None and chosen is None else locale
    return Reader(language, locale, calendar, _zone(zone))


def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-") if tag else None
    except (UnknownLocaleError, ValueError):
        return None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
