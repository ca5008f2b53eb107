"""What else a visitor's videos are chosen and sorted by. It stands in the address, as what is searched for does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from components.gallery.chosen import chosen, put
from components.language import _, begin_of_day, seconds
from components.messages.outlook import quality
from components.session import visitor_service
from studio.queue.searching import Cost, Length, Shape, Sort

POPOVER = "gallery-filter"
ANY = ""
SINCE, UNTIL = "since", "until"
YES, NO = "yes", "no"
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several values, or any."""

    label: Callable[[], str]
    options: Callable[[], Mapping[str, str]]
    """Values, as in the address, and their words."""
    usual: str = ANY


def _any(options: Mapping[str, str]) -> dict[str, str]:
    return {ANY: _("Any")} | dict(options)


def _lengths() -> dict[str, str]:
    return _any(
        {
            Length.SHORT: _("Up to {seconds}").format(seconds=seconds(5)),
            Length.MEDIUM: _("Up to {seconds}").format(seconds=seconds(10)),
            Length.LONG: _("Over {seconds}").format(seconds=seconds(10)),
        }
    )


def _models() -> dict[str, str]:
    return _any({model.id: model.name for model in visitor_service().models})


def _qualities() -> dict[str, str]:
    known = {one.name.lower(): one.short_side_px for model in visitor_service().models for one in model.qualities}
    return _any({name: quality(name) for name in sorted(known, key=lambda name: known[name])})


def _shapes() -> dict[str, str]:
    return _any({Shape.LANDSCAPE: _("Landscape"), Shape.PORTRAIT: _("Portrait"), Shape.SQUARE: _("Square")})


CHOICES: Mapping[str, _Choice] = {
    "sort": _Choice(
        lambda: _("Sort by"),
        lambda: {
            Sort.NEWEST: _("Newest first"),
            Sort.OLDEST: _("Oldest first"),
            Sort.LONGEST: _("Longest first"),
            Sort.DEAREST: _("Most expensive first"),
        },
        Sort.NEWEST,
    ),
    "length": _Choice(lambda: _("Length"), _lengths),
    "shape": _Choice(lambda: _("Shape"), _shapes),
    "quality": _Choice(lambda: _("Quality"), _qualities),
    "sound": _Choice(lambda: _("Sound"), lambda: _any({YES: _("With sound"), NO: _("Without sound")})),
    "model": _Choice(lambda: _("Model"), _models),
    "cost": _Choice(lambda: _("Cost"), lambda: _any({Cost.FREE: _("Free"), Cost.PAID: _("Paid for")})),
}
"""By what each is called in the address."""


def show(look: Callable[[], None]) -> None:
    """Draw the button, and what is chosen by while that is open; `look` is called with each choice."""
    with st.popover(_("Filter and sort"), icon=":material/tune:", key=POPOVER, on_change="rerun") as popover:
        # What is in a closed one would be drawn with each run.
        if popover.open:
            _fields(look)


def _fields(look: Callable[[], None]) -> None:
    for name, choice in CHOICES.items():
        if name == "model" and len(visitor_service().models) < 2:
            continue
        words = choice.options()
        put(_key(name), value(name))
        st.selectbox(choice.label(), tuple(words), key=_key(name), format_func=words.__getitem__, on_change=look)
    with st.container(horizontal=True):
        for name, label in ((SINCE, _("From")), (UNTIL, _("To"))):
            put(_key(name), day(name))
            st.date_input(label, key=_key(name), value=None, min_value=FIRST_DAY, max_value=LAST_DAY, on_change=look)


def value(name: str) -> str:
    """What is chosen; the usual one where the address names none that there is."""
    choice = CHOICES[name]
    found = chosen(_key(name), st.query_params.get(name, "")) or choice.usual
    if found == choice.usual:
        return choice.usual
    return next((option for option in choice.options() if option == found), choice.usual)


def day(name: str) -> date | None:
    """The day that is chosen; None where the address has none."""
    found = chosen(_key(name), st.query_params.get(name, ""))
    try:
        at = found if isinstance(found, date) else date.fromisoformat(str(found))
    except ValueError:
        return None
    return at if FIRST_DAY <= at <= LAST_DAY else None


def address() -> dict[str, str]:
    """What is chosen and is not the usual, as the address has it."""
    values = {name: value(name) for name in CHOICES}
    found = {name: said for name, said in values.items() if said != CHOICES[name].usual}
    days = {name: at.isoformat() for name in (SINCE, UNTIL) if (at := day(name)) is not None}
    return found | days


def narrowed() -> dict[str, Any]:
    """The fields of a Search that are chosen."""
    since, until, sound = day(SINCE), day(UNTIL), value("sound")
    return {
        "model": value("model"),
        "length": Length(value("length")) if value("length") else None,
        "resolution": value("quality"),
        "shape": Shape(value("shape")) if value("shape") else None,
        "has_sound": None if sound == ANY else sound == YES,
        "cost": Cost(value("cost")) if value("cost") else None,
        "since": None if since is None else begin_of_day(since),
        "before": None if until is None else begin_of_day(until, days_later=1),
        "sort": Sort(value("sort")),
    }


def show_all() -> None:
    """Choose by nothing."""
    for name in (*CHOICES, SINCE, UNTIL):
        st.session_state.pop(_key(name), None)
        st.query_params.pop(name, None)


def _key(name: str) -> str:
    return f"gallery-filter-{name}"
