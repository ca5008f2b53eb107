"""Help with the words: what to say, phrases to tap in and out, shots, what one has asked for before, and presets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components.callbacks import told
from components.create import form_fields, presets, replaced, shot_planner
from components.current_form import draft
from components.language import N_, _
from components.markdown import plain
from components.session import visitor, visitor_service
from studio.orders.framing import Aspect, aspect_of
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

EXAMPLES: Mapping[Aspect, tuple[str, Sequence[str]]] = {
    Aspect.PORTRAIT: (
        N_("Fits an upright picture"),
        (
            N_("she turns her head and smiles"),
            N_("the camera rises slowly from the ground"),
            N_("hair and coat move in a light wind"),
        ),
    ),
    Aspect.LANDSCAPE: (
        N_("Fits a wide picture"),
        (
            N_("the camera glides across the scene"),
            N_("cloud shadows wander over the land"),
            N_("a breeze runs through the grass"),
        ),
    ),
    Aspect.SQUARE: (
        N_("Fits a square picture"),
        (
            N_("it turns slowly on the spot"),
            N_("light plays over the surface"),
            N_("steam rises in soft curls"),
        ),
    ),
}
"""What comes out well in each: people and height upright, space and its width wide, one thing close up square."""


def show() -> None:
    """Draw the help below the prompt, closed until it is wanted."""
    box = st.expander(_("Ideas for your description"), key="ideas", icon=":material/lightbulb:", on_change="rerun")
    if not box.open:
        return
    with box:
        st.caption(_("Your picture shows what is there. Say what moves and how, then the camera, then the mood."))
        # A place of its own, full or empty: it changes with the picture, and what is typed below stays as it is.
        with st.container():
            _examples()
        for title, phrases in BANK.items():
            _chips(title, [_(phrase) for phrase in phrases])
        if draft().several_shots and model_of(draft()).has_several_shots:
            _shots()
        # A place of its own, full or empty: what is typed below would be drawn anew when the button comes or goes.
        with st.container():
            replaced.show()
        _earlier()
        presets.show()


def _examples() -> None:
    """For the picture as it is sent, whose shape the video gets."""
    sent = draft().sent
    if sent is not None:
        title, phrases = EXAMPLES[aspect_of((sent.width, sent.height))]
        _chips(title, [_(phrase) for phrase in phrases])


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
    words = form_fields.filled().prompt
    for phrase in phrases:
        if phrase in chosen and phrase not in before:
            words = with_phrase(words, phrase)
        elif phrase in before and phrase not in chosen:
            words = without_phrase(words, phrase)
    form_fields.write_prompt(words)
    st.session_state[_was(title)] = [phrase for phrase in phrases if has_phrase(words, phrase)]


def _shots() -> None:
    with st.container(horizontal=True):
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
        shot_planner.show()


@told
def _as_shots() -> None:
    form = form_fields.filled()
    form_fields.write_prompt(as_shots(form.prompt, form.duration_s))


@told
def _as_words() -> None:
    form_fields.write_prompt(as_words(form_fields.filled().prompt))


def _earlier() -> None:
    """The last descriptions, at hand; what stood there before is the first of them as soon as it was ordered."""
    earlier = labels(visitor_service().last_prompts(visitor()))
    if earlier:
        # No field to choose in: what is chosen is written above, and the list is whole again for the next time.
        st.menu_button(
            _("Your last descriptions"),
            list(earlier),
            icon=":material/history:",
            key=_EARLIER,
            on_click=_again,
            args=(earlier,),
        )


_EARLIER = "ideas-earlier"
"""Key in session_state: the label of the description that was just chosen."""
_SHOWN = 40
"""Characters of a description in the list: so many are there on a phone."""


def labels(descriptions: Sequence[str]) -> dict[str, str]:
    """Each of the descriptions by its line in the list, as Markdown that shows it letter by letter; no line twice."""
    by_label: dict[str, str] = {}
    for words in descriptions:
        line = short = _short(words)
        number = 2
        while line in by_label:
            line, number = f"{short} ({number})", number + 1
        by_label[line] = words
    return {plain(line): words for line, words in by_label.items()}


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


@told
def _again(by_label: Mapping[str, str]) -> None:
    words = by_label.get(st.session_state.get(_EARLIER) or "")
    if words:
        replaced.keep_words(form_fields.filled().prompt)
        form_fields.write_prompt(words)
