"""The pictures and sounds that come with videos: prepared as uploads are, and kept where those are."""

from __future__ import annotations

from collections.abc import Callable

from studio.pictures.prepare import Picture, PictureRefused
from studio.retention.deletion import Deletion
from studio.sounds.prepare import Sound, SoundRefused
from studio.storage import media_keys
from studio.storage.media import Media
from studio.storage.quota import Ceiling


class GivenFiles:
    """Keeps them, and lets go of them."""

    def __init__(
        self,
        *,
        media: Media,
        ceiling: Ceiling,
        deletion: Deletion,
        picture: Callable[[bytes], Picture],
        sound: Callable[[bytes], Sound],
    ) -> None:
        """`picture` and `sound` prepare what is given, and raise what studio.pictures.prepare and its like raise."""
        self._media = media
        self._ceiling = ceiling
        self._deletion = deletion
        self._picture = picture
        self._sound = sound

    def picture(self, data: bytes) -> str:
        """Prepare a picture and keep it with its small version; its key, empty where it can be used for nothing. What
        was prepared before stays byte for byte as it is. Raises StorageAway."""
        try:
            picture = self._picture(data)
        except PictureRefused:
            return ""
        key = media_keys.new_picture()
        self._keep(media_keys.thumbnail_key(key), picture.thumbnail)
        self._keep(key, picture.jpeg)
        return key

    def sound(self, data: bytes) -> str:
        """The same of a sound."""
        try:
            sound = self._sound(data)
        except SoundRefused:
            return ""
        key = media_keys.new_sound()
        self._keep(key, sound.mp3)
        return key

    def drop(self, key: str) -> None:
        """Delete what nothing needs any more. Raises StorageAway."""
        self._deletion.given(key)

    def _keep(self, key: str, data: bytes) -> None:
        self._media.put(key, data)
        self._ceiling.added(len(data))
