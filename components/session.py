"""Who is here, and the few things that a tab remembers. Every session_state key that is not a widget's is here."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from studio.build import the_studio
from studio.desk import Desk
from studio.doors import Doors
from studio.drafts import Draft
from studio.visitors import COOKIE


def desk() -> Desk:
    """The desk that this page asks."""
    return the_studio().desk


def doors() -> Doors:
    """The doors that this page asks who may come in."""
    return the_studio().doors


def visitor() -> str:
    """Whose page this is: by the signed cookie; a tab without one (cookies are off) is a visitor of its own."""
    visitors = the_studio().visitors
    known = visitors.read(st.context.cookies.get(COOKIE))
    if known is None:
        return str(st.session_state.setdefault("visitor", visitors.new()))
    if (run := get_script_run_ctx()) is not None:
        # From now on this tab's session and uploads are given to this visitor's browser only (web/sockets.py).
        the_studio().tabs.note(run.session_id, known)
    return known


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
