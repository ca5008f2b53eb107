"""Pictures as files: prepared, kept with a small version for lists, found again, and deleted."""

from __future__ import annotations

from studio.forms.form_storage import FormStorage
from studio.forms.preparing import Prepare
from studio.orders.drafts import DraftPicture
from studio.pictures.samples import Sample
from studio.pictures.thumbnails import dimensions
from studio.storage import media_keys
from studio.storage.media import MediaMissing


class PictureFiles:
    """Keeps pictures, whoever gave them and on whatever form they are."""

    def __init__(self, storage: FormStorage, prepare: Prepare) -> None:
        self._media = storage.media
        self._ceiling = storage.ceiling
        self._deletion = storage.deletion
        self._prepare = prepare

    def add(self, data: bytes, *, enlarge: bool = False, last_frame_of: str = "") -> DraftPicture:
        """Prepare an upload and keep it, while the caller waits.

        With `enlarge` also one that is too small, where that can be; `last_frame_of` as in DraftPicture. Raises
        PictureRefused and StorageAway.
        """
        picture = self._prepare(data, enlarge=enlarge)
        key = media_keys.new_picture()
        self.put(key, picture.jpeg, picture.thumbnail)
        return DraftPicture(
            key=key,
            width=picture.width,
            height=picture.height,
            changes=tuple(map(str, picture.changes)),
            last_frame_of=last_frame_of,
        )

    def add_sample(self, sample: Sample) -> DraftPicture:
        """One of our own pictures: kept once for all visitors, as the file is fit to send as it is."""
        data = sample.file.read_bytes()
        if not self._media.exists(sample.picture_key):
            picture = self._prepare(data)
            self.put(sample.picture_key, picture.jpeg, picture.thumbnail)
        width, height = dimensions(data)
        return DraftPicture(key=sample.picture_key, width=width, height=height)

    def put(self, key: str, jpeg: bytes, thumbnail: bytes) -> None:
        """Keep a prepared picture with its small version. Raises StorageAway."""
        # The small one first: where the large one is, both are.
        self._media.put(media_keys.thumbnail_key(key), thumbnail)
        self._media.put(key, jpeg)
        self._ceiling.added(len(thumbnail) + len(jpeg))

    def find(self, key: str) -> DraftPicture | None:
        """The picture that is kept there, as it may be put on a form; None where it is gone."""
        try:
            width, height = dimensions(self._media.read(key))
        except MediaMissing:
            return None
        return DraftPicture(key=key, width=width, height=height)

    def has(self, picture: DraftPicture) -> bool:
        """True while the prepared picture is kept."""
        return self._media.exists(picture.key)

    def drop(self, picture: DraftPicture) -> None:
        """Forget a picture that was taken off the form, unless a job needs it."""
        self._deletion.given(picture.key)
