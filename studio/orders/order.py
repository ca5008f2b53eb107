"""What a person asks for, and what may be asked."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from videoapi.models import MODELS, WAN_2_6_I2V, Sound, VideoModel
from videoapi.public_addresses import is_public_https

MODEL = WAN_2_6_I2V
"""What is ordered where nobody chooses, and was ordered before there was a choice."""
AUDIO_LINK_MAX = 2_000
"""Characters of a link. Browsers and proxies begin to refuse somewhat above."""
WORDS_KEPT_MAX = 20_000
"""Characters of one field, whoever filled it in: a paste that is too long is taken and counted, a book is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSettings:
    """What a person chooses on the form, picture apart. A further choice is added here, and in the columns of jobs."""

    prompt: str = ""
    duration_s: int = 5
    resolution: str = "720p"
    with_sound: bool = True
    several_shots: bool = False
    improve_prompt: bool = True
    negative_prompt: str = ""
    seed: int | None = None
    audio_url: str = ""
    model: str = MODEL.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(OrderSettings):
    """A video that a person asks for: what to make of which picture."""

    prompt: str
    picture_key: str
    """Where the prepared picture is, in the media store."""
    ending_picture_key: str = ""
    """Where the prepared picture is in which the video ends; empty where it may end as it likes."""
    sound_key: str = ""
    """Where the prepared sound is that is the video's, in place of `audio_url`; empty where none was given."""
    sound_name: str = ""
    """What the file was called that it came in."""


class Problem(StrEnum):
    """Why an order cannot go out as it is. The screen has the sentence for each."""

    MODEL_NOT_OFFERED = "model_not_offered"
    NO_PICTURE = "no_picture"
    NO_PROMPT = "no_prompt"
    PROMPT_TOO_LONG = "prompt_too_long"
    NEGATIVE_PROMPT_TOO_LONG = "negative_prompt_too_long"
    LENGTH_NOT_OFFERED = "length_not_offered"
    QUALITY_NOT_OFFERED = "quality_not_offered"
    SEED_OUT_OF_RANGE = "seed_out_of_range"
    AUDIO_LINK_UNUSABLE = "audio_link_unusable"
    SOUND_GONE = "sound_gone"
    COUNT_NOT_OFFERED = "count_not_offered"


class NotTaken(Exception):
    """An order was not taken: nothing was kept, reserved or sent. Each kind says why."""


class OrderIncomplete(NotTaken):
    """The order cannot go out yet; `problems` says what is missing or wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


class NoRoom(NotTaken):
    """The owner's ceiling for what is kept is reached."""


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})


def clean_text(text: str) -> str:
    """The words as typed, without what no one can see: control and direction-changing characters go, ends are trimmed.

    Unicode categories Cc, Cf (but for the joiners that emoji and several scripts need), Cs, Co; line breaks stay.
    """
    joiners = {"\u200c", "\u200d"}
    kept = (
        ch
        for ch in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        if ch in "\n" or ch in joiners or unicodedata.category(ch) not in _UNSEEN
    )
    return "".join(kept).strip()


def model_of(order: OrderSettings) -> VideoModel:
    """The order's model. Of one that is not known here, as a newer version may have left it, MODEL: what has a place in
    the gallery can be shown, and `problems_of` keeps it from going out."""
    return MODELS.get(order.model, MODEL)


def model_name(model: str) -> str:
    """What a model is called; its id where it is not known here."""
    return MODELS[model].name if model in MODELS else model


def tidy(order: Order) -> Order:
    """The same order with its words cleaned and its settings made to agree.

    Several shots need prompt improvement: the provider ignores `shot_type` without it (its own page says so). What the
    model has no field for stands as if nobody had chosen it: its field is not on the form then, so that nobody could
    fix it, and it changes no price. A length or a quality that the model does not have is a problem instead: to put
    another in its place would change what is paid. Of a sound and a link to one, the sound is sent.
    """
    model = model_of(order)
    has_sound = model.has_audio_file and order.sound_key != ""
    several_shots = model.has_several_shots and order.several_shots
    return replace(
        order,
        prompt=clean_text(order.prompt),
        negative_prompt=clean_text(order.negative_prompt) if model.has_negative_prompt else "",
        audio_url=order.audio_url.strip() if model.has_audio_link and not has_sound else "",
        with_sound=order.with_sound or model.sound is not Sound.CHOSEN,
        several_shots=several_shots,
        improve_prompt=order.improve_prompt or several_shots or not model.has_prompt_improvement,
        seed=order.seed if model.has_seed else None,
        ending_picture_key=order.ending_picture_key if model.has_ending_picture else "",
        sound_key=order.sound_key if has_sound else "",
        sound_name=order.sound_name if has_sound else "",
    )


def problems_of(order: Order) -> tuple[Problem, ...]:
    """What keeps a tidy order from going out, in the order of the form; empty when nothing does.

    What is offered of all models is the owner's choice (studio.visitor_service), and whether what was given is still
    kept is not known here (studio.forms): MODEL_NOT_OFFERED is found there as well, SOUND_GONE there alone.
    """
    model = model_of(order)
    wrong = {
        Problem.MODEL_NOT_OFFERED: order.model not in MODELS,
        Problem.NO_PICTURE: not order.picture_key,
        Problem.NO_PROMPT: not order.prompt,
        Problem.PROMPT_TOO_LONG: len(order.prompt) > model.prompt_max,
        Problem.NEGATIVE_PROMPT_TOO_LONG: len(order.negative_prompt) > model.negative_prompt_max,
        Problem.LENGTH_NOT_OFFERED: order.duration_s not in model.durations_s,
        Problem.QUALITY_NOT_OFFERED: order.resolution not in model.resolutions,
        Problem.SEED_OUT_OF_RANGE: order.seed is not None and not 0 <= order.seed <= model.seed_max,
        Problem.AUDIO_LINK_UNUSABLE: bool(order.audio_url) and not is_usable_audio_link(order.audio_url),
    }
    return tuple(problem for problem, is_so in wrong.items() if is_so)


def is_usable_audio_link(link: str) -> bool:
    """True for a public https address of a .wav or .mp3 file: what the provider takes. Nothing is fetched."""
    if len(link) > AUDIO_LINK_MAX or any(ch.isspace() or unicodedata.category(ch) in _UNSEEN for ch in link):
        return False
    return is_public_https(link) and urlsplit(link).path.lower().endswith((".wav", ".mp3"))
