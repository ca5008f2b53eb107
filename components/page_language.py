"""The language of the page: the choice of another, what the browser knows of it, and Streamlit's own words in it."""

from __future__ import annotations

import streamlit as st

from components import front_end
from components.callbacks import told
from components.language import N_, _, reader, speak
from languages.spoken import LANGUAGES, WRITTEN_IN, language_of
from studio import urls
from studio.resources import text

_KEY = "page-language"
_CHOICE = front_end.of(__file__, above=text(__file__, "streamlits_words.js"))

STREAMLITS_OWN = (
    N_("Upload"),
    N_("Drag and drop a file here"),
    N_("Drag and drop files here"),
    N_("{size} per file"),
    N_(" • image, {types}"),
    N_("This app would like to use your camera."),
    N_("Choose an option"),
    N_("Choose options"),
    N_("No results"),
    N_("Select..."),
    N_("Close"),
    N_("Clear value"),
    N_("Clear selection"),
    N_("Open"),
    N_("Stop"),
    N_("Take Photo"),
    N_("Clear photo"),
    N_("Copy to clipboard"),
    N_("Copied"),
    N_("Fullscreen"),
    N_("Close fullscreen"),
    N_("Main menu"),
    N_("Choose date"),
    N_("Choose date range"),
    N_("Show password"),
    N_("Hide password"),
    N_("Download failed"),
    N_("Only one file is allowed."),
    N_("File type not allowed."),
)
"""What Streamlit (1.67.0) says by itself where it shows here, word for word: it has no other language. In braces, what
may be anything."""


@told
def _choose() -> None:
    language = language_of(st.session_state[_KEY].chosen)
    if language is not None:
        speak(language)


def show() -> None:
    """Draw the choice, and have the page say what language it is in. Once on every page."""
    language = reader().language
    _CHOICE(
        key=_KEY,
        data={
            "label": _("Language"),
            "languages": [{"code": each.code, "name": each.name} for each in LANGUAGES],
            "spoken": language.code,
            "dir": "rtl" if language.is_right_to_left else "ltr",
            "keep": urls.LANGUAGE,
            "words": {} if language is WRITTEN_IN else {word: _(word) for word in STREAMLITS_OWN},
        },
        on_chosen_change=_choose,
    )
