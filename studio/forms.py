"""The form of each visitor, as far as it is filled in, and the pictures that are given for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from studio.clock import Clock
from studio.given_sounds import GivenSounds
from studio.orders.drafts import Draft, DraftPicture, draft_of, read_draft
from studio.orders.framing import Frame
from studio.orders.lining_up import added
from studio.orders.order import MODEL, NotTaken, OrderIncomplete, Problem, tidy
from studio.orders.travelling import Arrived, arrived
from studio.pictures.fetch import Fetch, fetch_picture, read_link
from studio.pictures.framing import FramedPicture
from studio.pictures.prepare import Picture, PictureRefused, Refusal
from studio.pictures.queue import Preparation, Preparations
from studio.pictures.samples import Sample
from studio.pictures.thumbnails import dimensions
from studio.queue.job_store import Store
from studio.retention.deletion import Deletion
from studio.sounds.prepare import Sound
from studio.storage import media_keys
from studio.storage.media import Media, MediaMissing
from studio.storage.quota import NO_CEILING, Ceiling
from studio.videos.carried import NotReadable, tags_in
from videoapi.models import VideoModel

_PICTURE_ID = re.compile("[0-9a-z]{1,32}", re.ASCII)


class TooManyPictures(Exception):
    """This visitor has given more pictures than one person looks at in that time."""


class Prepare(Protocol):
    """Prepares an upload; as studio.pictures.prepare.prepare."""

    def __call__(self, data: bytes, *, enlarge: bool = ...) -> Picture: ...


class NotFramed(NotTaken):
    """The picture of an order could not be framed; `why` says what kept it."""

    def __init__(self, why: PictureRefused) -> None:
        super().__init__(why.refusal)
        self.why = why


class PicturesOnTheirWay(NotTaken):
    """Not all that was given for the order is on the form yet: none is left out by chance."""


class Forms:
    """Keeps forms, prepares and frames pictures, and fills a form in from a job."""

    def __init__(
        self,
        *,
        store: Store,
        media: Media,
        prepare: Prepare,
        frame: Callable[[bytes, Frame], FramedPicture],
        prepare_sound: Callable[[bytes], Sound],
        may_upload: Callable[[str], bool],
        deletion: Deletion,
        clock: Clock,
        fetch: Fetch = fetch_picture,
        ceiling: Ceiling = NO_CEILING,
        models: Sequence[VideoModel] = (MODEL,),
    ) -> None:
        self._store = store
        self._media = media
        self._prepare = prepare
        self._frame = frame
        self._may_upload = may_upload
        self._deletion = deletion
        self._clock = clock
        self._ceiling = ceiling
        self.sounds = GivenSounds(
            store=store, media=media, prepare=prepare_sound, may_upload=may_upload, ceiling=ceiling
        )
        """The sounds that are given for forms."""
        self.models = tuple(models)
        """Those on offer; the first is on the form where nobody has chosen."""
        self._preparations = Preparations(self._prepared, self._put_on_form, self.drop_picture, fetch=fetch)
        # One at a time: few videos are given an end, and all those of the others begin with a picture.
        self._endings = Preparations(self._prepared, self._put_at_the_end, self.drop_picture, at_once=1)
        self._further = Preparations(self._prepared, self._put_in_line, self.drop_picture, at_once=1)

    def close(self) -> None:
        """Take no more pictures; those being prepared come to their end."""
        self._preparations.close()
        self._endings.close()
        self._further.close()

    @property
    def has_room(self) -> bool:
        """False where the owner's ceiling for what is kept has been reached."""
        return self._ceiling.has_room

    def draft(self, visitor: str) -> Draft:
        """The form as the visitor left it, for a model that is on offer."""
        return self._read(self._store.draft(visitor))

    def _read(self, kept: str | None) -> Draft:
        if kept is None:
            return Draft().with_model(self.models[0].id)
        return self._on_offer(read_draft(kept))

    def _on_offer(self, draft: Draft) -> Draft:
        is_offered = any(draft.model == model.id for model in self.models)
        return draft if is_offered else draft.with_model(self.models[0].id)

    def keep_draft(
        self,
        visitor: str,
        draft: Draft,
        *,
        with_picture: bool = True,
        with_ending_picture: bool = True,
        with_line: bool = True,
        with_sound_file: bool = True,
    ) -> None:
        """Keep the form as it stands; with none of its pictures and no sound, only its words and settings.

        A picture gets ready while a person types: what is typed must not take it off the form again. Where the owner's
        ceiling is reached, only of who has one here already: anybody can be a new visitor, as often as they like.
        Their form stays in their tab.
        """
        if not self._ceiling.has_room and self._store.draft(visitor) is None:
            return

        def changed(before: Draft) -> Draft:
            return replace(
                draft if with_picture else draft.with_picture(before.picture),
                ending_picture=draft.ending_picture if with_ending_picture else before.ending_picture,
                earlier=draft.earlier if with_line else before.earlier,
                later=draft.later if with_line else before.later,
                sound=draft.sound if with_sound_file else before.sound,
            )

        self._change(visitor, changed)

    def _change(self, visitor: str, change: Callable[[Draft], Draft]) -> None:
        """Keep what becomes of the form as it is kept, and delete the framed picture and the sound that it has no
        longer."""
        had, has = set[str](), set[str]()

        def changed(kept: str | None) -> str:
            nonlocal had, has
            before = self._read(kept)
            after = change(before).without_stale_frame()
            had, has = ({form.framed_key, form.sound_key} for form in (before, after))
            # Another tab may have started fresh, or set jobs aside, since this one read the form.
            latest = replace(after, started_fresh_at=max(before.started_fresh_at, after.started_fresh_at))
            return replace(latest, set_aside=before.set_aside).waiting_no_longer(after.set_aside).to_json()

        self._store.change_draft(visitor, changed, self._clock())
        for key in had - has:
            self._deletion.given(key)

    def frame(self, visitor: str, draft: Draft) -> Draft:
        """Keep the form with its picture framed as it says; gives it as it is kept, with `sent` to be shown.

        Quick where that frame was made before or there is none, a tenth of a second else. Raises PictureRefused
        (NO_ROOM, TOOK_TOO_LONG, UNREADABLE), MediaMissing where the picture is gone, StorageAway.
        """
        if not draft.is_framed and not self._ceiling.has_room:
            raise PictureRefused(Refusal.NO_ROOM)
        framed = self.framed(draft)

        def changed(before: Draft) -> Draft:
            # A picture may have got ready meanwhile, and is what the person gave last.
            return replace(
                framed if before.picture is None else framed.with_picture(before.picture),
                ending_picture=before.ending_picture or framed.ending_picture,
                earlier=before.earlier,
                later=before.later,
                sound=before.sound,
            )

        self._change(visitor, changed)
        return framed

    def framed(self, draft: Draft) -> Draft:
        """The form with the picture that it sends kept; made now if it is not. Raises as `frame`, but for NO_ROOM.

        What is kept under a key never changes: whoever was shown it before ordered just these bytes.
        """
        frame, sent = draft.frame, draft.sent
        if draft.picture is None or frame is None or sent is None:
            return draft.without_stale_frame()
        if not self._media.exists(sent.key):
            picture = self._frame(self._media.read(draft.picture.key), frame)
            self._keep_picture(sent.key, picture.jpeg, picture.thumbnail)
        return replace(draft, framed_key=sent.key)

    def take_picture(
        self, visitor: str, data: bytes, *, ending: bool = False, enlarge: bool = False, last_frame_of: str = ""
    ) -> Preparation:
        """Take an upload in and prepare it in the background; it comes onto the visitor's kept form by itself, with
        `ending` as the picture that the video ends in.

        With `enlarge` also one that was refused as too small, where that can be (PictureRefused.can_be_enlarged). With
        `last_frame_of` an order that is made from it goes on from that job's video (Draft.continues).

        Raises PictureRefused (there is no room), TooManyPictures and pictures.queue.TooManyWaiting: then it was
        not taken.
        """
        self._count(visitor)
        preparations = self._endings if ending else self._preparations
        return preparations.take(visitor, data, partial(self._prepared, enlarge=enlarge, last_frame_of=last_frame_of))

    def from_film(self, film: bytes) -> tuple[Arrived, bytes]:
        """The form that a video downloaded here was ordered with, without its picture; and that, byte for byte.

        The picture is empty where it was too large to travel. Nothing is kept. Raises PictureRefused where the video
        says nothing of that kind.
        """
        try:
            tags = tags_in(lambda start, stop: film[start:stop], len(film))
        except NotReadable:
            tags = None
        found = arrived(tags.text) if tags is not None else None
        if tags is None or found is None:
            raise PictureRefused(Refusal.FILM_OF_OTHERS)
        form = self._on_offer(found.form)
        return Arrived(form, found.is_all and form == found.form), tags.still

    def enlarge(self, visitor: str, refused: Preparation) -> Preparation:
        """As `take_picture` with `enlarge`, of what was refused as too small a moment ago (Preparation.to_enlarge).

        Raises what `take_picture` raises; PictureRefused also where it has been let go of since.
        """
        if not refused.to_enlarge:
            raise PictureRefused(Refusal.LET_GO)
        return self.take_picture(visitor, refused.to_enlarge, enlarge=True)

    def take_link(self, visitor: str, text: str, *, enlarge: bool = False) -> Preparation:
        """As `take_picture`, with the picture behind a link as a person pasted it: fetched in the background as well.

        Raises what `take_picture` raises, and LinkRefused where its spelling says already that it cannot be fetched:
        that does not count as a picture given. The link is kept nowhere.
        """
        link = read_link(text)
        self._count(visitor)
        return self._preparations.take_link(visitor, link, partial(self._prepared, enlarge=enlarge))

    def take_further(self, visitor: str, data: bytes) -> Preparation:
        """As `take_picture`, for a line of several pictures: it comes to its end (studio.orders.lining_up)."""
        self._count(visitor)
        return self._further.take(visitor, data)

    def further(self, visitor: str) -> tuple[Preparation, ...]:
        """The pictures on their way into the visitor's line, and those of whose outcome no page has taken note."""
        return self._further.untold(visitor)

    def preparation(self, visitor: str, *, ending: bool = False) -> Preparation | None:
        """The picture that is being prepared for the visitor, or of whose outcome no page has taken note."""
        return (self._endings if ending else self._preparations).latest(visitor)

    def add_picture(self, visitor: str, data: bytes) -> DraftPicture:
        """Prepare an upload and keep it, while the caller waits; raises TooManyPictures and PictureRefused."""
        self._count(visitor)
        return self._prepared(data)

    def _count(self, visitor: str) -> None:
        if not self._ceiling.has_room:
            raise PictureRefused(Refusal.NO_ROOM)
        if not self._may_upload(visitor):
            raise TooManyPictures

    def _prepared(self, data: bytes, *, enlarge: bool = False, last_frame_of: str = "") -> DraftPicture:
        picture = self._prepare(data, enlarge=enlarge)
        key = media_keys.new_picture()
        self._keep_picture(key, picture.jpeg, picture.thumbnail)
        return DraftPicture(
            key=key,
            width=picture.width,
            height=picture.height,
            changes=tuple(map(str, picture.changes)),
            last_frame_of=last_frame_of,
        )

    def _keep_picture(self, key: str, jpeg: bytes, thumbnail: bytes) -> None:
        # The small one first: where the large one is, both are.
        self._media.put(media_keys.thumbnail_key(key), thumbnail)
        self._media.put(key, jpeg)
        self._ceiling.added(len(thumbnail) + len(jpeg))

    def keep_what_is_sent(self, draft: Draft) -> None:
        """See that what an order from this form is made from is kept: the picture as it was or would have been shown,
        and the sound.

        Raises NotFramed, OrderIncomplete where the picture to be framed or the sound is gone, and StorageAway.
        """
        sound_key = tidy(draft.order()).sound_key
        if sound_key and not self.sounds.is_kept(sound_key):
            raise OrderIncomplete((Problem.SOUND_GONE,))
        try:
            self.framed(draft)
        except PictureRefused as why:
            raise NotFramed(why) from None
        except MediaMissing:
            raise OrderIncomplete((Problem.NO_PICTURE,)) from None

    def _put_on_form(self, visitor: str, picture: DraftPicture) -> None:
        self._change(visitor, lambda before: before.with_picture(picture))

    def _put_in_line(self, visitor: str, picture: DraftPicture) -> None:
        self._change(visitor, lambda before: added(before, picture))

    def _put_at_the_end(self, visitor: str, picture: DraftPicture) -> None:
        self._change(visitor, lambda before: replace(before, ending_picture=picture))

    def add_sample(self, sample: Sample) -> DraftPicture:
        """One of our own pictures: kept once for all visitors, as the file is fit to send as it is."""
        data = sample.file.read_bytes()
        if not self._media.exists(sample.picture_key):
            picture = self._prepare(data)
            self._media.put(media_keys.thumbnail_key(sample.picture_key), picture.thumbnail)
            self._media.put(sample.picture_key, picture.jpeg)
        width, height = dimensions(data)
        return DraftPicture(key=sample.picture_key, width=width, height=height)

    def drop_picture(self, picture: DraftPicture) -> None:
        """Forget a picture that was taken off the form, unless a job needs it."""
        self._deletion.given(picture.key)

    def has_picture(self, picture: DraftPicture) -> bool:
        """True while the prepared picture is kept."""
        return self._media.exists(picture.key)

    def sound_key(self, visitor: str, sound_id: str) -> str | None:
        """Where a sound on the visitor's form, or of one of their orders, is kept; None for anybody else's."""
        return self.sounds.key(visitor, sound_id, self.draft(visitor))

    def picture_key(self, visitor: str, picture_id: str) -> str | None:
        """Where a picture on the visitor's form, or of one of their orders, is kept; None for anybody else's.

        `picture_id` is what its address has (studio.urls.picture).
        """
        if not _PICTURE_ID.fullmatch(picture_id):
            return None
        ending = media_keys.ending(picture_id)
        on_form = next((key for key in self.draft(visitor).picture_keys if key.endswith(ending)), None)
        return on_form or self._store.ordered_file(visitor, ending)

    def draft_again(self, visitor: str, job_id: str) -> Draft | None:
        """A new form filled in as one of the visitor's jobs was; without a picture that is gone, and for another model
        where its own is no longer on offer.

        What was framed is the picture now, and is sent as it is.
        """
        job = self._store.get(job_id, visitor)
        if job is None:
            return None
        order, picture = job.order, self._kept(job.order.picture_key)
        if picture is not None:
            ordered = self._store.ordered(job)
            picture = replace(picture, last_frame_of=(ordered and ordered.continues) or "")
        ending = self._kept(order.ending_picture_key)
        return self._on_offer(draft_of(order, picture, ending, self.sounds.of(order)))

    def _kept(self, picture_key: str) -> DraftPicture | None:
        if not picture_key:
            return None
        try:
            width, height = dimensions(self._media.read(picture_key))
        except MediaMissing:
            return None
        return DraftPicture(key=picture_key, width=width, height=height)
