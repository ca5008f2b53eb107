"""Help with the words: what to say, phrases to tap in and out, shots, what one has asked for before, and presets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components.callbacks import told
from components.create import order_form, presets, replaced
from components.language import N_, _
from components.session import draft, visitor, visitor_service
from studio.orders.order import model_of
from studio.orders.phrases import has_phrase, with_phrase, without_phrase
from studio.orders.shots import as_shots, as_words, is_in_shots

BANK: Mapping[str, Sequence[str]] = {
    N_("What moves"): (
        N_("hair and clothes move in the wind"),
        N_("she blinks and smiles"),
        N_("he turns his head"),
        N_("leaves drift by"),
        N_("the water ripples"),
        N_("clouds pass overhead"),
        N_("snow falls softly"),
        N_("lights flicker"),
    ),
    N_("Camera"): (
        N_("the camera moves slowly closer"),
        N_("the camera pulls back"),
        N_("the camera pans to the left"),
        N_("the camera circles around"),
        N_("handheld camera"),
        N_("static camera"),
    ),
    N_("How"): (N_("in slow motion"), N_("gently and calmly"), N_("with lively energy"), N_("as a timelapse")),
    N_("Mood"): (
        N_("warm golden light"),
        N_("cinematic and dramatic"),
        N_("dreamy and soft"),
        N_("bright and cheerful"),
        N_("mysterious mist"),
    ),
}
"""The recipe for making a picture move, since the picture itself says what is seen; and what each part may be."""


def show() -> None:
    """Draw the help below the prompt, closed until it is wanted."""
    box = st.expander(_("Ideas for your description"), key="ideas", icon=":material/lightbulb:", on_change="rerun")
    if not box.open:
        return
    with box:
        st.caption(_("Your picture shows what is there. Say what moves and how, then the camera, then the mood."))
        for title, phrases in BANK.items():
            _chips(title, [_(phrase) for phrase in phrases])
        if draft().several_shots and model_of(draft()).has_several_shots:
            _shots()
        # A place of its own, full or empty: what is typed below would be drawn anew when the button comes or goes.
        with st.container():
            replaced.show()
        _earlier()
        presets.show()


def _chips(title: str, phrases: Sequence[str]) -> None:
    """What stands in the words is pressed; a tap puts it there or takes exactly it out again."""
    pressed = [phrase for phrase in phrases if has_phrase(draft().prompt, phrase)]
    if _known(title) != pressed:
        # The words have changed by other hands than this field's: only a new one shows that for certain.
        st.session_state[_turn(title)] = st.session_state.get(_turn(title), 0) + 1
        st.session_state[_was(title)] = pressed
    key = f"ideas-{title}-{st.session_state.get(_turn(title), 0)}"
    _said().setdefault(key, pressed)
    st.pills(
        _(title),
        phrases,
        default=pressed,
        selection_mode="multi",
        key=key,
        on_change=_tapped,
        args=(title, key, phrases),
    )


def _known(title: str) -> list[str]:
    known: list[str] = st.session_state.get(_was(title), [])
    return known


def _was(title: str) -> str:
    """Key in session_state: which phrases were pressed when that was looked at last."""
    return f"ideas-was-{title}"


def _said() -> dict[str, list[str]]:
    """What each field of chips has told last. One that is no longer drawn may tell it again, until the browser has
    drawn the next one: that is no tap."""
    said: dict[str, list[str]] = st.session_state.setdefault("ideas-said", {})
    return said


def _turn(title: str) -> str:
    """Key in session_state: how many fields of chips there were in that place before."""
    return f"ideas-turn-{title}"


@told
def _tapped(title: str, key: str, phrases: Sequence[str]) -> None:
    """What was tapped since, and nothing else: a person may have typed one of the phrases meanwhile."""
    chosen, before = st.session_state.get(key) or [], _said().get(key, [])
    _said()[key] = chosen
    words = order_form.filled().prompt
    for phrase in phrases:
        if phrase in chosen and phrase not in before:
            words = with_phrase(words, phrase)
        elif phrase in before and phrase not in chosen:
            words = without_phrase(words, phrase)
    order_form.write_prompt(words)
    st.session_state[_was(title)] = [phrase for phrase in phrases if has_phrase(words, phrase)]


def _shots() -> None:
    if is_in_shots(draft().prompt):
        st.button(_("Undo the shots"), icon=":material/undo:", key="ideas-words", on_click=_as_words)
    else:
        st.button(
            _("Divide into shots"),
            icon=":material/splitscreen:",
            key="ideas-shots",
            help=_("Each sentence becomes a shot of its own; the times add up to the length."),
            on_click=_as_shots,
        )


@told
def _as_shots() -> None:
    form = order_form.filled()
    order_form.write_prompt(as_shots(form.prompt, form.duration_s))


@told
def _as_words() -> None:
    order_form.write_prompt(as_words(order_form.filled().prompt))


def _earlier() -> None:
    """The last descriptions, at hand; what stood there before is the first of them as soon as it was ordered."""
    earlier = visitor_service().last_prompts(visitor())
    if not earlier:
        return
    key = _earlier_key()
    st.selectbox(
        _("Your last descriptions"),
        earlier,
        index=None,
        format_func=_short,
        placeholder=_("Choose one to write it here"),
        key=key,
        on_change=_again,
        args=(key,),
    )


def _earlier_key() -> str:
    return f"ideas-earlier-{st.session_state.get(_AGAIN, 0)}"


_AGAIN = "ideas-again"
"""Key in session_state: how often one was chosen; the field is empty again each time."""
_SHOWN = 90
"""Characters of a description in the list."""


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


@told
def _again(key: str) -> None:
    chosen = st.session_state.get(key)
    # A field that was answered tells the same once more with whatever is clicked before the browser has drawn the next:
    # what was brought back meanwhile would be written over, and what stood there be forgotten.
    if key == _earlier_key() and isinstance(chosen, str) and chosen:
        replaced.keep_words(order_form.filled().prompt)
        st.session_state[_AGAIN] = st.session_state.get(_AGAIN, 0) + 1
        order_form.write_prompt(chosen)
