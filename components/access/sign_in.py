"""Signing in with an account of an OpenID Connect provider, through Streamlit's own st.login."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from components.access import admit
from components.callbacks import told
from components.language import _
from components.session import admission, rights, visitor
from studio.access.admission import Answer
from studio.access.identity import Person, person_of
from studio.access.oidc_config import UNNAMED, missing, origin, providers
from studio.build import get_studio
from studio.settings import AccessMode
from studio.storage.errors import StorageAway

ARRIVED = "signed-in-as"
"""Key in session_state: the account that this tab has shown, and whether it was let in; None where that
sign-in has been ended everywhere."""


def arrive() -> Person | None:
    """Let in who has just signed in, before the page is drawn; gives who this tab is signed in as, let in or not.

    Once a tab and account: a tab left open must not undo a sign-out in another one.
    """
    person = _person()
    if person is None:
        return None
    if st.session_state.get(ARRIVED, ("", None))[0] != person.key:
        st.session_state[ARRIVED] = (person.key, _bring(person))
    return None if st.session_state[ARRIVED][1] is None else person


def _bring(person: Person) -> bool | None:
    if admission().is_signed_out(person):
        return None
    tried = admission().admit_person(visitor(), rights(), person)
    if tried.ticket is not None:
        admit.take(tried.ticket, unasked=f"{person.key[:12]} {person.login_at.timestamp()}")
    elif tried.answer is not Answer.ADMITTED:
        # Somebody else may have been signed in with this browser.
        admission().leave_person(rights())
    return tried.answer is Answer.ADMITTED


def show() -> None:
    """How to sign in, or why that was not enough."""
    arrived = arrive()
    if arrived is not None and not _was_let_in():
        _refusal(arrived)
    else:
        _ways_in()


def foot() -> None:
    """A line for the foot of every page: who is signed in, and the way out. Nothing for everybody else."""
    if AccessMode.SIGN_IN in admission().modes:
        with suppress(StorageAway):  # the page above has said so
            _foot()


def _foot() -> None:
    arrived = arrive()
    payer = admission().entitlement(visitor(), rights()).payer
    if payer is None or payer.key == visitor():
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        # A tab that was open before the sign-in in another one does not know the address.
        known = arrived is not None and arrived.key == payer.key
        st.text(_("Signed in as {address}").format(address=arrived.email) if arrived and known else _("Signed in"))
        st.button(_("Sign out"), icon=":material/logout:", type="tertiary", on_click=told(_sign_out))


def _was_let_in() -> bool:
    return bool(st.session_state.get(ARRIVED, ("", False))[1])


def _person() -> Person | None:
    # Signed by Streamlit, for as long as its cookie lives: the owner may have put another provider in its place since.
    if st.user.get("is_logged_in") is not True or st.user.get("provider") not in providers(_section()):
        return None
    return person_of(dict(st.user))


def _ways_in() -> None:
    section = _section()
    lacks = missing(section)
    if lacks:
        st.warning(
            _("Sign-in is not set up yet. For the owner: missing in .streamlit/secrets.toml, see docs/sign-in.md:"),
            icon=":material/key_off:",
        )
        st.text("\n".join(lacks))
        return
    here, needed = st.context.url, origin(section, int(st.get_option("server.port")))
    if here and "{0.scheme}://{0.netloc}".format(urlsplit(here)) != needed:
        st.info(_("Sign-in works at the address below only: open the app there."), icon=":material/link:")
        st.link_button(needed, needed)
        return
    st.write(_("Videos are made here by people on the owner's list. Sign in to go on."))
    with st.container(horizontal=True):
        for name in providers(section):
            label = _("Sign in") if name == UNNAMED else _("Sign in with {provider}").format(provider=_title(name))
            st.button(
                label,
                icon=":material/login:",
                type="primary",
                key=f"sign-in-{name}",
                on_click=st.login,
                args=(None if name == UNNAMED else name,),
            )


def _refusal(person: Person) -> None:
    if not get_studio().settings.sign_in_allowed:
        st.warning(
            _("Nobody is on the list yet. For the owner: set STUDIO_SIGN_IN_ALLOWED."), icon=":material/group_off:"
        )
    elif not person.email_verified:
        st.warning(
            _("Your sign-in provider does not confirm that your email address is yours, so it cannot be looked up."),
            icon=":material/mark_email_unread:",
        )
    else:
        st.warning(
            _("You are not on this app's list. Ask its owner, or sign in with another account."),
            icon=":material/group_off:",
        )
    if person.email:
        st.text(_("Signed in as {address}").format(address=person.email))
    st.button(_("Sign in as somebody else"), icon=":material/switch_account:", on_click=told(_sign_out))


def _sign_out() -> None:
    admission().leave_person(rights())
    st.logout()


def _section() -> Mapping[str, Any]:
    try:
        section = st.secrets["auth"]
    except (KeyError, FileNotFoundError):  # the second: there is no file, or none that can be read
        return {}
    return section if isinstance(section, Mapping) else {}


def _title(name: str) -> str:
    return name[:1].upper() + name[1:].replace("-", " ")
