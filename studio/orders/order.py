"""What a person asks for, and what may be asked."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from videoapi.models import WAN_2_6_I2V
from videoapi.public_addresses import is_public_https

MODEL = WAN_2_6_I2V
AUDIO_LINK_MAX = 2_000
"""Characters of a link. Browsers and proxies begin to refuse somewhat above."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(OrderSettings):
    """A video that a person asks for: what to make of which picture."""

    prompt: str
    picture_key: str
    """Where the prepared picture is, in the media store."""


class Problem(StrEnum):
    """Why an order cannot go out as it is. The screen has the sentence for each."""

    NO_PICTURE = "no_picture"
    NO_PROMPT = "no_prompt"
    PROMPT_TOO_LONG = "prompt_too_long"
    NEGATIVE_PROMPT_TOO_LONG = "negative_prompt_too_long"
    LENGTH_NOT_OFFERED = "length_not_offered"
    QUALITY_NOT_OFFERED = "quality_not_offered"
    SEED_OUT_OF_RANGE = "seed_out_of_range"
    AUDIO_LINK_UNUSABLE = "audio_link_unusable"
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


def tidy(order: Order) -> Order:
    """The same order with its words cleaned and its settings made to agree.

    Several shots need prompt improvement: the provider ignores `shot_type` without it (its own page says so).
    """
    return replace(
        order,
        prompt=clean_text(order.prompt),
        negative_prompt=clean_text(order.negative_prompt),
        audio_url=order.audio_url.strip(),
        improve_prompt=order.improve_prompt or order.several_shots,
    )


def problems_of(order: Order) -> tuple[Problem, ...]:
    """What keeps a tidy order from going out, in the order of the form; empty when nothing does."""
    found = []
    if not order.picture_key:
        found.append(Problem.NO_PICTURE)
    if not order.prompt:
        found.append(Problem.NO_PROMPT)
    if len(order.prompt) > MODEL.prompt_max:
        found.append(Problem.PROMPT_TOO_LONG)
    if len(order.negative_prompt) > MODEL.negative_prompt_max:
        found.append(Problem.NEGATIVE_PROMPT_TOO_LONG)
    if order.duration_s not in MODEL.durations_s:
        found.append(Problem.LENGTH_NOT_OFFERED)
    if order.resolution not in MODEL.resolutions:
        found.append(Problem.QUALITY_NOT_OFFERED)
    if order.seed is not None and not 0 <= order.seed <= MODEL.seed_max:
        found.append(Problem.SEED_OUT_OF_RANGE)
    if order.audio_url and not is_usable_audio_link(order.audio_url):
        found.append(Problem.AUDIO_LINK_UNUSABLE)
    return tuple(found)


def is_usable_audio_link(link: str) -> bool:
    """True for a public https address of a .wav or .mp3 file: what the provider takes. Nothing is fetched."""
    if len(link) > AUDIO_LINK_MAX or any(ch.isspace() or unicodedata.category(ch) in _UNSEEN for ch in link):
        return False
    return is_public_https(link) and urlsplit(link).path.lower().endswith((".wav", ".mp3"))
