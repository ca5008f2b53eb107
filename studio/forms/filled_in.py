"""Forms that are filled in from elsewhere: as an order of before was, or as a downloaded video says of itself."""

from __future__ import annotations

from dataclasses import replace

from studio.forms.drafts import Drafts
from studio.forms.given_sounds import GivenSounds
from studio.forms.picture_files import PictureFiles
from studio.jobs.drawn_seed import as_chosen
from studio.orders.drafts import Draft, draft_of
from studio.orders.travelling import Arrived, arrived
from studio.pictures.prepare import PictureRefused, Refusal
from studio.queue.job_store import Store
from studio.videos.carried import NotReadable, tags_in


class FilledIn:
    """Fills forms in for a model that is on offer; keeps none of them."""

    def __init__(self, store: Store, drafts: Drafts, files: PictureFiles, sounds: GivenSounds) -> None:
        self._store = store
        self._drafts = drafts
        self._files = files
        self._sounds = sounds

    def as_ordered(self, visitor: str, job_id: str, *, with_drawn_seed: bool = False) -> Draft | None:
        """A new form filled in as one of the visitor's jobs was; without a picture that is gone, and for another model
        where its own is no longer on offer. None where there is no such job.

        What was framed is the picture now, and is sent as it is. A seed that nobody chose is another one with each
        order, unless it is wanted.
        """
        job = self._store.get(job_id, visitor)
        if job is None:
            return None
        order = job.order if with_drawn_seed else as_chosen(job)
        picture = self._files.find(order.picture_key) if order.picture_key else None
        if picture is not None:
            ordered = self._store.ordered(job)
            picture = replace(picture, last_frame_of=(ordered and ordered.continues) or "")
        ending = self._files.find(order.ending_picture_key) if order.ending_picture_key else None
        return self._drafts.on_offer(draft_of(order, picture, ending, self._sounds.of(order)))

    def from_film(self, film: bytes) -> tuple[Arrived, bytes]:
        """The form that a video downloaded here was ordered with, without its picture; and that, byte for byte.

        The picture is empty where it was too large to travel. Raises PictureRefused where the video says nothing of
        that kind.
        """
        try:
            tags = tags_in(lambda start, stop: film[start:stop], len(film))
        except NotReadable:
            tags = None
        found = arrived(tags.text) if tags is not None else None
        if tags is None or found is None:
            raise PictureRefused(Refusal.FILM_OF_OTHERS)
        form = self._drafts.on_offer(found.form)
        return Arrived(form, found.is_all and form == found.form), tags.still
