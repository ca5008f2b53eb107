"""A form as far as it is filled in. Kept for each visitor, so that neither a reload nor a restart loses it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace

from pydantic import TypeAdapter, ValidationError

from studio.orders.framing import AS_IT_IS, Frame, Framing, ShapedCrop, Size, frame_of, video_size
from studio.orders.order import Order, OrderSettings, Problem, model_of, problems_of, tidy
from studio.orders.variations import COUNT_MAX
from studio.storage import media_keys
from videoapi.models import MODELS

SET_ASIDE_MAX = 50
"""Twice what a visitor may have under way, as the owner sets it by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPicture:
    """The picture on the form, prepared and kept."""

    key: str
    width: int
    height: int
    changes: tuple[str, ...] = ()
    """What preparing did to it (studio.pictures.prepare.Change)."""
    last_frame_of: str = ""
    """The job, by its id, whose video ends in this picture; empty for every other picture. It is the picture's and not
    the form's: whatever takes the picture's place, in whichever tab, takes this with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSound:
    """The sound on the form, prepared and kept."""

    key: str
    name: str
    """What its file is called, as a person gave it."""
    length_s: float
    """Of what is kept: studio.sounds.prepare.KEPT_S at the most. 0 where it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinedUp:
    """A further picture on the form, of which a video of its own is made with the same words and choices."""

    picture: DraftPicture
    crops: tuple[ShapedCrop, ...] = ()
    """What of it was chosen, as in Framing; shape and fit are the form's."""


def _new_nonce() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(OrderSettings):
    """What stands on the form, complete or not."""

    picture: DraftPicture | None = None
    """As it was prepared, unframed. Of several in line, the one on the stage."""
    earlier: tuple[LinedUp, ...] = ()
    """The pictures in line before it; see studio.orders.lining_up."""
    later: tuple[LinedUp, ...] = ()
    """Those after it."""
    framing: Framing = AS_IT_IS
    framed_key: str = ""
    """Where the framed picture is kept that was made for this form last; empty where none was. What is sent is `sent`:
    this is here so that a picture which another one has replaced is found, and deleted."""
    ending_picture: DraftPicture | None = None
    """In which the video is to end; the first one again for a loop. Kept also while the model of the moment has no such
    field."""
    sound: DraftSound | None = None
    """That the video is to have, in place of `audio_url`; for all pictures in line the same. Kept also while the model
    of the moment takes none."""
    count: int = 1
    """How many videos of each picture are wanted, each of its own seed (studio.orders.variations)."""
    nonce: str = field(default_factory=_new_nonce)
    """Names this filling-in of the form: however often it is sent, it is one order."""
    started_fresh_at: float = 0.0
    """When the person last asked for an empty page, in seconds since 1970 UTC: what was ready before is not shown."""
    set_aside: tuple[str, ...] = ()
    """The jobs, by id, that the person waits for no longer: out of sight, unless they come to nothing."""

    @property
    def continues(self) -> str:
        """The job, by its id, that the video goes on from; empty where it begins with a picture of its own."""
        return "" if self.picture is None else self.picture.last_frame_of

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
        """False while the framed picture that would be sent has yet to be made (studio.forms.framed_pictures)."""
        return self.frame is None or (self.sent is not None and self.sent.key == self.framed_key)

    @property
    def video_size(self) -> Size | None:
        """Width and height of the video that is made from what is sent (framing.video_size); None without a picture."""
        quality = model_of(self).quality(self.resolution)
        if self.sent is None or quality is None:
            return None
        return video_size((self.sent.width, self.sent.height), quality.short_side_px)

    @property
    def pictures(self) -> tuple[DraftPicture, ...]:
        """The pictures on the form, as they were prepared."""
        in_line = [one.picture for one in (*self.earlier, *self.later)]
        return tuple(picture for picture in (self.picture, self.ending_picture, *in_line) if picture is not None)

    @property
    def video_count(self) -> int:
        """How many videos the form stands for."""
        return self.count * (1 + len(self.earlier) + len(self.later))

    @property
    def picture_keys(self) -> tuple[str, ...]:
        """Where the pictures are kept that this form needs: the prepared ones, and the framed one that was made."""
        return tuple(key for key in (*(picture.key for picture in self.pictures), self.framed_key) if key)

    @property
    def sound_key(self) -> str:
        """Where the sound is kept that this form needs; empty where it needs none."""
        return "" if self.sound is None else self.sound.key

    @property
    def given_keys(self) -> tuple[str, ...]:
        """Where all is kept that was given for this form."""
        return (*self.picture_keys, *([self.sound_key] if self.sound is not None else []))

    def with_sound_file(self, sound: DraftSound | None) -> Draft:
        """The same form with this sound, or none; a link to another one makes place for it."""
        return replace(self, sound=sound, audio_url="" if sound is not None else self.audio_url)

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
            ending_picture_key=self._ending_key,
            sound_key=self.sound_key,
            sound_name=self.sound.name if self.sound is not None else "",
            **{name: getattr(self, name) for name in _SETTINGS},
        )

    @property
    def is_loop(self) -> bool:
        """True where the video is to end in the picture that it begins with."""
        if self.picture is None or self.ending_picture is None:
            return False
        return self.picture.key == self.ending_picture.key

    @property
    def _ending_key(self) -> str:
        if self.ending_picture is None:
            return ""
        # However the first is framed, since or yet to come: a loop ends as it begins.
        return self.sent.key if self.is_loop and self.sent is not None else self.ending_picture.key

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
        """A fresh start: without picture, sound and words. What was chosen stays chosen."""
        return replace(
            self,
            picture=None,
            earlier=(),
            later=(),
            framing=self.framing.for_another_picture(),
            framed_key="",
            ending_picture=None,
            sound=None,
            prompt="",
            negative_prompt="",
            seed=None,
            nonce=_new_nonce(),
            started_fresh_at=now,
        )

    def waiting_no_longer(self, job_ids: Iterable[str]) -> Draft:
        """The same form for who does not wait for these jobs; the last SET_ASIDE_MAX are remembered."""
        return replace(self, set_aside=tuple(dict.fromkeys([*self.set_aside, *job_ids]))[-SET_ASIDE_MAX:])

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
        return replace(self.with_picture(None), earlier=(), later=(), prompt="", seed=None, nonce=_new_nonce())

    def renewed(self) -> Draft:
        """The same form for a further order."""
        return replace(self, nonce=_new_nonce())

    def to_json(self) -> str:
        """As text for the database; as a server of an earlier version can read it, as far as that has fields for it."""
        form = asdict(self)
        for name, unsaid in _NAMED_ONLY_WHERE_CHOSEN.items():
            if form[name] == unsaid:
                del form[name]
        in_line = [one["picture"] for one in (*form.get("earlier", ()), *form.get("later", ()))]
        for picture in (form["picture"], form.get("ending_picture"), *in_line):
            if picture and not picture["last_frame_of"]:
                del picture["last_frame_of"]
        return json.dumps(form)


_NAMED_ONLY_WHERE_CHOSEN = {
    "model": OrderSettings().model,
    "earlier": (),
    "later": (),
    "framing": asdict(AS_IT_IS),
    "framed_key": "",
    "ending_picture": None,
    "sound": None,
    "count": 1,
    "started_fresh_at": 0.0,
    "set_aside": (),
}
"""What forms did not have at first, and what it is where it is not named."""
_SETTINGS = tuple(setting.name for setting in fields(OrderSettings))


def draft_of(
    order: Order,
    picture: DraftPicture | None,
    ending_picture: DraftPicture | None = None,
    sound: DraftSound | None = None,
) -> Draft:
    """A form filled in with an order that was placed before; framed as the picture is, which was framed then."""
    chosen = {name: getattr(order, name) for name in _SETTINGS}
    return Draft(picture=picture, ending_picture=ending_picture, sound=sound, **chosen)


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
