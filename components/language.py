"""Words in the visitor's language: every sentence goes through `_`, every amount and time through Babel."""

from __future__ import annotations

import functools
import gettext as catalogues
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

CATALOGUES = Path(__file__).parent / "catalogues"
WRITTEN_IN = Locale("en", "US")
CENT = 10_000
"""Amounts are millionths of a dollar everywhere but on the screen."""
KEPT_LOCALES = 64


def _(message: str) -> str:
    """The message in the visitor's language."""
    return _translations(_wanted()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The message for so many things, in the visitor's language."""
    return _translations(_wanted()).ngettext(one, many, number)


def N_(message: str) -> str:
    """Marks a message in a table for translation; `_` translates it where it is shown."""
    return message


def locale() -> Locale:
    """The visitor's locale, if we speak that language; else the one that everything is written in."""
    return _spoken(_wanted())


def reader() -> tuple[str, str]:
    """All that words depend on besides what they are about: the visitor's language, and where they are."""
    return _wanted(), st.context.timezone or ""


def money(micros: int) -> str:
    """An amount in dollars: $0.79; half a cent counts as one."""
    cents = (Decimal(micros) / CENT).to_integral_value(ROUND_HALF_UP)
    return str(format_currency(cents / 100, "USD", locale=locale()))


def seconds(number: float) -> str:
    """A length of video: 5 s."""
    return _unit(number, "second", "short", _wanted())


def rough_time(number_s: float) -> str:
    """A waiting time as one would say it: 40 s, 3 min."""
    if number_s < 55:
        return seconds(max(5, round(number_s / 5) * 5) if number_s > 3 else 3)
    return _unit(round(number_s / 60), "minute", "short", _wanted())


def whole_time(number: int, unit: str) -> str:
    """A time in whole numbers of a unit of Babel's ("second", "minute"), written out: 4 minutes."""
    return _unit(number, unit, "long", _wanted())


def clock(number_s: float) -> str:
    """Time that has passed, as a stopwatch shows it: 0:42."""
    return f"{int(number_s) // 60}:{int(number_s) % 60:02d}"


def megabytes(size_bytes: int) -> str:
    """A file's size: 3.2 MB, or 40 kB."""
    if size_bytes < 100_000:
        return str(format_unit(max(1, round(size_bytes / 1e3)), "kilobyte", "short", locale=locale()))
    return str(format_unit(round(size_bytes / 1e6, 1), "megabyte", "short", locale=locale()))


def gigabytes(size_bytes: int) -> str:
    """A size of the disk: 12.5 GB."""
    return str(format_unit(round(size_bytes / 1e9, 1), "gigabyte", "short", locale=locale()))


def file_size(size_bytes: int) -> str:
    """How large a file is that may be of any size: 40 kB, 3.2 MB, 1.4 GB."""
    return gigabytes(size_bytes) if size_bytes >= 1e9 else megabytes(size_bytes)


def number(value: int) -> str:
    """A number with the visitor's separators."""
    return str(format_decimal(value, locale=locale()))


def moment(when: datetime) -> str:
    """A date and time where the visitor is, to the minute: Nov 22, 2026, 11:59 PM, or 22.11.2026, 23:59."""
    both = get_datetime_format("medium", locale=_calendar())
    return str(both).replace("'", "").format(_time(when), day(when))


def ago(age: timedelta) -> str:
    """How long ago something was: 2 seconds ago."""
    return str(format_timedelta(-max(age, timedelta(seconds=1)), add_direction=True, locale=locale()))


def day(when: datetime) -> str:
    """The date of a moment where the visitor is."""
    return str(format_date(when.astimezone(_zone()), "medium", locale=_calendar()))


def begin_of_day(date_: date, *, days_later: int = 0) -> datetime:
    """When a day begins where the visitor is, or the one so many days later."""
    return datetime.combine(date_ + timedelta(days=days_later), time(), tzinfo=_zone())


def week_of(when: datetime) -> date:
    """The Monday of the week of a moment where the visitor is."""
    then = when.astimezone(_zone()).date()
    return then - timedelta(days=then.weekday())


def day_in_words(when: datetime, now: datetime) -> str:
    """The day of a moment where the visitor is, as one would say it: Today, Yesterday, Sunday, November 22, 2026."""
    then = when.astimezone(_zone()).date()
    match (now.astimezone(_zone()).date() - then).days:
        case 0:
            return _("Today")
        case 1:
            return _("Yesterday")
        case _days:
            return str(format_date(then, "full", locale=_calendar()))


def budget_day(date_: date) -> str:
    """A day of the ledger, which is kept in UTC wherever anybody is; what stands beside it says so."""
    return str(format_date(date_, "medium", locale=locale()))


def opening(when: datetime, now: datetime) -> str:
    """When something opens again, as one would say it: at 1:00 AM, on December 1, 2026."""
    if when - now <= timedelta(hours=24):
        return _("at {time}").format(time=_time(when))
    return _("on {date}").format(date=format_date(when.astimezone(_zone()), "long", locale=locale()))


def _time(when: datetime) -> str:
    return str(format_time(when, "short", tzinfo=_zone(), locale=_calendar()))


def _calendar() -> Locale:
    """How the visitor writes dates and times, whether or not we speak their language."""
    return _asked_for(_wanted()) or WRITTEN_IN


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _wanted() -> str:
    """What the browser asks for: any words at all, so that what is kept by them is kept for few."""
    return st.context.locale or "en"


@functools.lru_cache(maxsize=KEPT_LOCALES)
def _asked_for(wanted: str) -> Locale | None:
    try:
        return Locale.parse(wanted, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@functools.lru_cache(maxsize=KEPT_LOCALES)
def _spoken(wanted: str) -> Locale:
    parsed = _asked_for(wanted)
    if parsed is None:
        return WRITTEN_IN
    spoken = parsed.language == WRITTEN_IN.language or (CATALOGUES / parsed.language).is_dir()
    return parsed if spoken else WRITTEN_IN


@functools.lru_cache(maxsize=KEPT_LOCALES)
def _translations(wanted: str) -> catalogues.NullTranslations:
    return catalogues.translation("kineograph", CATALOGUES, languages=[str(_spoken(wanted))], fallback=True)


@functools.lru_cache(maxsize=KEPT_LOCALES * 8)
def _unit(number: float, unit: str, length: Literal["short", "long"], wanted: str) -> str:
    return str(format_unit(number, unit, length, locale=_spoken(wanted)))
