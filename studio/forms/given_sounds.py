"""The sounds that are given for a form as files: prepared, kept, and had again with an order of before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from studio.forms.form_storage import FormStorage
from studio.orders.drafts import DraftSound
from studio.orders.order import Order, clean_text
from studio.sounds.mp3 import length_s
from studio.sounds.prepare import Sound, SoundRefusal, SoundRefused
from studio.storage import media_keys

NAME_MAX = 80
"""Characters of a file's name: a line of a phone twice over."""


class GivenSounds:
    """Takes sounds in, and counts them."""

    def __init__(
        self, storage: FormStorage, prepare: Callable[[bytes], Sound], may_upload: Callable[[str], bool]
    ) -> None:
        self._media = storage.media
        self._ceiling = storage.ceiling
        self._prepare = prepare
        self._may_upload = may_upload

    def take(self, visitor: str, data: bytes, file_name: str) -> DraftSound:
        """Prepare an upload and keep it, while the caller waits: some tenths of a second, half a minute where very many
        are prepared. It counts as a picture does. Raises SoundRefused and StorageAway, and then nothing is kept."""
        if not self._ceiling.has_room:
            raise SoundRefused(SoundRefusal.NO_ROOM)
        if not self._may_upload(visitor):
            raise SoundRefused(SoundRefusal.TOO_MANY)
        sound = self._prepare(data)
        key = media_keys.new_sound()
        self._media.put(key, sound.mp3)
        self._ceiling.added(len(sound.mp3))
        return DraftSound(key=key, name=clean_name(file_name), length_s=sound.length_s)

    def is_kept(self, key: str) -> bool:
        """True while the sound is kept."""
        return self._media.exists(key)

    def of(self, order: Order) -> DraftSound | None:
        """The sound of an order that was placed before. One that is gone is still on the form, so that nothing goes out
        without it before somebody has said so."""
        if not order.sound_key:
            return None
        size = self._media.size(order.sound_key)
        return DraftSound(key=order.sound_key, name=order.sound_name, length_s=length_s(size or 0))


def clean_name(file_name: str) -> str:
    """A file's name in one line, without folders and what no one can see, and no longer than NAME_MAX."""
    return " ".join(clean_text(PurePosixPath(file_name.replace("\\", "/")).name).split())[:NAME_MAX].rstrip()
