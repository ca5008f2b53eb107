"""An order's settings as a text that travels with its video, and back. Pure.

Words and choices alone: never a key, a visitor or an address of this installation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from pydantic import TypeAdapter

from studio.orders.drafts import Draft
from studio.orders.order import AUDIO_LINK_MAX, WORDS_KEPT_MAX, Order, OrderSettings
from videoapi.models import MODELS

_NAME, _VERSION = "kineograph", 1
_ENDING = "has_ending_picture"
"""That there was one: it does not travel, as a film has one still."""
_SOUND = "has_sound_file"
"""That there was one: it is heard in the film, and does not travel beside it."""
_SETTINGS = TypeAdapter(OrderSettings)
_NAMES = {setting.name for setting in fields(OrderSettings)}


def travelling(order: Order) -> str:
    """The settings of an order as JSON; the picture, which travels beside them, is not in it."""
    chosen = {name: value for name, value in asdict(order).items() if name in _NAMES}
    ending = {_ENDING: True} if order.ending_picture_key else {}
    sound = {_SOUND: True} if order.sound_key else {}
    return json.dumps({_NAME: _VERSION, **chosen, **ending, **sound}, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What travelled with a video."""

    form: Draft
    is_all: bool
    """False where something could not travel (a second picture, a sound), or has no place here (a model that there is
    not)."""


def said_by(text: str) -> Mapping[str, object] | None:
    """What a text that travelled says, by name; None where it is nothing of ours."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and type(said.get(_NAME)) is int else None


def settings_in(said: Mapping[str, object]) -> OrderSettings | None:
    """The settings among what is said; None where one of them is no such value. Nothing is held against what may be
    ordered today."""
    known = {name: value for name, value in said.items() if name in _NAMES}
    try:
        return _SETTINGS.validate_json(json.dumps(known), strict=True)
    except (TypeError, ValueError):
        return None


def arrived(text: str) -> Arrived | None:
    """A form filled in with settings that travelled; None where the text is nothing of ours.

    From a newer version what is known here is taken. For what cannot be on a form (a model, a length or a quality that
    there is not) the nearest stands there instead.
    """
    said = said_by(text)
    settings = None if said is None else settings_in(said)
    if said is None or settings is None:
        return None
    words = {name: getattr(settings, name)[:WORDS_KEPT_MAX] for name in ("prompt", "negative_prompt")}
    link = settings.audio_url if len(settings.audio_url) <= AUDIO_LINK_MAX else ""
    form = Draft(**(asdict(settings) | words | {"audio_url": link}))
    if form.can_be_drawn:
        is_all = all(getattr(form, name) == getattr(settings, name) for name in _NAMES)
        return Arrived(form, is_all and not any(said.get(left) is True for left in (_ENDING, _SOUND)))
    model = form.model if form.model in MODELS else Draft().model
    seed = form.seed if form.seed is None or form.seed >= 0 else None
    return Arrived(replace(form, model=model, seed=seed).with_model(model), is_all=False)
