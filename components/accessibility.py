"""What of the app works for whom, how that was tried, and what does not yet."""

from __future__ import annotations

import streamlit as st

from components.language import _


def show() -> None:
    """Draw the page."""
    st.title(_("Accessibility"))
    for heading, text in _sections():
        st.header(heading)
        st.write(text)


def _sections() -> list[tuple[str, str]]:
    return [
        (
            _("What we aim at"),
            _(
                "Everybody can make a video here: with a mouse, a finger, a keyboard or a screen reader, in light and "
                "dark, large and small. We go by the Web Content Accessibility Guidelines 2.2, level AA."
            ),
        ),
        (
            _("What works"),
            _(
                "Everything can be reached and used by keyboard, and has a name. News is told once, in one place. "
                "Nothing plays by itself where your device asks for reduced motion. Text can be enlarged to 200 %, and "
                "the pages fit screens 320 pixels wide. In the gallery the key ? lists all others."
            ),
        ),
        (
            _("How it was tried"),
            _(
                "With each change, programs use the pages by keyboard and look for barriers with axe-core, in light "
                "and dark, at desk and phone width. People with disabilities have not yet tried it for us."
            ),
        ),
        (
            _("What does not work yet"),
            _(
                "Videos made here have no captions and no audio description. A choice that is chosen and lies under "
                "the mouse has too little contrast. Videos may flicker, depending on what was asked for."
            ),
        ),
        (
            _("Something stands in your way?"),
            _("Tell the owner of this site, who gave you the link. They can pass it on to us."),
        ),
    ]
