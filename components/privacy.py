"""What is kept of a visitor, in a few plain sentences, and the button that deletes it all."""

from __future__ import annotations

import streamlit as st

from components.language import _, ngettext
from components.session import desk, say_after_rerun, visitor
from studio.build import the_studio


def show() -> None:
    """Draw the page."""
    for heading, text in _sections():
        st.header(heading)
        st.write(text)
    st.header(_("Delete everything"))
    st.write(
        _(
            "Your videos, pictures, words, form and links are deleted for good. Orders that have not gone out are "
            "taken back; what is being made is deleted as soon as it is done."
        )
    )
    if st.button(_("Delete everything I have here"), icon=":material/delete_forever:"):
        _confirm()


def _sections() -> list[tuple[str, str]]:
    return [
        (
            _("What is kept"),
            _(
                "Your pictures without place and camera data, your words and settings, your videos, and the form as "
                "you left it. No name, no mail address, no internet address: your browser keeps a cookie with a random "
                "number, so that your gallery is yours alone. If you sign in, a fingerprint of the account is kept."
            ),
        ),
        (_("Where"), _where()),
        (_("How long"), _how_long()),
        (
            _("Who sees it"),
            _(
                "Other visitors: nothing, unless you share a video; then whoever has the link sees it and its words, "
                "until you stop sharing. The owner of this site sees when something was ordered, what it cost and "
                "whether it worked; whoever runs the server could look into its files."
            ),
        ),
        (
            _("What stays"),
            _(
                "For the owner's books: when an order was placed, what it cost and the random number, without words or "
                "pictures. The server's log names orders by a short number, never by their words."
            ),
        ),
    ]


def _where() -> str:
    if desk().is_demo:
        return _("On this computer. In the demo nothing leaves it.")
    return _(
        "On the server of this site. To make a video, its picture and words are sent to the AI/ML API, which keeps "
        "them by its own rules."
    )


def _how_long() -> str:
    days = the_studio().settings.keep_days
    if days is None:
        return _("Until you delete it.")
    return ngettext(
        "Until you delete it; at most {number} day.", "Until you delete it; at most {number} days.", days
    ).format(number=days)


def _confirm() -> None:
    @st.dialog(_("Delete everything?"))
    def ask() -> None:
        st.write(_("This cannot be undone. Videos that you want to keep: download them first."))
        with st.container(horizontal=True):
            if st.button(_("Delete for good"), type="primary", key="delete-all-yes"):
                desk().delete_everything(visitor())
                st.session_state.clear()
                say_after_rerun(_("Everything is deleted."), ":material/delete_forever:")
                st.rerun()
            if st.button(_("Keep it"), key="delete-all-no"):
                st.rerun()

    ask()
