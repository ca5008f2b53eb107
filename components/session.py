"""Who is here, and the few things that a tab remembers. Every session_state key that is not a widget's is here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.runtime.uninterrupted import uninterrupted
from studio.access.admission import Admission
from studio.access.sessions import token_in
from studio.access.visitors import Known
from studio.build import get_studio
from studio.jobs.stage import Choice
from studio.orders.drafts import Draft
from studio.pictures.queue import Preparation
from studio.visitor_service import CreatePage, VisitorService


def visitor_service() -> VisitorService:
    """The visitor service that this page asks; who pays is told by the rights of this browser."""
    token = rights()
    return get_studio().visitor_service.with_payers(lambda visitor: admission().entitlement(visitor, token).payer)


def admission() -> Admission:
    """Who may come in, as this page asks it."""
    return get_studio().access.admission


def create_page() -> CreatePage:
    """What Create shows in this tab now."""
    return visitor_service().create_page(visitor(), draft().started_fresh_at, draft().set_aside)


def visitor() -> str:
    """Whose page this is: by the signed cookie; a tab without one (cookies are off) is a visitor of its own."""
    known = _known()
    if known is None:
        return str(st.session_state.setdefault("visitor", get_studio().access.visitors.new()))
    if (run := get_script_run_ctx()) is not None:
        # From now on this tab's session and uploads are given to this visitor's browser only (web/middleware).
        get_studio().access.tabs.note(run.session_id, known.visitor)
    return known.visitor


def keeps_cookies() -> bool:
    """False for a browser that has brought no cookie of ours: nothing made there could be found again."""
    return _known() is not None


def _known() -> Known | None:
    return get_studio().access.visitors.of(_cookies())


def _cookies() -> Mapping[str, str]:
    return st.context.cookies


def address() -> str | None:
    """Where the browser connects from; None for this computer, and where nobody can tell."""
    return st.context.ip_address


def rights() -> str | None:
    """The token by which this browser was let in, if it was; a tab without cookies holds its own."""
    held: str | None = token_in(_cookies()) or st.session_state.get("rights")
    return held


def draft() -> Draft:
    """The form as this tab has it: at first as the visitor left it."""
    known: Draft | None = st.session_state.get("draft")
    if known is not None:
        return known
    with uninterrupted():
        st.session_state["draft"] = kept = _kept_draft()
        # A page that was loaded anew goes on waiting for the picture that was given to the one before.
        forms = visitor_service().forms
        st.session_state["preparing"] = forms.preparation(visitor())
        st.session_state["lining-up"] = list(forms.further(visitor()))
    return kept


def _kept_draft() -> Draft:
    kept = visitor_service().forms.draft(visitor())
    forms = visitor_service().forms
    picture, ending = (
        each if each and forms.has_picture(each) else None for each in (kept.picture, kept.ending_picture)
    )
    earlier, later = (
        tuple(one for one in line if forms.has_picture(one.picture)) for line in (kept.earlier, kept.later)
    )
    sound = kept.sound if kept.sound and forms.sounds.is_kept(kept.sound.key) else None
    return replace(kept, picture=picture, ending_picture=ending, earlier=earlier, later=later, sound=sound)


def change_draft(changed: Draft) -> None:
    """The form now stands like this: in this tab, and for the visitor's next one."""
    before = draft()
    if changed == before:
        return
    st.session_state["draft"] = changed
    if keeps_cookies():
        visitor_service().forms.keep_draft(
            visitor(),
            changed,
            with_picture=changed.picture != before.picture,
            with_ending_picture=changed.ending_picture != before.ending_picture,
            with_line=(changed.earlier, changed.later) != (before.earlier, before.later),
            with_sound_file=changed.sound != before.sound,
        )


def fill_form(filled: Draft) -> None:
    """Put other contents on the form: its fields show them at the next drawing."""
    if filled.picture != draft().picture:
        stop_waiting()
    let_go_of_line()
    # What was decided about the jobs beside the form stays decided.
    before = draft()
    change_draft(replace(filled, started_fresh_at=before.started_fresh_at, set_aside=before.set_aside))
    new_fields()


EVERY_FIELD = ""
"""Instead of a field's name: the whole form."""


def new_fields(name: str = EVERY_FIELD) -> None:
    """The form, or its field of that name, is drawn anew: only a new field shows other contents for certain."""
    turns: Counter[str] = st.session_state.setdefault("form-turns", Counter())
    turns[name] += 1


_NO_TURNS: Counter[str] = Counter()


def turn_of(name: str) -> int:
    """Tells this field of the form from those of its name before it. Only ever grows."""
    turns: Counter[str] = st.session_state.get("form-turns", _NO_TURNS)
    return turns[EVERY_FIELD] + turns[name]


def preparing() -> Preparation | None:
    """The picture that this tab waits for."""
    waiting: Preparation | None = st.session_state.get("preparing")
    return waiting


def wait_for(preparation: Preparation | None) -> None:
    """This tab now waits for that picture, or for none."""
    st.session_state["preparing"] = preparation


def stop_waiting() -> None:
    """The picture that this tab waits for is no longer wanted: what a person asks for last counts, whichever is ready
    first.
    """
    waiting = preparing()
    if waiting is not None:
        waiting.cancel()
        wait_for(None)


def lining_up() -> list[Preparation]:
    """The further pictures that this tab waits for, to stand in line on its form."""
    draft()  # which finds those that were given to the page before this one
    waiting: list[Preparation] = st.session_state["lining-up"]
    return waiting


def let_go_of_line() -> None:
    """Other contents come onto the form: further pictures that are still on their way are no longer wanted."""
    while lining_up():
        lining_up().pop().cancel()
    st.session_state["form-number"] = form_number() + 1


def form_number() -> int:
    """Tells the form from those before it, whose pictures the browser may still hold."""
    number: int = st.session_state.get("form-number", 0)
    return number


def following() -> dict[str, bool]:
    """The jobs that this tab follows, by id; True once it has told that the job ended."""
    followed: dict[str, bool] = st.session_state.setdefault("following", {})
    return followed


def chosen_job() -> Choice | None:
    """Which of the jobs on Create the person of this tab chose to see large."""
    choice: Choice | None = st.session_state.get("chosen-job")
    return choice


def choose_job(choice: Choice) -> None:
    """This one is shown large from now on."""
    st.session_state["chosen-job"] = choice


def run_beside(fragment: Callable[[], None]) -> None:
    """Begin this at the end of the page, outside of its containers.

    Streamlit copies all containers that a fragment is in each time it runs, which takes longer than to ask the store.
    """
    st.session_state.setdefault("beside", []).append(fragment)


def beside() -> list[Callable[[], None]]:
    """What was asked for since this was called last."""
    asked: list[Callable[[], None]] = st.session_state.pop("beside", [])
    return asked


def say_after_rerun(sentence: str, icon: str) -> None:
    """Show a short note once the page is drawn anew."""
    st.session_state.setdefault("notes", []).append((sentence, icon))


def notes_to_say() -> Iterator[tuple[str, str]]:
    """The notes that wait to be shown. Each waits until it has been: the run may end with any of them."""
    notes: list[tuple[str, str]] = st.session_state.get("notes", [])
    while notes:
        yield notes[0]
        del notes[0]


def go_to(page: str, **query: str) -> None:
    """Another page (components.page_names) is shown next: what a callback decides, the frame carries out.

    `query` is what the page's address has: of a video, its number.
    """
    st.session_state["go-to"] = page, query


def where_to() -> tuple[str, dict[str, str]] | None:
    """The page to show in place of this one, once, and what its address has."""
    page: tuple[str, dict[str, str]] | None = st.session_state.pop("go-to", None)
    return page


def complain(sentence: str, icon: str) -> None:
    """What went wrong with a click stands on the page until the next one."""
    st.session_state["complaint"] = (sentence, icon)


def complaint() -> tuple[str, str] | None:
    """What went wrong with the last click."""
    said: tuple[str, str] | None = st.session_state.get("complaint")
    return said


def drop_complaint() -> None:
    """Another click has come."""
    st.session_state.pop("complaint", None)
