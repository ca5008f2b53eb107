"""The framed pictures of forms: made as soon as they are shown, and at the latest when they are ordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from studio.forms.drafts import Drafts
from studio.forms.form_storage import FormStorage
from studio.forms.picture_files import PictureFiles
from studio.orders.drafts import Draft
from studio.orders.framing import Frame
from studio.pictures.framing import FramedPicture
from studio.pictures.prepare import PictureRefused, Refusal


class FramedPictures:
    """Frames the picture on a form as the form says, once for each frame."""

    def __init__(
        self,
        storage: FormStorage,
        drafts: Drafts,
        files: PictureFiles,
        frame: Callable[[bytes, Frame], FramedPicture],
    ) -> None:
        self._storage = storage
        self._drafts = drafts
        self._files = files
        self._frame = frame

    def frame(self, visitor: str, draft: Draft) -> Draft:
        """Keep the form with its picture framed as it says; gives it as it is kept, with `sent` to be shown.

        Quick where that frame was made before or there is none, a tenth of a second else. Raises PictureRefused
        (NO_ROOM, TOOK_TOO_LONG, UNREADABLE), MediaMissing where the picture is gone, StorageAway.
        """
        if not draft.is_framed and not self._storage.ceiling.has_room:
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

        self._drafts.change(visitor, changed)
        return framed

    def framed(self, draft: Draft) -> Draft:
        """The form with the picture that it sends kept; made now if it is not. Raises as `frame`, but for NO_ROOM.

        What is kept under a key never changes: whoever was shown it before ordered just these bytes.
        """
        frame, sent = draft.frame, draft.sent
        if draft.picture is None or frame is None or sent is None:
            return draft.without_stale_frame()
        if not self._storage.media.exists(sent.key):
            picture = self._frame(self._storage.media.read(draft.picture.key), frame)
            self._files.put(sent.key, picture.jpeg, picture.thumbnail)
        return replace(draft, framed_key=sent.key)
