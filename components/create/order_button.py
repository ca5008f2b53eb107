"""What the order on the form will cost, what is left, and the button that places it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from components.callbacks import told
from components.create import (
    form_fields,
    framing_input,
    one_press,
    order_form,
    picture_input,
    picture_line,
    sound_input,
)
from components.create.stage import BOARD
from components.current_form import change_draft, draft, new_fields, preparing
from components.language import _
from components.messages import given_notices, notices
from components.messages.attention import bring_into_view
from components.messages.outlook import outlook
from components.next_run import following
from components.session import address, keeps_cookies, visitor, visitor_service
from studio.forms.sent_files import PicturesOnTheirWay
from studio.jobs.job import Job, State
from studio.money.fitting import Choice, how_many_fit
from studio.money.limits import Allowance, Coverage
from studio.money.prices import PriceUnknown
from studio.orders.drafts import Draft
from studio.orders.lining_up import each
from studio.orders.order import NotTaken, Order, OrderIncomplete, Problem, problems_of, tidy
from studio.orders.variations import COUNT_MAX
from studio.queue.placing import OrderedJustNow
from studio.visitor_service import CreatePage

BUTTON = "create"
LINE = "order-line"
"""Begins the key of the container with the price; how many of four videos at once are covered ends it."""
PRESSES = "order-presses"
"""Key in session_state: how many presses of the button have been answered."""
FITTING_SHOWN = 2
"""More to choose from would be a form of its own."""
PATIENCE_S = 5.0
"""How long a click waits for the picture that was given just before it."""

SHOWN = "order-shown-micros"
"""Key in session_state: the price that stands beside the button."""
ANSWER = "order-answer"
"""Key in session_state: what the last click came to, and the order that it was about."""


def show(shown: Callable[[], CreatePage]) -> None:
    """Draw them, and before them how many videos it is about."""
    order_form.show_how_many()
    is_covered = _money(shown)
    # Always the same button: what a second click means is decided below, not by how the page is drawn.
    label = _("Make another one") if _was_ordered(shown) else _("Create video")
    st.button(
        label,
        type="primary",
        icon=":material/movie:",
        width="stretch",
        key=BUTTON,
        disabled=not is_covered,
        on_click=_pressed,
    )
    one_press.guard(BUTTON, st.session_state.get(PRESSES, 0))
    sound_input.watch(BUTTON)
    _answer(shown)


def _money(shown: Callable[[], CreatePage]) -> bool:
    """What it costs and what is left, how long it takes and how large it comes out, before the click; or what keeps an
    order from being taken. False where what is left does not cover it."""
    form = draft()
    try:
        price = visitor_service().price(form.order(), form.video_count)
    except PriceUnknown as unknown:
        with st.container(key=f"{LINE}-{COUNT_MAX}"):
            st.warning(notices.not_taken(unknown), icon=":material/help:")
        return True
    allowance = shown().allowance
    pictures = form.video_count // form.count
    most = pictures * COUNT_MAX
    fitting = how_many_fit(price.micros // form.video_count, allowance.left_micros, most)
    # By its key those of the four choices are greyed that what is left does not cover (stage.css).
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"{LINE}-{fitting // pictures}"):
        coverage = allowance.covers(price.micros)
        match coverage:
            case Coverage.NOTHING_LEFT if allowance.limit is not None:
                st.warning(notices.limit(allowance.limit, allowance.opens_at), icon=":material/savings:")
            case Coverage.NOT_ENOUGH:
                _less(allowance)
        # As text: two dollar signs would be a formula to Markdown.
        st.text(notices.cost(price, allowance, form.video_count, enough_for=fitting if fitting < most else None))
        st.text(outlook(visitor_service().usual_times.of(form), form.video_size))
    st.session_state[SHOWN] = price.micros
    return coverage is Coverage.ENOUGH


def _less(allowance: Allowance) -> None:
    """What is asked for costs more than is left: what would fit is one click away."""
    st.warning(notices.not_enough(allowance), icon=":material/savings:")
    for choice in visitor_service().what_fits(draft(), allowance)[:FITTING_SHOWN]:
        st.button(
            notices.fitting(choice),
            icon=":material/check:",
            key=f"fits-{choice.duration_s}-{choice.resolution}-{choice.count}",
            on_click=_choose,
            args=(choice,),
        )


@told
def _choose(choice: Choice) -> None:
    change_draft(choice.on(form_fields.filled()))
    for name in ("length", "quality", "count"):
        new_fields(name)


def _was_ordered(shown: Callable[[], CreatePage]) -> bool:
    """True where just what stands on the form has been ordered, and can be seen on this page."""
    made = [job.order for job in shown().jobs if job.state is State.DONE or not job.is_final]

    def is_made(order: Order) -> bool:
        return order in made or (order.seed is None and any(replace(one, seed=None) == order for one in made))

    return all(is_made(tidy(form.order())) for form in each(draft()))


def _pressed() -> None:
    st.session_state[PRESSES] = st.session_state.get(PRESSES, 0) + 1
    _order()


@told
def _order(another_after: str | None = None) -> None:
    """Place what stands on the form, with all that has reached the server by now."""
    st.session_state.pop(ANSWER, None)
    waiting = preparing()
    if waiting is not None:
        waiting.wait(PATIENCE_S)
        picture_input.settle()
    all_here = picture_line.is_settled(PATIENCE_S)
    framing_input.settle()
    form = form_fields.filled()
    change_draft(form)
    if not keeps_cookies():
        return
    if not all_here:
        st.session_state[ANSWER] = (_asked(form), PicturesOnTheirWay())
        return
    try:
        placed = visitor_service().place_together(
            visitor(), form, shown_micros=st.session_state.get(SHOWN), another_after=another_after, address=address()
        )
    except NotTaken as error:
        st.session_state[ANSWER] = (_asked(form), error)
        return
    following().update(dict.fromkeys([job.id for job in placed], False))
    bring_into_view(BOARD)
    change_draft(form.renewed())


def _answer(shown: Callable[[], CreatePage]) -> None:
    """What the last click came to, as long as the form stands as it was; else what is still missing."""
    order = tidy(draft().order())
    about, error = _last_answer()
    if error is not None and about == _asked(draft()) and not _is_over(error, shown().jobs):
        _say(error)
        return
    stop = shown().stop
    if stop is not None:
        st.warning(notices.stop(stop), icon=":material/pause_circle:")
    elif shown().paused:
        st.warning(notices.paused(), icon=":material/pause_circle:")
    missing = problems_of(order)
    if missing:
        st.caption(_hint(missing))


def _is_over(error: NotTaken, jobs: Sequence[Job]) -> bool:
    """True of the question whether one more is meant, once the one before has ended: the button itself says so then."""
    if not isinstance(error, OrderedJustNow):
        return False
    under_way = {job.id for job in jobs if not job.is_final}
    return under_way.isdisjoint(job.id for job in error.jobs)


_Asked = tuple[tuple[Order, ...], int]
"""What a click was about: an order for each picture, and how many videos of each."""


def _asked(form: Draft) -> _Asked:
    return tuple(tidy(one.order()) for one in each(form)), form.count


def _last_answer() -> tuple[_Asked | None, NotTaken | None]:
    last: tuple[_Asked, NotTaken] | tuple[None, None] = st.session_state.get(ANSWER, (None, None))
    return last


def _say(error: NotTaken) -> None:
    match error:
        case OrderIncomplete():
            for found in error.problems:
                if found is Problem.NO_PICTURE and preparing() is not None:
                    st.warning(given_notices.still_preparing(), icon=":material/hourglass_top:")
                else:
                    st.warning(notices.problem(found), icon=":material/arrow_upward:")
        case PicturesOnTheirWay():
            st.warning(notices.not_taken(error), icon=":material/hourglass_top:")
        case OrderedJustNow():
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                st.text(notices.not_taken(error), width="stretch")
                st.button(
                    _("Make another"),
                    icon=":material/add:",
                    key=f"another-{error.job.id}",
                    on_click=_order,
                    kwargs={"another_after": error.job.id},
                )
        case _:
            st.warning(notices.not_taken(error), icon=":material/pause_circle:")


def _hint(missing: tuple[Problem, ...]) -> str:
    if set(missing) == {Problem.NO_PICTURE, Problem.NO_PROMPT}:
        return _("Add a picture and a sentence to start.")
    return notices.problem(missing[0])
