"""A dialog in which several shots are planned: words and seconds for each, written into the prompt as they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from components.callbacks import told
from components.create import double_click, form_fields, replaced
from components.language import _, seconds
from studio.orders.shot_plan import (
    SHORTEST_S,
    Plan,
    as_text,
    most_shots,
    moved,
    plan_in,
    with_another,
    with_seconds,
    with_words,
    without,
)

WORDS_MAX = 1_000
"""Of one field; more than a model reads of all shots together is counted below the prompt."""
_BUTTONS = "[class*='st-key-shots-'] .stButton"
"""What opens the dialog and what stands in it, as the browser finds it; not the steps of a number, which are meant each
time."""
_OPEN = "shots-open"
"""Key in session_state: what the open dialog holds; nothing while there is none."""
_LAST = "shots-last"
"""Key in session_state: the last number that a field had. One that is gone may tell its contents once more."""


@dataclass(frozen=True, slots=True)
class _Open:
    """The plan, and the numbers by which its fields are told from those that stood there before."""

    plan: Plan
    rows: tuple[int, ...]
    """One for each shot, which it keeps wherever it is moved."""
    times: tuple[int, ...]
    """One for each field of seconds: a new one where another field has changed what it shows."""
    whole: int
    words_before: str
    undo: Plan | None = None
    """What was planned before a row came, went or moved."""


def show() -> None:
    """Draw what opens the dialog; and the dialog while it is open, however often the page is drawn meanwhile."""
    st.button(
        _("Plan the shots"),
        icon=":material/view_timeline:",
        key="shots-plan",
        help=_("What happens in each shot, and for how many seconds."),
        on_click=_begin,
    )
    double_click.drop_second(_BUTTONS)
    if _opened() is not None:
        st.dialog(_("Plan the shots"), on_dismiss=_close)(_dialog)()


def _opened() -> _Open | None:
    opened: _Open | None = st.session_state.get(_OPEN)
    return opened


def _numbers(count: int) -> tuple[int, ...]:
    last: int = st.session_state.get(_LAST, 0)
    st.session_state[_LAST] = last + count
    return tuple(range(last, last + count))


def _new(plan: Plan, words_before: str) -> _Open:
    count = len(plan.shots)
    return _Open(plan, _numbers(count), _numbers(count), _numbers(1)[0], words_before)


@told
def _begin() -> None:
    form = form_fields.filled()
    if _opened() is None:
        st.session_state[_OPEN] = _new(plan_in(form.prompt, form.duration_s), form.prompt)


@told
def _close() -> None:
    st.session_state.pop(_OPEN, None)


@told
def _done() -> None:
    opened = _opened()
    if opened is not None:
        # Also where nothing was changed: times that did not add up to the length do so now.
        _write(opened)
        st.session_state.pop(_OPEN)


def _write(opened: _Open) -> None:
    """At once, as everything that is typed on the form: a reload costs no word of it."""
    words = as_text(opened.plan)
    if words != opened.words_before:
        replaced.keep_words(opened.words_before)
    form_fields.write_prompt(words)


def _dialog() -> None:
    opened = _opened()
    if opened is None:
        # The whole page: the prompt behind it shows what was planned.
        st.rerun()
    plan, begin = opened.plan, 0
    key = f"shots-whole-{opened.whole}"
    st.text_input(
        _("For the whole video"),
        plan.whole,
        key=key,
        max_chars=WORDS_MAX,
        placeholder=_("For example: a warm film in evening light"),
        on_change=_say_of_all,
        args=(key,),
    )
    for at, shot in enumerate(plan.shots):
        _row(opened, at, begin)
        begin += shot.seconds
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Add a shot"),
            icon=":material/add:",
            key="shots-add",
            disabled=len(plan.shots) >= most_shots(plan.seconds),
            on_click=_add,
        )
        st.button(
            _("Undo"),
            icon=":material/undo:",
            key="shots-undo",
            type="tertiary",
            disabled=opened.undo is None,
            on_click=_undo,
        )
    st.caption(_("Together {length}, as long as the video.").format(length=seconds(plan.seconds)))
    st.button(_("Done"), key="shots-done", type="primary", width="stretch", on_click=_done)


def _row(opened: _Open, at: int, begin: int) -> None:
    row, shot, count = opened.rows[at], opened.plan.shots[at], len(opened.rows)
    with st.container(key=f"shots-row-{row}", border=True, gap="xsmall"):
        key = f"shots-words-{row}"
        st.text_area(
            _("Shot {number}: {begin} to {end}").format(number=at + 1, begin=begin, end=seconds(begin + shot.seconds)),
            shot.words,
            key=key,
            height=68,
            max_chars=WORDS_MAX,
            placeholder=_("What happens in it?"),
            on_change=_say,
            args=(row, key),
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            key = f"shots-seconds-{opened.times[at]}"
            st.number_input(
                _("Seconds"),
                SHORTEST_S,
                max(SHORTEST_S, opened.plan.seconds - SHORTEST_S * (count - 1)),
                shot.seconds,
                key=key,
                width=150,
                disabled=count == 1,
                on_change=_last,
                args=(row, key),
            )
            # On a phone the three of them go below.
            with st.container(horizontal=True, width="content"):
                _button(_("Up"), "arrow_upward", row, _move, -1, is_off=at == 0)
                _button(_("Down"), "arrow_downward", row, _move, 1, is_off=at == count - 1)
                _button(_("Remove"), "delete", row, _remove, is_off=count == 1)


def _button(name: str, icon: str, row: int, act: Callable[..., None], *more: int, is_off: bool) -> None:
    st.button(
        name,
        icon=f":material/{icon}:",
        key=f"shots-{icon}-{row}",
        type="tertiary",
        disabled=is_off,
        on_click=act,
        args=(row, *more),
    )


def _change(opened: _Open, plan: Plan, told_by: int | None = None) -> None:
    """Other words or times; the fields of seconds are drawn anew but for the one that told it, if it was taken so."""
    same = [before.seconds == after.seconds for before, after in zip(opened.plan.shots, plan.shots, strict=True)]
    times = [
        number if is_same or row == told_by else _numbers(1)[0]
        for row, number, is_same in zip(opened.rows, opened.times, same, strict=True)
    ]
    changed = replace(opened, plan=plan, times=tuple(times))
    st.session_state[_OPEN] = changed
    _write(changed)


@told
def _say_of_all(key: str) -> None:
    opened = _opened()
    if opened is not None:
        _change(opened, replace(opened.plan, whole=str(st.session_state[key] or "")[:WORDS_MAX]))


@told
def _say(row: int, key: str) -> None:
    opened = _opened()
    if opened is not None and row in opened.rows:
        words = str(st.session_state[key] or "")[:WORDS_MAX]
        _change(opened, with_words(opened.plan, opened.rows.index(row), words))


@told
def _last(row: int, key: str) -> None:
    opened, said = _opened(), st.session_state[key]
    if opened is None or row not in opened.rows:
        return
    at = opened.rows.index(row)
    if key != f"shots-seconds-{opened.times[at]}" or type(said) is not int:
        return
    plan = with_seconds(opened.plan, at, said)
    _change(opened, plan, told_by=row if plan.shots[at].seconds == said else None)


@told
def _add() -> None:
    opened = _opened()
    if opened is not None:
        plan = with_another(opened.plan)
        _arrange(opened, plan, [*opened.rows, *_numbers(len(plan.shots) - len(opened.rows))])


@told
def _remove(row: int) -> None:
    opened = _opened()
    if opened is not None and row in opened.rows and len(opened.rows) > 1:
        at = opened.rows.index(row)
        _arrange(opened, without(opened.plan, at), [other for other in opened.rows if other != row])


@told
def _move(row: int, by: int) -> None:
    opened = _opened()
    if opened is not None and row in opened.rows:
        at, rows = opened.rows.index(row), [other for other in opened.rows if other != row]
        rows.insert(max(0, at + by), row)
        _arrange(opened, moved(opened.plan, at, by), rows)


@told
def _undo() -> None:
    opened = _opened()
    if opened is not None and opened.undo is not None:
        before = _new(opened.undo, opened.words_before)
        st.session_state[_OPEN] = before
        _write(before)


def _arrange(opened: _Open, plan: Plan, rows: list[int]) -> None:
    """Rows came, went or moved."""
    changed = replace(
        opened,
        plan=plan,
        rows=tuple(rows),
        times=_numbers(len(rows)),
        undo=opened.plan,
    )
    st.session_state[_OPEN] = changed
    _write(changed)
