"""What an order may say: the provider's published schema of POST /v2/video/generations, read field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from demo.orders.given_files import is_inline
from demo.orders.models import MODELS, Model

SHOT_TYPES = ("single", "multi")

PROMPT_LIMIT = 1500
NEGATIVE_PROMPT_LIMIT = 500
"""Characters; the excess is cut off without a word, as upstream documents it."""

_AUDIO_HEAD = re.compile(r"data:audio/(mpeg|wav|x-wav);base64,", re.IGNORECASE)
"""The two kinds that the model's maker lists. Whether this model takes them inline is not documented: the provider's
own client says of its gateway that it does."""


class Invalid(Exception):
    """The order breaks the schema; `messages` says where, one sentence a fault."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that keeps the schema, defaults filled in."""

    model: str
    prompt: str
    image_url: str
    last_image_url: str | None
    """The picture that the video ends in."""
    audio_url: str | None
    resolution: str
    duration: int
    negative_prompt: str
    shot_type: str
    generate_audio: bool
    seed: int | None
    enhance_prompt: bool

    def without_files(self) -> dict[str, Any]:
        """The order's settings alone; pictures and sound are kept as files of their own."""
        settings = asdict(self)
        del settings["image_url"], settings["model"]
        settings["last_image_url"] = None if is_inline(self.last_image_url) else self.last_image_url
        settings["has_last_image"] = self.last_image_url is not None
        settings["audio_url"] = None if is_inline(self.audio_url) else self.audio_url
        settings["has_audio"] = self.audio_url is not None
        return settings


def read_order(body: bytes) -> Order:
    """The order in a request's body. Raises Invalid with every fault found, not only the first.

    The picture inside a data URL is not looked at here: see picture_in.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise Invalid(["Body is not valid JSON"]) from broken
    if not isinstance(document, dict):
        raise Invalid(["Expected object, received something else"])
    faults: list[str] = []

    def take(name: str, read: Callable[[str, Any], Any], default: Any = ..., *, nullable: bool = False) -> Any:
        value = document.get(name, ...)
        if value is ... or (value is None and nullable):
            if default is ...:
                faults.append(f"{name}: Required")
            return default
        try:
            return read(name, value)
        except _Fault as fault:
            faults.append(f"{name}: {fault}")
            return default

    model_id = take("model", _one_of(*MODELS))
    if model_id is ...:
        model_id = None
    # Of an order without a known model, the other faults are those that the first one finds.
    model = MODELS[model_id or next(iter(MODELS))]
    readers = _readers(model)
    order = {
        "prompt": take("prompt", _text),
        # Of one model the schema calls it optional, for videos from words alone: those are not made here.
        "image_url": take("image_url", _picture_address),
        "resolution": take("resolution", _one_of(*model.credits_per_second), model.usual_resolution),
        **{name: take(name, readers[name], _DEFAULTS.get(name)) for name in readers if name in model.takes},
    }
    unknown = document.keys() - _EVERYWHERE - model.takes
    if unknown and model_id is not None:
        faults.append("Unrecognized key(s) in object: " + ", ".join(f"'{name}'" for name in sorted(unknown)))
    if faults:
        raise Invalid(faults)
    return _filled_in(model_id, model, order)


def _readers(model: Model) -> dict[str, Callable[[str, Any], Any]]:
    """How each field is read that not every model has."""
    return {
        "last_image_url": _picture_address,
        "audio_url": _audio_address,
        "aspect_ratio": _one_of(*model.aspect_ratios),
        "duration": _duration(model.durations_s),
        "negative_prompt": _any_text if model.negative_prompt_max is None else _text_up_to(model.negative_prompt_max),
        "shot_type": _one_of(*SHOT_TYPES),
        "generate_audio": _flag,
        "seed": _integer,
        "enhance_prompt": _flag,
        "enable_prompt_expansion": _flag,
        "watermark": _flag,
        "camerafixed": _flag,
    }


def _filled_in(model_id: str, model: Model, said: dict[str, Any]) -> Order:
    """The order with what was not said, and without what makes no difference to a camera over a picture."""
    return Order(
        model=model_id,
        prompt=said["prompt"][:PROMPT_LIMIT],
        image_url=said["image_url"],
        last_image_url=said.get("last_image_url"),
        audio_url=said.get("audio_url"),
        resolution=said["resolution"],
        duration=said.get("duration") or model.usual_duration_s,
        negative_prompt=said.get("negative_prompt", "")[:NEGATIVE_PROMPT_LIMIT],
        shot_type=said.get("shot_type", "single"),
        generate_audio=said.get("generate_audio", model.has_sound),
        seed=said.get("seed"),
        enhance_prompt=said.get("enhance_prompt", True) and said.get("enable_prompt_expansion", True),
    )


_EVERYWHERE = frozenset(("model", "prompt", "image_url", "resolution"))
_DEFAULTS: Mapping[str, Any] = {
    "negative_prompt": "",
    "shot_type": "single",
    "generate_audio": True,
    "enhance_prompt": True,
    "enable_prompt_expansion": True,
    "watermark": False,
    "camerafixed": False,
}
"""Those that are the same wherever there is such a field; None for the others."""


class _Fault(Exception):
    """A field's value is refused; the message ends the sentence that the field's name begins."""


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def _any_text(_name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _Fault(f"Expected string, received {_kind(value)}")
    return value


def _text(name: str, value: Any) -> str:
    if not _any_text(name, value).strip():
        raise _Fault("String must contain at least 1 character(s)")
    return str(value)


def _one_of(*allowed: str) -> Callable[[str, Any], str]:
    def read(_name: str, value: Any) -> str:
        if value not in allowed or not isinstance(value, str):
            expected = " | ".join(f"'{word}'" for word in allowed)
            raise _Fault(f"Invalid enum value. Expected {expected}, received {json.dumps(value)}")
        return value

    return read


def _text_up_to(most: int) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if len(_any_text(name, value)) > most:
            raise _Fault(f"String must contain at most {most} character(s)")
        return str(value)

    return read


def _duration(allowed: tuple[int, ...]) -> Callable[[str, Any], int]:
    """An integer, or its string form: the schema's own default is "10" and its samples send "5"."""

    def read(_name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str) or str(value) not in map(str, allowed):
            expected = " | ".join(map(str, allowed))
            raise _Fault(f"Invalid literal value. Expected {expected}, received {json.dumps(value)}")
        return int(value)

    return read


def _flag(_name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Fault(f"Expected boolean, received {_kind(value)}")
    return value


def _integer(_name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Fault(f"Expected integer, received {_kind(value)}")
    return value


def _web_address(name: str, value: Any) -> str:
    text = _any_text(name, value)
    try:
        parts = urlsplit(text)
    except ValueError as broken:
        raise _Fault("Invalid url") from broken
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Fault("Invalid url")
    return text


def _audio_address(name: str, value: Any) -> str:
    text = _any_text(name, value)
    if not is_inline(text):
        return _web_address(name, text)
    if _AUDIO_HEAD.match(text) is None:
        raise _Fault("Invalid url. Audio inside of it must be audio/mpeg or audio/wav, as Base64")
    return text


def _picture_address(name: str, value: Any) -> str:
    text = _any_text(name, value)
    return text if text[:11].lower() == "data:image/" else _web_address(name, text)
