"""A form as far as it is filled in. Kept for each visitor, so that neither a reload nor a restart loses it."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field, fields, replace

from pydantic import TypeAdapter, ValidationError

from studio.orders.framing import AS_IT_IS, Frame, Framing, frame_of
from studio.orders.order import Order, OrderSettings, Problem, problems_of
from studio.storage import media_keys


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
    """As it was prepared, unframed."""
    framing: Framing = AS_IT_IS
    framed_key: str = ""
    """Where the framed picture is kept that was made for this form last; empty where none was. What is sent is `sent`:
    this is here so that a picture which another one has replaced is found, and deleted."""
    nonce: str = field(default_factory=_new_nonce)
    """Names this filling-in of the form: however often it is sent, it makes one job."""

    @property
    def frame(self) -> Frame | None:
        """What the framing comes to for the picture; None where that is sent as it is, or there is none."""
        if self.picture is None:
            return None
        size = self.picture.width, self.picture.height
        frame = frame_of(size, self.framing)
        return None if frame.shows_just(size) else frame

    @property
    def sent(self) -> DraftPicture | None:
        """The picture that is sent: the prepared one, or that framed. Of that, the key follows from the picture and its
        frame: what is shown under it is what is ordered, and the same choice is the same order."""
        frame = self.frame
        if self.picture is None or frame is None:
            return self.picture
        width, height = frame.size
        return DraftPicture(
            key=media_keys.framed_picture(self.picture.key, frame.name),
            width=width,
            height=height,
            changes=self.picture.changes,
        )

    @property
    def is_framed(self) -> bool:
        """False while the framed picture that would be sent has yet to be made (studio.forms.Forms.frame)."""
        return self.frame is None or (self.sent is not None and self.sent.key == self.framed_key)

    @property
    def picture_keys(self) -> tuple[str, ...]:
        """Where the pictures are kept that this form needs: the prepared one, and the framed one that was made."""
        return tuple(key for key in (self.picture and self.picture.key, self.framed_key) if key)

    def without_stale_frame(self) -> Draft:
        """The same form, naming no framed picture but the one that it sends."""
        is_sent = self.frame is not None and self.is_framed
        return self if is_sent else replace(self, framed_key="")

    def with_picture(self, picture: DraftPicture | None) -> Draft:
        """The same form with another picture, framed in the same shape; the same picture keeps its frame."""
        if picture is not None and self.picture is not None and picture.key == self.picture.key:
            return replace(self, picture=picture)
        return replace(self, picture=picture, framing=self.framing.for_another_picture())

    def order(self) -> Order:
        """The order that this form stands for, complete or not."""
        return Order(
            picture_key=self.sent.key if self.sent else "",
            **{name: getattr(self, name) for name in _SETTINGS},
        )

    @property
    def can_be_drawn(self) -> bool:
        """False where a choice is none of those on offer: only a forged value, or an older version, brings that."""
        return not _UNDRAWABLE & set(problems_of(self.order()))

    def renewed(self) -> Draft:
        """The same form for a further job."""
        return replace(self, nonce=_new_nonce())

    def to_json(self) -> str:
        """As text for the database."""
        return json.dumps(asdict(self))


_SETTINGS = tuple(setting.name for setting in fields(OrderSettings))


def draft_of(order: Order, picture: DraftPicture) -> Draft:
    """A form filled in with an order that was placed before; framed as the picture is, which was framed then."""
    return Draft(picture=picture, **{name: getattr(order, name) for name in _SETTINGS})


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
_UNDRAWABLE = {Problem.LENGTH_NOT_OFFERED, Problem.QUALITY_NOT_OFFERED, Problem.SEED_OUT_OF_RANGE}
