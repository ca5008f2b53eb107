"""The form of each visitor, as far as it is filled in, and the pictures that are given for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from studio.clock import Clock
from studio.orders.drafts import Draft, DraftPicture, draft_of, read_draft
from studio.orders.framing import Frame
from studio.orders.order import NotTaken, OrderIncomplete, Problem
from studio.pictures.framing import FramedPicture
from studio.pictures.prepare import Picture, PictureRefused, Refusal
from studio.pictures.queue import Preparation, Preparations
from studio.pictures.samples import Sample
from studio.pictures.thumbnails import dimensions
from studio.queue.job_store import Store
from studio.retention.deletion import Deletion
from studio.storage import media_keys
from studio.storage.media import Media, MediaMissing
from studio.storage.quota import NO_CEILING, Ceiling

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


class Forms:
    """Keeps forms, prepares and frames pictures, and fills a form in from a job."""

    def __init__(
        self,
        *,
        store: Store,
        media: Media,
        prepare: Prepare,
        frame: Callable[[bytes, Frame], FramedPicture],
        may_upload: Callable[[str], bool],
        deletion: Deletion,
        clock: Clock,
        ceiling: Ceiling = NO_CEILING,
    ) -> None:
        self._store = store
        self._media = media
        self._prepare = prepare
        self._frame = frame
        self._may_upload = may_upload
        self._deletion = deletion
        self._clock = clock
        self._ceiling = ceiling
        self._preparations = Preparations(self._prepared, self._put_on_form, self.drop_picture)

    def close(self) -> None:
        """Take no more pictures; those being prepared come to their end."""
        self._preparations.close()

    @property
    def has_room(self) -> bool:
        """False where the owner's ceiling for what is kept has been reached."""
        return self._ceiling.has_room

    def draft(self, visitor: str) -> Draft:
        """The form as the visitor left it."""
        return read_draft(self._store.draft(visitor))

    def keep_draft(self, visitor: str, draft: Draft, *, with_picture: bool = True) -> None:
        """Keep the form as it stands; without `with_picture` only its words and settings.

        A picture gets ready while a person types: what is typed must not take it off the form again. Where the owner's
        ceiling is reached, only of who has one here already: anybody can be a new visitor, as often as they like.
        Their form stays in their tab.
        """
        if not self._ceiling.has_room and self._store.draft(visitor) is None:
            return

        self._change(visitor, lambda before: draft if with_picture else draft.with_picture(before.picture))

    def _change(self, visitor: str, change: Callable[[Draft], Draft]) -> None:
        """Keep what becomes of the form as it is kept, and delete the framed picture that it has no longer."""
        had = has = ""

        def changed(kept: str | None) -> str:
            nonlocal had, has
            before = read_draft(kept)
            after = change(before).without_stale_frame()
            had, has = before.framed_key, after.framed_key
            return after.to_json()

        self._store.change_draft(visitor, changed, self._clock())
        if had != has:
            self._deletion.picture(had)

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
            return framed if before.picture is None else framed.with_picture(before.picture)

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

    def take_picture(self, visitor: str, data: bytes, *, enlarge: bool = False) -> Preparation:
        """Take an upload in and prepare it in the background; it comes onto the visitor's kept form by itself.

        With `enlarge` also one that was refused as too small, where that can be (PictureRefused.can_be_enlarged).

        Raises PictureRefused (there is no room), TooManyPictures and pictures.queue.TooManyWaiting: then it was
        not taken.
        """
        if not self._ceiling.has_room:
            raise PictureRefused(Refusal.NO_ROOM)
        if not self._may_upload(visitor):
            raise TooManyPictures
        return self._preparations.take(visitor, data, partial(self._prepared, enlarge=enlarge))

    def preparation(self, visitor: str) -> Preparation | None:
        """The picture that is being prepared for the visitor, or of whose outcome no page has taken note."""
        return self._preparations.latest(visitor)

    def add_picture(self, visitor: str, data: bytes) -> DraftPicture:
        """Prepare an upload and keep it, while the caller waits; raises TooManyPictures and PictureRefused."""
        if not self._ceiling.has_room:
            raise PictureRefused(Refusal.NO_ROOM)
        if not self._may_upload(visitor):
            raise TooManyPictures
        return self._prepared(data)

    def _prepared(self, data: bytes, *, enlarge: bool = False) -> DraftPicture:
        picture = self._prepare(data, enlarge=enlarge)
        key = media_keys.new_picture()
        self._keep_picture(key, picture.jpeg, picture.thumbnail)
        return DraftPicture(
            key=key, width=picture.width, height=picture.height, changes=tuple(map(str, picture.changes))
        )

    def _keep_picture(self, key: str, jpeg: bytes, thumbnail: bytes) -> None:
        # The small one first: where the large one is, both are.
        self._media.put(media_keys.thumbnail_key(key), thumbnail)
        self._media.put(key, jpeg)
        self._ceiling.added(len(thumbnail) + len(jpeg))

    def keep_what_is_sent(self, draft: Draft) -> None:
        """See that the picture which an order from this form is made from is kept, as it was or would have been shown.

        Raises NotFramed, OrderIncomplete where the picture to be framed is gone, and StorageAway.
        """
        try:
            self.framed(draft)
        except PictureRefused as why:
            raise NotFramed(why) from None
        except MediaMissing:
            raise OrderIncomplete((Problem.NO_PICTURE,)) from None

    def _put_on_form(self, visitor: str, picture: DraftPicture) -> None:
        self._change(visitor, lambda before: before.with_picture(picture))

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
        self._deletion.picture(picture.key)

    def has_picture(self, picture: DraftPicture) -> bool:
        """True while the prepared picture is kept."""
        return self._media.exists(picture.key)

    def picture_key(self, visitor: str, picture_id: str) -> str | None:
        """Where a picture on the visitor's form, or of one of their orders, is kept; None for anybody else's.

        `picture_id` is what its address has (studio.urls.picture).
        """
        if not _PICTURE_ID.fullmatch(picture_id):
            return None
        ending = media_keys.ending(picture_id)
        on_form = next((key for key in self.draft(visitor).picture_keys if key.endswith(ending)), None)
        return on_form or self._store.ordered_picture(visitor, ending)

    def draft_again(self, visitor: str, job_id: str) -> Draft | None:
        """A new form filled in as one of the visitor's jobs was; without its picture where that is gone.

        What was framed is the picture now, and is sent as it is.
        """
        job = self._store.get(job_id, visitor)
        if job is None:
            return None
        draft = draft_of(job.order, DraftPicture(key=job.order.picture_key, width=0, height=0))
        try:
            width, height = dimensions(self._media.read(job.order.picture_key))
        except MediaMissing:
            return replace(draft, picture=None)
        return replace(draft, picture=DraftPicture(key=job.order.picture_key, width=width, height=height))
