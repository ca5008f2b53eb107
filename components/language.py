"""Words in the visitor's language: every sentence goes through `_`, every amount and time through Babel."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import streamlit as st
from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from components.tab import changing, remembered
from languages.catalogues import N_, translations
from languages.readers import Reader, reader_of
from languages.spoken import Language, chosen

__all__ = ["N_", "_", "ngettext"]

_FROM_LEFT, _END, _MARKS = "\u2066", "\u2069", "\u200f\u200e"
"""Unicode's isolates (UAX 9), and the marks that Babel puts in their place."""
CENT = 10_000
"""Amounts are millionths of a dollar everywhere but on the screen."""
KEPT_UNITS = 512


def _(message: str) -> str:
    """The message in the visitor's language."""
    return translations(reader().language.code).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The message for so many things, in the visitor's language."""
    return translations(reader().language.code).ngettext(one, many, number)


def reader() -> Reader:
    """Whom this page speaks to."""
    return remembered().reader or _arriving()


def meet_reader() -> None:
    """Learn whom this run speaks to. Called once at its beginning: every sentence asks."""
    reader = _arriving()
    if remembered().reader is not reader:
        changing().reader = reader


def speak(language: Language) -> None:
    """From now on this tab speaks that language; its browser keeps it by itself (web/routes/language.py)."""
    tab = changing()
    tab.language = language
    tab.reader = _arriving()


def _arriving() -> Reader:
    headers = st.context.headers
    language = remembered().language or chosen(st.context.cookies.to_dict())
    return reader_of(language, st.context.locale or "", headers.get("Accept-Language") or "", st.context.timezone or "")


def locale() -> Locale:
    """How numbers are written in the visitor's language."""
    return reader().locale


def sentences(*said: str) -> str:
    """One after the other, as the visitor's language writes them; the empty ones left out."""
    return reader().language.between_sentences.join(filter(None, said))


def listed(things: Iterable[str]) -> str:
    """Beside each other on one line: 5 s, 720p."""
    return reader().language.between_things.join(things)


def back_arrow() -> str:
    """The icon of a way back, as the visitor's language reads."""
    return ":material/arrow_forward:" if reader().language.is_right_to_left else ":material/arrow_back:"


def money(micros: int) -> str:
    """An amount in dollars: $0.79; half a cent counts as one."""
    cents = (Decimal(micros) / CENT).to_integral_value(ROUND_HALF_UP)
    amount = str(format_currency(cents / 100, "USD", locale=locale()))
    # Latin letters and digits, which a line from the right would put in another order.
    return f"{_FROM_LEFT}{amount.strip(_MARKS)}{_END}" if reader().language.is_right_to_left else amount


def seconds(number: float) -> str:
    """A length of video: 5 s."""
    return _unit(number, "second", "short", locale())


def rough_time(number_s: float) -> str:
    """A waiting time as one would say it: 40 s, 3 min."""
    if number_s < 55:
        return seconds(max(5, round(number_s / 5) * 5) if number_s > 3 else 3)
    return _unit(round(number_s / 60), "minute", "short", locale())


def whole_time(number: int, unit: str) -> str:
    """A time in whole numbers of a unit of Babel's ("second", "minute"), written out: 4 minutes."""
    return _unit(number, unit, "long", locale())


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
    both = get_datetime_format("medium", locale=reader().calendar)
    return str(both).replace("'", "").format(_time(when), day(when))


def ago(age: timedelta) -> str:
    """How long ago something was: 2 seconds ago."""
    return str(format_timedelta(-max(age, timedelta(seconds=1)), add_direction=True, locale=locale()))


def day(when: datetime) -> str:
    """The date of a moment where the visitor is."""
    return str(format_date(when.astimezone(reader().zone), "medium", locale=reader().calendar))


def begin_of_day(date_: date, *, days_later: int = 0) -> datetime:
    """When a day begins where the visitor is, or the one so many days later."""
    return datetime.combine(date_ + timedelta(days=days_later), time(), tzinfo=reader().zone)


def week_of(when: datetime) -> date:
    """The Monday of the week of a moment where the visitor is."""
    then = when.astimezone(reader().zone).date()
    return then - timedelta(days=then.weekday())


def day_in_words(when: datetime, now: datetime) -> str:
    """The day of a moment where the visitor is, as one would say it: Today, Yesterday, Sunday, November 22, 2026."""
    then = when.astimezone(reader().zone).date()
    match (now.astimezone(reader().zone).date() - then).days:
        case 0:
            return _("Today")
        case 1:
            return _("Yesterday")
        case _days:
            return str(format_date(then, "full", locale=reader().calendar))


def budget_day(date_: date) -> str:
    """A day of the ledger, which is kept in UTC wherever anybody is; what stands beside it says so."""
    return str(format_date(date_, "medium", locale=locale()))


def short_day(date_: date) -> str:
    """A day as it stands below a chart: Nov 22."""
    return str(format_skeleton("MMMd", date_, locale=reader().calendar))


def opening(when: datetime, now: datetime) -> str:
    """When something opens again, as one would say it: at 1:00 AM, on December 1, 2026."""
    if when - now <= timedelta(hours=24):
        return _("at {time}").format(time=_time(when))
    return _("on {date}").format(date=format_date(when.astimezone(reader().zone), "long", locale=locale()))


def _time(when: datetime) -> str:
    return str(format_time(when, "short", tzinfo=reader().zone, locale=reader().calendar))


@functools.lru_cache(maxsize=KEPT_UNITS)
def _unit(number: float, unit: str, length: Literal["short", "long"], written: Locale) -> str:
    # Babel (2.18) knows no long form for these, and would say the name of the unit; their short one is as long.
    is_short_alone = written.language in ("zh", "ja")
    return str(format_unit(number, unit, "short" if is_short_alone else length, locale=written))
