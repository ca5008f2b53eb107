"""What is kept of a visitor, in a few plain sentences, and the button that deletes it all."""

from __future__ import annotations

import streamlit as st

from components.access import admit
from components.callbacks import told
from components.language import _, ngettext, sentences
from components.session import visitor, visitor_service
from studio.build import get_studio

ANSWERED = "privacy-answered"
"""Key in session_state: a dialog was answered, and its work is done."""


def show() -> None:
    """Draw the page."""
    # What this browser had before it signed out everywhere.
    get_studio().sharing.successions.gather(visitor())
    for heading, text in _sections():
        st.header(heading)
        st.write(text)
    st.header(_("Delete everything"))
    st.write(
        _(
            "Your videos, pictures, sounds, words, notes, form, presets and links are deleted for good. Orders that "
            "have not gone out are taken back; what is being made is deleted as soon as it is done."
        )
    )
    if st.button(_("Delete everything I have here"), icon=":material/delete_forever:"):
        _confirm()
    st.header(_("Sign out everywhere"))
    st.write(
        _(
            "Your gallery stays in this browser and leaves every other one. Access codes, sign-ins and the owner's "
            "page have to be opened anew, here too. For when a device was lost, or a link to your gallery went astray."
        )
    )
    if st.button(_("Sign out everywhere"), icon=":material/devices_off:", key="leave-everywhere"):
        _confirm_leaving()


def _sections() -> list[tuple[str, str]]:
    return [
        (
            _("What is kept"),
            sentences(
                _(
                    "Your pictures without location or camera details, your sounds without what their files say of "
                    "themselves, your words and settings, your videos with the titles, notes and albums you give them, "
                    "your presets, and the form as you left it. No name, no email address, no IP address: your browser "
                    "keeps a cookie with a random number, so that your gallery is yours alone, for 400 days after your "
                    "last visit. If you are let in by a code or sign in, it keeps a second one, new each time; here "
                    "only its fingerprint and that of the account are kept."
                ),
                _("A language that you choose is kept by your browser in a cookie of its own, which names nobody."),
            ),
        ),
        (
            _("What is fetched"),
            _(
                "A link to a picture that you give is opened once by this server, which shows itself to that site in "
                "your place. The link is not kept."
            ),
        ),
        (
            _("What you download"),
            _(
                "A video that you download carries its words, its settings and its picture, so that it can be made "
                "again from it; a sound that you gave is heard in it, and does not travel beside it. Videos behind a "
                "link that you share carry none of that. With all of them as one file come the pictures and sounds "
                "that you gave, and a list of what made each. What you bring in from such a file is kept like what you "
                "made here."
            ),
        ),
        (_("Where"), _where()),
        (_("How long"), _how_long()),
        (
            _("Who sees it"),
            _(
                "Other visitors: nothing, unless you share a video; then anyone with the link sees it and its words, "
                "until you stop sharing. The owner of this site sees when something was ordered, what it cost and "
                "whether it worked; the people who run the server could look into its files."
            ),
        ),
        (
            _("What stays"),
            _(
                "For the owner's records: when an order was placed, what it cost and the random number, without words "
                "or pictures. The server's log names orders by a short number, never by their words."
            ),
        ),
    ]


def _where() -> str:
    if visitor_service().is_demo:
        return _("On this computer. In the demo nothing leaves it.")
    return _(
        "On the server of this site. To make a video, its picture, sound and words are sent to the AI/ML API, which "
        "keeps them by its own rules."
    )


def _how_long() -> str:
    days = get_studio().settings.keep_days
    if days is None:
        kept = _("Until you delete it.")
    else:
        kept = ngettext(
            "Until you delete it; at most {number} day.", "Until you delete it; at most {number} days.", days
        ).format(number=days)
    binned = ngettext(
        "A video that you delete stays in your bin for {number} day, unless you delete it there as well.",
        "A video that you delete stays in your bin for {number} days, unless you delete it there as well.",
        visitor_service().days_in_bin,
    ).format(number=visitor_service().days_in_bin)
    unused = _(
        "The form, picture and sound of somebody who has not ordered anything are deleted after a week, "
        "presets after three months."
    )
    if not get_studio().settings.trusted_proxies:
        return sentences(kept, binned, unused)
    address = _(
        "While an order is under way, and for a day after, a fingerprint of the address it came from is kept, so that "
        "orders take turns fairly; the address itself is not."
    )
    return sentences(kept, binned, unused, address)


def _confirm() -> None:
    @st.dialog(_("Delete everything?"))
    def ask() -> None:
        _go_on()
        st.write(_("This cannot be undone. Videos that you want to keep: download them first."))
        with st.container(horizontal=True):
            st.button(_("Delete for good"), type="primary", key="delete-all-yes", on_click=told(_delete))
            if st.button(_("Keep it"), key="delete-all-no"):
                st.rerun()

    ask()


def _go_on() -> None:
    # A dialog is drawn alone after a click in it; where the browser has to go, the whole page says.
    if st.session_state.pop(ANSWERED, False):
        st.rerun()


def _delete() -> None:
    get_studio().bringing_in.stop(visitor())
    visitor_service().delete_everything(visitor())
    st.session_state.clear()
    st.session_state[ANSWERED] = True
    # Under a new number: nothing of what comes leads back to what was.
    admit.begin_anew(keep=False)


def _confirm_leaving() -> None:
    @st.dialog(_("Sign out everywhere?"))
    def ask() -> None:
        _go_on()
        st.write(_("Only this browser keeps your gallery."))
        with st.container(horizontal=True):
            st.button(_("Sign out"), type="primary", key="leave-yes", on_click=told(_leave))
            if st.button(_("Stay"), key="leave-no"):
                st.rerun()

    ask()


def _leave() -> None:
    st.session_state[ANSWERED] = True
    admit.begin_anew(keep=True)
