"""A form as far as it is filled in. Kept for each visitor, so that neither a reload nor a restart loses it."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field, fields, replace

from pydantic import TypeAdapter, ValidationError

from studio.orders.order import Order, OrderSettings, Problem, model_of, problems_of, tidy
from studio.orders.variations import COUNT_MAX
from videoapi.models import MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPicture:
    """The picture on the form, prepared and kept."""

    key: str
    width: int
    height: int
    changes: tuple[str, ...] = ()
    """What preparing did to it (studio.pictures.prepare.Change)."""


def _new_nonce() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(OrderSettings):
    """What stands on the form, complete or not."""

    picture: DraftPicture | None = None
    ending_picture: DraftPicture | None = None
    """In which the video is to end; kept also while the model of the moment has no such field."""
    count: int = 1
    """How many videos of it are wanted, each of its own seed (studio.orders.variations)."""
    nonce: str = field(default_factory=_new_nonce)
    """Names this filling-in of the form: however often it is sent, it is one order."""
    started_fresh_at: float = 0.0
    """When the person last asked for an empty page, in seconds since 1970 UTC: what was ready before is not shown."""

    def order(self) -> Order:
        """The order that this form stands for, complete or not."""
        return Order(
            picture_key=self.picture.key if self.picture else "",
            ending_picture_key=self.ending_picture.key if self.ending_picture else "",
            **{name: getattr(self, name) for name in _SETTINGS},
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the form from being sent, in the order of the form; empty when nothing does."""
        return self._problems_of(tidy(self.order()))

    @property
    def can_be_drawn(self) -> bool:
        """False where a choice is none of those on offer: only a forged value, or an older version, brings that."""
        return not _UNDRAWABLE & set(self._problems_of(self.order()))

    def _problems_of(self, order: Order) -> tuple[Problem, ...]:
        found = problems_of(order)
        return found if 1 <= self.count <= COUNT_MAX else (*found, Problem.COUNT_NOT_OFFERED)

    def emptied(self, now: float) -> Draft:
        """A fresh start: without picture and words. What was chosen stays chosen."""
        return replace(
            self,
            picture=None,
            ending_picture=None,
            prompt="",
            negative_prompt="",
            seed=None,
            nonce=_new_nonce(),
            started_fresh_at=now,
        )

    @property
    def pictures(self) -> tuple[DraftPicture, ...]:
        """The pictures on the form."""
        return tuple(picture for picture in (self.picture, self.ending_picture) if picture is not None)

    def with_model(self, model_id: str) -> Draft:
        """The same form for another of MODELS: what that does not have becomes the nearest that it has, of two the
        cheaper. Words and choices that it has no field for stay, for whoever changes back.
        """
        model = MODELS[model_id]
        before = model_of(self).quality(self.resolution)
        side_px = before.short_side_px if before else 0
        nearest = min(model.qualities, key=lambda quality: abs(quality.short_side_px - side_px))
        return replace(
            self,
            model=model_id,
            duration_s=min(model.durations_s, key=lambda seconds: abs(seconds - self.duration_s)),
            resolution=nearest.name,
            seed=None if self.seed is not None and self.seed > model.seed_max else self.seed,
        )

    def continued(self) -> Draft:
        """The same choices for what happens next: its words and its picture are yet to come."""
        return replace(self, picture=None, prompt="", seed=None, nonce=_new_nonce())

    def renewed(self) -> Draft:
        """The same form for a further order."""
        return replace(self, nonce=_new_nonce())

    def to_json(self) -> str:
        """As text for the database; as a server of an earlier version can read it, as far as that has fields for it."""
        form = asdict(self)
        for name, unsaid in _NAMED_ONLY_WHERE_CHOSEN.items():
            if form[name] == unsaid:
                del form[name]
        return json.dumps(form)


_NAMED_ONLY_WHERE_CHOSEN = {"model": OrderSettings().model, "ending_picture": None, "count": 1, "started_fresh_at": 0.0}
"""What forms did not have at first, and what it is where it is not named."""
_SETTINGS = tuple(setting.name for setting in fields(OrderSettings))


def draft_of(order: Order, picture: DraftPicture | None, ending_picture: DraftPicture | None = None) -> Draft:
    """A form filled in with an order that was placed before."""
    return Draft(picture=picture, ending_picture=ending_picture, **{name: getattr(order, name) for name in _SETTINGS})


def read_draft(text: str | None) -> Draft:
    """The form from its text; an empty one where there is none, or it was written by a version that had other fields.

    What comes back can be drawn: every field is of its kind, and one of the choices where there are some.
    """
    if not text:
        return Draft()
    try:
        draft = _FORM.validate_json(text, strict=True, extra="forbid")
    except ValidationError:
        return Draft()
    return draft if draft.can_be_drawn else Draft()


_FORM = TypeAdapter(Draft)
_UNDRAWABLE = {
    Problem.MODEL_NOT_OFFERED,
    Problem.LENGTH_NOT_OFFERED,
    Problem.QUALITY_NOT_OFFERED,
    Problem.SEED_OUT_OF_RANGE,
    Problem.COUNT_NOT_OFFERED,
}
