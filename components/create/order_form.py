"""The words and settings on the form, as they are drawn; how each is kept is said in form_fields."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.create import settings_line, sound_input, typed_words
from components.create.form_fields import field
from components.current_form import draft
from components.language import _, seconds
from components.messages import notices
from components.messages.outlook import quality
from components.session import visitor_service
from studio.orders.hints import hints_of
from studio.orders.order import AUDIO_LINK_MAX, MODEL, WORDS_KEPT_MAX, model_of
from studio.orders.variations import COUNT_MAX

_MORE_OPEN = "more-open"
"""Key in session_state: whether this tab was drawn with "More options" open."""


def show_words() -> None:
    """Draw the field for the words, which keeps what it holds as soon as that reaches the server."""
    field("prompt", _prompt)
    _count()
    typed_words.keep()


def show_settings() -> None:
    """Draw the other fields, which do the same: length, quality and sound in one row, what is needed less often below.

    On a phone a line that says them in short stands in their place until it is tapped.
    """
    model = model_of(draft())
    if len(visitor_service().models) > 1:
        field("model", _model)
        st.caption(notices.strength(model))
    # Decided once a tab: what a person has opened or closed since stays so. What is sent along is not to be overlooked.
    is_open = st.session_state.setdefault(_MORE_OPEN, draft().sound is not None)
    settings_line.show(draft(), is_open=is_open)
    with st.container(key=settings_line.SETTINGS):
        with st.container(horizontal=True, key="settings-row"):
            field("length", _length)
            field("quality", _quality)
            if model.has_sound_choice:
                field("sound", lambda value, **about: st.toggle(_("With sound"), value, **about))
        with st.expander(_("More options"), expanded=is_open, key="more"):
            _more()


def show_how_many() -> None:
    """Draw the field for how many videos the order is about."""
    field("count", _how_many)


def _model(value: str, **about: Any) -> None:
    offered = {model.id: model for model in visitor_service().models}
    ids = list(offered)
    st.selectbox(
        _("Model"),
        ids,
        ids.index(value),
        format_func=lambda id_: offered[id_].name,
        help="  \n".join(f"**{model.name}**: {notices.strength(model)}" for model in offered.values()),
        **about,
    )


def _how_many(value: int, **about: Any) -> None:
    offered = range(1, COUNT_MAX + 1)
    st.radio(
        _("How many"),
        offered,
        value - 1,
        horizontal=True,
        help=_("The same order several times, each a little different."),
        **about,
    )


def _length(value: int, **about: Any) -> None:
    offered = model_of(draft()).durations_s
    st.radio(_("Length"), offered, offered.index(value), format_func=seconds, horizontal=True, **about)


def _quality(value: str, **about: Any) -> None:
    offered = model_of(draft()).resolutions
    st.radio(_("Quality"), offered, offered.index(value), format_func=quality, horizontal=True, **about)


def _prompt(value: str, **about: Any) -> None:
    st.text_area(
        _("Prompt"),
        value,
        height=130,
        # Not the model's: what is too long is taken, and counted. A book would end the tab's connection.
        max_chars=WORDS_KEPT_MAX,
        placeholder=_("What should happen? For example: She turns her head and smiles while the camera moves closer."),
        **about,
    )


def _count() -> None:
    """Says when the words are more than the service reads, or may not come out as meant. None is dropped: what to leave
    out is for the person."""
    slot = st.empty()
    over = notices.too_long(len(draft().prompt), model_of(draft()).prompt_max)
    if over:
        slot.error(over, icon=":material/short_text:")
    elif hints := hints_of(draft()):
        # One at a time, and quietly: it may all be meant just so.
        slot.caption(notices.hint(hints[0]))


def _shots(value: bool, **about: Any) -> None:
    st.toggle(_("Several shots"), value, help=_("A cut between two or more views instead of one long take."), **about)


def _more() -> None:
    model = model_of(draft())
    if model.has_several_shots:
        field("shots", _shots)
    # A place of its own, full or empty: what is drawn below would move up and down otherwise, and a browser draws what
    # has moved anew (1.67.0), without what is just being typed in it.
    hint = st.empty()
    if draft().several_shots and model.has_several_shots:
        hint.caption(_("With several shots your description is always improved first; the service needs that."))
        _improve(True, disabled=True, key="form-improve-always")
    elif model.has_prompt_improvement:
        field("improve", _improve)
    if model.has_negative_prompt:
        field("avoid", _avoid)
    if model.has_seed:
        field("seed", _seed)
    if model.has_audio_link:
        field("audio", _audio)
    if model.has_audio_file:
        sound_input.show()


def _improve(value: bool, **about: Any) -> None:
    st.toggle(
        _("Improve my description"),
        value,
        help=_("The service adds detail to short descriptions before it starts."),
        **about,
    )


def _avoid(value: str, **about: Any) -> None:
    st.text_area(
        _("What to avoid"),
        value,
        height=80,
        max_chars=MODEL.negative_prompt_max,
        placeholder=_("For example: text, blur, extra fingers"),
        **about,
    )


def _seed(value: int | None, **about: Any) -> None:
    st.number_input(
        _("Seed"),
        value=value,
        min_value=0,
        max_value=MODEL.seed_max,
        step=1,
        placeholder=_("Random"),
        help=_("The same number with the same picture and words gives a similar video."),
        **about,
    )


def _audio(value: str, **about: Any) -> None:
    st.text_input(
        _("Link to an audio file"),
        value,
        max_chars=AUDIO_LINK_MAX,
        placeholder="https://…/music.mp3",
        help=_("wav or mp3, 3 to 30 seconds."),
        **about,
    )
