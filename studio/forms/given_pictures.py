"""The pictures that are given for a form: taken at once, prepared in the background, and put on the kept form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from studio.forms.drafts import Drafts
from studio.forms.picture_files import PictureFiles
from studio.orders.drafts import DraftPicture
from studio.orders.lining_up import added
from studio.pictures.fetch import Fetch, read_link
from studio.pictures.prepare import PictureRefused, Refusal
from studio.pictures.queue import Preparation, Preparations
from studio.storage.quota import Ceiling


class TooManyPictures(Exception):
    """This visitor has given more pictures than one person looks at in that time."""


class GivenPictures:
    """Takes pictures in, as files and as links, and counts them."""

    def __init__(
        self,
        drafts: Drafts,
        files: PictureFiles,
        *,
        may_upload: Callable[[str], bool],
        ceiling: Ceiling,
        fetch: Fetch,
    ) -> None:
        self._drafts = drafts
        self._files = files
        self._may_upload = may_upload
        self._ceiling = ceiling
        self._beginnings = Preparations(files.add, self._put_on_form, files.drop, fetch=fetch)
        # One at a time: few videos are given an end, and all those of the others begin with a picture.
        self._endings = Preparations(files.add, self._put_at_the_end, files.drop, at_once=1)
        self._further = Preparations(files.add, self._put_in_line, files.drop, at_once=1)

    def close(self) -> None:
        """Take no more pictures; those being prepared come to their end."""
        self._beginnings.close()
        self._endings.close()
        self._further.close()

    def take(
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
        preparations = self._endings if ending else self._beginnings
        return preparations.take(visitor, data, partial(self._files.add, enlarge=enlarge, last_frame_of=last_frame_of))

    def take_link(self, visitor: str, text: str, *, enlarge: bool = False) -> Preparation:
        """As `take`, with the picture behind a link as a person pasted it: fetched in the background as well.

        Raises what `take` raises, and LinkRefused where its spelling says already that it cannot be fetched: that does
        not count as a picture given. The link is kept nowhere.
        """
        link = read_link(text)
        self._count(visitor)
        return self._beginnings.take_link(visitor, link, partial(self._files.add, enlarge=enlarge))

    def take_further(self, visitor: str, data: bytes) -> Preparation:
        """As `take`, for a line of several pictures: it comes to its end (studio.orders.lining_up)."""
        self._count(visitor)
        return self._further.take(visitor, data)

    def enlarge(self, visitor: str, refused: Preparation) -> Preparation:
        """As `take` with `enlarge`, of what was refused as too small a moment ago (Preparation.to_enlarge).

        Raises what `take` raises; PictureRefused also where it has been let go of since.
        """
        if not refused.to_enlarge:
            raise PictureRefused(Refusal.LET_GO)
        return self.take(visitor, refused.to_enlarge, enlarge=True)

    def preparation(self, visitor: str, *, ending: bool = False) -> Preparation | None:
        """The picture that is being prepared for the visitor, or of whose outcome no page has taken note."""
        return (self._endings if ending else self._beginnings).latest(visitor)

    def further(self, visitor: str) -> tuple[Preparation, ...]:
        """The pictures on their way into the visitor's line, and those of whose outcome no page has taken note."""
        return self._further.untold(visitor)

    def _count(self, visitor: str) -> None:
        if not self._ceiling.has_room:
            raise PictureRefused(Refusal.NO_ROOM)
        if not self._may_upload(visitor):
            raise TooManyPictures

    def _put_on_form(self, visitor: str, picture: DraftPicture) -> None:
        self._drafts.change(visitor, lambda before: before.with_picture(picture))

    def _put_in_line(self, visitor: str, picture: DraftPicture) -> None:
        self._drafts.change(visitor, lambda before: added(before, picture))

    def _put_at_the_end(self, visitor: str, picture: DraftPicture) -> None:
        self._drafts.change(visitor, lambda before: replace(before, ending_picture=picture))
