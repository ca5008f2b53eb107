"""Settings that are kept under a name, to be put on the form again. Pure.

Words and choices alone: never a picture, which a preset is to be used with many of.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace

from pydantic import TypeAdapter, ValidationError

from studio.orders.drafts import Draft
from studio.orders.framing import AS_IT_IS, Fit, Shape
from studio.orders.order import MODEL, WORDS_KEPT_MAX, OrderSettings, clean_text
from studio.orders.variations import COUNT_MAX
from videoapi.models import MODELS

NAME_MAX = 60
"""Characters of a name: as many as stand in a line of a phone twice over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetSettings:
    """What of a form is kept."""

    prompt: str = ""
    negative_prompt: str = ""
    model: str = MODEL.id
    duration_s: int = OrderSettings().duration_s
    resolution: str = OrderSettings().resolution
    with_sound: bool = True
    several_shots: bool = False
    improve_prompt: bool = True
    count: int = 1
    shape: Shape = AS_IT_IS.shape
    fit: Fit = AS_IT_IS.fit

    def on(self, form: Draft, offered: Collection[str]) -> Draft:
        """The form with these on it, and all else as it is; its words stay where none were kept.

        For a model that is none of those offered, the form's own; a length, a quality or a number that there is not
        becomes the nearest that there is. So what comes of it can always be drawn.
        """
        chosen = self.model if self.model in offered and self.model in MODELS else form.model
        filled = replace(
            form,
            prompt=self.prompt[:WORDS_KEPT_MAX] or form.prompt,
            negative_prompt=self.negative_prompt[:WORDS_KEPT_MAX],
            # With its own model first: only that knows how sharp its qualities are.
            model=self.model,
            duration_s=self.duration_s,
            resolution=self.resolution,
            with_sound=self.with_sound,
            several_shots=self.several_shots,
            improve_prompt=self.improve_prompt or self.several_shots,
            count=min(max(self.count, 1), COUNT_MAX),
            framing=form.framing.with_shape(self.shape).with_fit(self.fit),
        )
        return filled.with_model(chosen)

    def is_on(self, form: Draft) -> bool:
        """True where just these stand on the form."""
        stands = settings_of(form)
        return stands == (self if self.prompt else replace(self, prompt=stands.prompt))

    def to_json(self) -> str:
        """As text for the database."""
        return json.dumps(asdict(self))


def settings_of(form: Draft) -> PresetSettings:
    """What of a form would be kept."""
    chosen = {each.name: getattr(form, each.name) for each in fields(PresetSettings) if hasattr(form, each.name)}
    # Several shots need it: studio.orders.order.tidy.
    chosen["improve_prompt"] = form.improve_prompt or form.several_shots
    return PresetSettings(**chosen, shape=form.framing.shape, fit=form.framing.fit)


def read_settings(text: str) -> PresetSettings | None:
    """Settings from their text; None where they cannot be read.

    From a newer version what is known here is taken; what an earlier one did not have is as on an empty form.
    """
    try:
        said = json.loads(text)
        known = {name: said[name] for name in _NAMES if name in said} if isinstance(said, dict) else None
        return None if known is None else _SETTINGS.validate_json(json.dumps(known), strict=True)
    except (ValueError, RecursionError, ValidationError):
        return None


_NAMES = tuple(each.name for each in fields(PresetSettings))
_SETTINGS = TypeAdapter(PresetSettings)


def clean_name(typed: str) -> str:
    """A name in one line, without what no one can see, and no longer than NAME_MAX; empty where nothing is left."""
    return " ".join(clean_text(typed).split())[:NAME_MAX].rstrip()


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, or where that is taken one like it that is not: "Waves (2)"."""
    number, free = 1, name
    while free in taken:
        number += 1
        ending = f" ({number})"
        free = name[: NAME_MAX - len(ending)].rstrip() + ending
    return free
