"""Words in the visitor's language: every sentence goes through `_`, every amount and time through Babel."""

from __future__ import annotations

import functools
import gettext as catalogues
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
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


def money(micros: int) -> str:
    """An amount in dollars: $0.79; half a cent counts as one."""
    cents = (Decimal(micros) / CENT).to_integral_value(ROUND_HALF_UP)
    return str(format_currency(cents / 100, "USD", locale=locale()))


def seconds(number: float) -> str:
    """A length of video: 5 s."""
    return _seconds(number, _wanted())


def rough_time(number_s: float) -> str:
    """A waiting time as one would say it: 40 s, 3 min."""
    if number_s < 55:
        return seconds(max(5, round(number_s / 5) * 5) if number_s > 3 else 3)
    return str(format_unit(round(number_s / 60), "minute", "short", locale=locale()))


def whole_time(number: int, unit: str) -> str:
    """A time in whole numbers of a unit of Babel's ("second", "minute"), written out: 4 minutes."""
    return str(format_unit(number, unit, "long", locale=locale()))


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


def number(value: int) -> str:
    """A number with the visitor's separators."""
    return str(format_decimal(value, locale=locale()))


def moment(when: datetime) -> str:
    """A date and time where the visitor is."""
    return str(format_datetime(when, "medium", tzinfo=_zone(), locale=locale()))


def ago(age: timedelta) -> str:
    """How long ago something was: 2 seconds ago."""
    return str(format_timedelta(-max(age, timedelta(seconds=1)), add_direction=True, locale=locale()))


def day(when: datetime) -> str:
    """The date of a moment where the visitor is."""
    return str(format_date(when.astimezone(_zone()), "medium", locale=locale()))


def budget_day(date_: date) -> str:
    """A day of the ledger, which is kept in UTC wherever anybody is; what stands beside it says so."""
    return str(format_date(date_, "medium", locale=locale()))


def opening(when: datetime, now: datetime) -> str:
    """When something opens again, as one would say it: at 1:00 AM, on December 1, 2026."""
    if when - now <= timedelta(hours=24):
        return _("at {time}").format(time=format_time(when, "short", tzinfo=_zone(), locale=locale()))
    return _("on {date}").format(date=format_date(when.astimezone(_zone()), "long", locale=locale()))


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _wanted() -> str:
    """What the browser asks for: any words at all, so that what is kept by them is kept for few."""
    return st.context.locale or "en"


@functools.lru_cache(maxsize=KEPT_LOCALES)
def _spoken(wanted: str) -> Locale:
    try:
        parsed = Locale.parse(wanted, sep="-")
    except (UnknownLocaleError, ValueError):
        return WRITTEN_IN
    spoken = parsed.language == WRITTEN_IN.language or (CATALOGUES / parsed.language).is_dir()
    return parsed if spoken else WRITTEN_IN


@functools.lru_cache(maxsize=KEPT_LOCALES)
def _translations(wanted: str) -> catalogues.NullTranslations:
    return catalogues.translation("kineograph", CATALOGUES, languages=[str(_spoken(wanted))], fallback=True)


@functools.lru_cache(maxsize=KEPT_LOCALES * 8)
def _seconds(number: float, wanted: str) -> str:
    return str(format_unit(number, "second", "short", locale=_spoken(wanted)))
