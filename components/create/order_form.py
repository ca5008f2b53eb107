"""The words and settings on the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from components.callbacks import told
from components.create import settings_line, sound_input, typed_words
from components.current_form import change_draft, draft, new_fields, turn_of
from components.language import _, seconds
from components.messages import notices
from components.messages.outlook import quality
from components.runtime import late_values
from components.session import visitor_service
from studio.orders.drafts import Draft
from studio.orders.hints import hints_of
from studio.orders.order import AUDIO_LINK_MAX, MODEL, WORDS_KEPT_MAX, model_of
from studio.orders.variations import COUNT_MAX

FIELDS = {
    "prompt": "prompt",
    "model": "model",
    "length": "duration_s",
    "quality": "resolution",
    "sound": "with_sound",
    "shots": "several_shots",
    "improve": "improve_prompt",
    "avoid": "negative_prompt",
    "seed": "seed",
    "audio": "audio_url",
    "count": "count",
}
"""The fields by name, and what of the draft each is about."""

_MORE_OPEN = "more-open"
"""Key in session_state: whether this tab was drawn with "More options" open."""
EARLIER = 5
"""So many forms that were filled in one after another a slow browser may not have drawn yet."""


def show_words() -> None:
    """Draw the field for the words, which keeps what it holds as soon as that reaches the server."""
    _field("prompt", _prompt)
    _count()
    typed_words.keep()


def show_settings() -> None:
    """Draw the other fields, which do the same: length, quality and sound in one row, what is needed less often below.

    On a phone a line that says them in short stands in their place until it is tapped.
    """
    model = model_of(draft())
    if len(visitor_service().models) > 1:
        _field("model", _model)
        st.caption(notices.strength(model))
    # Decided once a tab: what a person has opened or closed since stays so. What is sent along is not to be overlooked.
    is_open = st.session_state.setdefault(_MORE_OPEN, draft().sound is not None)
    settings_line.show(draft(), is_open=is_open)
    with st.container(key=settings_line.SETTINGS):
        with st.container(horizontal=True, key="settings-row"):
            _field("length", _length)
            _field("quality", _quality)
            if model.has_sound_choice:
                _field("sound", lambda value, **field: st.toggle(_("With sound"), value, **field))
        with st.expander(_("More options"), expanded=is_open, key="more"):
            _more()


def show_how_many() -> None:
    """Draw the field for how many videos the order is about."""
    _field("count", _how_many)


def filled() -> Draft:
    """The form with what its fields hold now, drawn or not."""
    return _with(
        {
            attribute: st.session_state[_key(name)]
            for name, attribute in FIELDS.items()
            if _key(name) in st.session_state
        }
    )


def _with(held: dict[str, Any]) -> Draft:
    for words in ("prompt", "negative_prompt", "audio_url"):
        if words in held:
            held[words] = (held[words] or "")[:WORDS_KEPT_MAX]
    base, chosen = draft(), held.pop("model", None)
    if held.get("audio_url"):
        # Its field was empty since the file was given: what stands there was written after.
        base = base.with_sound_file(None)
    # Whatever else comes from the network than one of the numbers on offer is no choice.
    if type(held.get("count", 1)) is not int or not 1 <= held.get("count", 1) <= COUNT_MAX:
        del held["count"]
    if chosen != base.model and any(chosen == model.id for model in visitor_service().models):
        # What stood in the other fields was chosen from what the other model has.
        held = {name: value for name, value in held.items() if name not in ("duration_s", "resolution")}
        base = base.with_model(chosen)
    now = replace(base, **held)
    if not now.can_be_drawn:
        return draft()
    return replace(now, improve_prompt=now.improve_prompt or now.several_shots)


def write_prompt(words: str) -> None:
    """Put these words into the prompt; from a callback, before the field is drawn."""
    change_draft(replace(filled(), prompt=words))
    new_fields("prompt")


@told
def _keep(name: str, turn: int) -> None:
    before = draft().model
    had_sound = draft().sound is not None
    if turn == turn_of(name):
        change_draft(filled())
    else:
        # Clicked on the field that stood there before, and before the browser had heard of the new one.
        change_draft(_with({FIELDS[name]: st.session_state[_key(name, turn)]}))
        new_fields(name)
    if had_sound and draft().sound is None:
        sound_input.say_link_took_its_place()
    if draft().model != before:
        for dependent in ("length", "quality"):
            new_fields(dependent)


def _key(name: str, turn: int | None = None) -> str:
    return f"form-{name}-{turn_of(name) if turn is None else turn}"


def _field(name: str, widget: Callable[..., Any]) -> None:
    """One field. A browser that has not drawn it yet draws what the draft says, whichever run tells it first.

    Never through st.session_state: Streamlit (1.67.0) tells a browser such a value in one run only, and where another
    click ends that run, the browser draws an empty field and sends its emptiness back as if a person had typed it.
    """
    turn = turn_of(name)
    widget(getattr(draft(), FIELDS[name]), key=_key(name, turn), on_change=_keep, args=(name, turn))
    for before in range(max(0, turn - EARLIER), turn):
        late_values.expect(_key(name, before))


def _model(value: str, **field: Any) -> None:
    offered = {model.id: model for model in visitor_service().models}
    ids = list(offered)
    st.selectbox(
        _("Model"),
        ids,
        ids.index(value),
        format_func=lambda id_: offered[id_].name,
        help="  \n".join(f"**{model.name}**: {notices.strength(model)}" for model in offered.values()),
        **field,
    )


def _how_many(value: int, **field: Any) -> None:
    offered = range(1, COUNT_MAX + 1)
    st.radio(
        _("How many"),
        offered,
        value - 1,
        horizontal=True,
        help=_("The same order several times, each a little different."),
        **field,
    )


def _length(value: int, **field: Any) -> None:
    offered = model_of(draft()).durations_s
    st.radio(_("Length"), offered, offered.index(value), format_func=seconds, horizontal=True, **field)


def _quality(value: str, **field: Any) -> None:
    offered = model_of(draft()).resolutions
    st.radio(_("Quality"), offered, offered.index(value), format_func=quality, horizontal=True, **field)


def _prompt(value: str, **field: Any) -> None:
    st.text_area(
        _("Prompt"),
        value,
        height=130,
        # Not the model's: what is too long is taken, and counted. A book would end the tab's connection.
        max_chars=WORDS_KEPT_MAX,
        placeholder=_("What should happen? For example: She turns her head and smiles while the camera moves closer."),
        **field,
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


def _shots(value: bool, **field: Any) -> None:
    st.toggle(_("Several shots"), value, help=_("A cut between two or more views instead of one long take."), **field)


def _more() -> None:
    model = model_of(draft())
    if model.has_several_shots:
        _field("shots", _shots)
    # A place of its own, full or empty: what is drawn below would move up and down otherwise, and a browser draws what
    # has moved anew (1.67.0), without what is just being typed in it.
    hint = st.empty()
    if draft().several_shots and model.has_several_shots:
        hint.caption(_("With several shots your description is always improved first; the service needs that."))
        _improve(True, disabled=True, key="form-improve-always")
    elif model.has_prompt_improvement:
        _field("improve", _improve)
    if model.has_negative_prompt:
        _field("avoid", _avoid)
    if model.has_seed:
        _field("seed", _seed)
    if model.has_audio_link:
        _field("audio", _audio)
    if model.has_audio_file:
        sound_input.show()


def _improve(value: bool, **field: Any) -> None:
    st.toggle(
        _("Improve my description"),
        value,
        help=_("The service adds detail to short descriptions before it starts."),
        **field,
    )


def _avoid(value: str, **field: Any) -> None:
    st.text_area(
        _("What to avoid"),
        value,
        height=80,
        max_chars=MODEL.negative_prompt_max,
        placeholder=_("For example: text, blur, extra fingers"),
        **field,
    )


def _seed(value: int | None, **field: Any) -> None:
    st.number_input(
        _("Seed"),
        value=value,
        min_value=0,
        max_value=MODEL.seed_max,
        step=1,
        placeholder=_("Random"),
        help=_("The same number with the same picture and words gives a similar video."),
        **field,
    )


def _audio(value: str, **field: Any) -> None:
    st.text_input(
        _("Link to an audio file"),
        value,
        max_chars=AUDIO_LINK_MAX,
        placeholder="https://…/music.mp3",
        help=_("wav or mp3, 3 to 30 seconds."),
        **field,
    )
