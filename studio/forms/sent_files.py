"""What an order is made from is there, just as the form showed it, before the order is placed."""

from __future__ import annotations

from studio.forms.framed_pictures import FramedPictures
from studio.forms.given_sounds import GivenSounds
from studio.orders.drafts import Draft
from studio.orders.order import NotTaken, OrderIncomplete, Problem, tidy
from studio.pictures.prepare import PictureRefused
from studio.storage.media import MediaMissing


class NotFramed(NotTaken):
    """The picture of an order could not be framed; `why` says what kept it."""

    def __init__(self, why: PictureRefused) -> None:
        super().__init__(why.refusal)
        self.why = why


class PicturesOnTheirWay(NotTaken):
    """Not all that was given for the order is on the form yet: none is left out by chance."""


class SentFiles:
    """Sees to it that the files of an order are kept."""

    def __init__(self, framed_pictures: FramedPictures, sounds: GivenSounds) -> None:
        self._framed_pictures = framed_pictures
        self._sounds = sounds

    def keep(self, draft: Draft) -> None:
        """See that what an order from this form is made from is kept: the picture as it was or would have been shown,
        and the sound.

        Raises NotFramed, OrderIncomplete where the picture to be framed or the sound is gone, and StorageAway.
        """
        sound_key = tidy(draft.order()).sound_key
        if sound_key and not self._sounds.is_kept(sound_key):
            raise OrderIncomplete((Problem.SOUND_GONE,))
        try:
            self._framed_pictures.framed(draft)
        except PictureRefused as why:
            raise NotFramed(why) from None
        except MediaMissing:
            raise OrderIncomplete((Problem.NO_PICTURE,)) from None
