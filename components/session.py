"""Who is here, and the few things that a tab remembers. Every session_state key that is not a widget's is here."""

from __future__ import annotations

import streamlit as st

from studio.build import the_studio
from studio.desk import Desk
from studio.doors import Doors
from studio.drafts import Draft
from studio.rights import token_in


def desk() -> Desk:
    """The desk that this page asks; who pays is told by the rights of this browser."""
    token = rights()
    return the_studio().desk.with_payers(lambda visitor: doors().standing(visitor, token).payer)


def doors() -> Doors:
    """The doors that this page asks who may come in."""
    return the_studio().doors


def visitor() -> str:
    """Whose page this is: by the signed cookie; a tab without one (cookies are off) is a visitor of its own."""
    visitors = the_studio().visitors
    known = visitors.of(st.context.cookies)
    if known is not None:
        return known.visitor
    return str(st.session_state.setdefault("visitor", visitors.new()))


def rights() -> str | None:
    """The token by which this browser was let in, if it was; a tab without cookies holds its own."""
    held: str | None = token_in(st.context.cookies) or st.session_state.get("rights")
    return held


def draft() -> Draft:
    """The form as this tab has it: at first as the visitor left it."""
    if "draft" not in st.session_state:
        st.session_state["draft"] = desk().draft(visitor())
    kept: Draft = st.session_state["draft"]
    return kept


def change_draft(changed: Draft) -> None:
    """The form now stands like this: in this tab, and for the visitor's next one."""
    if changed != draft():
        st.session_state["draft"] = changed
        desk().keep_draft(visitor(), changed)


def fill_form(filled: Draft) -> None:
    """Put other contents on the form: its fields show them at the next drawing."""
    for key in [key for key in st.session_state if str(key).startswith("form-")]:
        del st.session_state[key]
    change_draft(filled)


def following() -> dict[str, bool]:
    """The jobs that this tab follows, by id; True once it has told that the job ended."""
    followed: dict[str, bool] = st.session_state.setdefault("following", {})
    return followed


def say_after_rerun(sentence: str, icon: str) -> None:
    """Show a short note once the page is drawn anew."""
    st.session_state.setdefault("notes", []).append((sentence, icon))


def notes_to_say() -> list[tuple[str, str]]:
    """The notes that wait to be shown, each once."""
    notes: list[tuple[str, str]] = st.session_state.pop("notes", [])
    return notes
