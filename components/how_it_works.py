"""How a video comes of a picture, in four steps and a few answers, beside one that was made so."""

from __future__ import annotations

import streamlit as st

from components.language import _, megabytes, number
from components.page_names import ACCESSIBILITY, CREATE, PRIVACY
from components.result.player import player_of
from components.session import visitor_service
from studio import urls
from studio.pictures.prepare import MAX_UPLOAD_BYTES
from studio.pictures.samples import SAMPLE_FILM


def show() -> None:
    """Draw the page."""
    st.title(_("How it works"))
    st.write(_("You give a picture and say what should move. Some minutes later you have a short video of it."))
    lake = SAMPLE_FILM.of
    before, after = st.columns(2)
    with before:
        st.image(urls.sample(lake.name), alt=_(lake.alt), width="stretch")
        st.caption(_("The picture"))
    with after:
        st.html(player_of(urls.SAMPLE_FILM, urls.sample(lake.name), SAMPLE_FILM, _(lake.title), autoplay=False))
        st.caption(_("The video: “{words}”").format(words=lake.prompt))
    for step, (heading, text) in enumerate(_steps(), start=1):
        st.header(f"{number(step)}. {heading}")
        st.write(text)
    st.page_link(CREATE, label=_("Make your first video"), icon=":material/movie_edit:")
    st.header(_("Good to know"))
    for question, answer in _answers():
        with st.expander(question):
            st.write(answer)
    st.page_link(PRIVACY, label=_("What happens to my picture?"))
    st.page_link(ACCESSIBILITY, label=_("Accessibility"))


def _steps() -> list[tuple[str, str]]:
    return [
        (
            _("Give a picture"),
            _("A photo, a drawing, a painting: from your device, your camera, a link, or one of ours to try with."),
        ),
        (
            _("Say what should move"),
            _(
                "One sentence is enough, in any language. Say what moves and how, not what is in the picture: that is "
                "seen. “She turns her head and smiles while the camera moves closer.”"
            ),
        ),
        (
            _("Wait, or come back later"),
            _(
                "Each image of the video is computed anew, which takes a while. You may close the page: the video is "
                "made all the same, and waits in your gallery."
            ),
        ),
        (
            _("Watch it, keep it, go on"),
            _(
                "Download it, share it by a link, cut it, make a GIF of it, or continue where it ends. If it is not "
                "what you meant, change one thing and make another."
            ),
        ),
    ]


def _answers() -> list[tuple[str, str]]:
    return [
        (
            _("Which pictures can I use?"),
            _(
                "Photos and drawings as JPEG, PNG, WebP, HEIC, AVIF, GIF, BMP or TIFF, of up to {size}. They are "
                "turned upright, brought to the right size, and their location is removed. Use pictures that are "
                "yours, or that you may use; of other people only with their consent."
            ).format(size=megabytes(MAX_UPLOAD_BYTES)),
        ),
        (_("Why does it take minutes?"), _waiting()),
        (
            _("What does it cost?"),
            _("Nothing: this is the demo.")
            if visitor_service().is_demo
            else _("The owner of this site pays for each video. What one costs is said before you create it."),
        ),
        (
            _("What is a seed?"),
            _(
                "The number that chance begins with. The same picture, words and seed make nearly the same video; "
                "another seed makes another one. “Another like this” takes a new one."
            ),
        ),
        (
            _("Why does my video look different from what I meant?"),
            _(
                "The model guesses. Short sentences about one movement work best; two camera moves in one shot fight "
                "each other. “Ideas for your description” helps with the words."
            ),
        ),
        (
            _("Who sees my videos?"),
            _("You alone, in this browser. A video that you share is seen by anyone with its link, until you stop."),
        ),
    ]


def _waiting() -> str:
    return _(
        "A video of five seconds is 150 images that have to fit each other. A large computer works on them for some "
        "minutes. What you see meanwhile is how far it usually is by then."
    )
