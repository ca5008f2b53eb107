"""The sounds that are given for a form as files: prepared, kept, and found again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from studio.orders.drafts import Draft, DraftSound
from studio.orders.order import Order, clean_text
from studio.queue.job_store import Store
from studio.sounds.mp3 import length_s
from studio.sounds.prepare import Sound, SoundRefusal, SoundRefused
from studio.storage import media_keys
from studio.storage.media import Media
from studio.storage.quota import Ceiling

NAME_MAX = 80
"""Characters of a file's name: a line of a phone twice over."""
_SOUND_ID = re.compile("[0-9a-f]{32}", re.ASCII)


class GivenSounds:
    """Takes sounds in, and tells whose they are."""

    def __init__(
        self,
        *,
        store: Store,
        media: Media,
        prepare: Callable[[bytes], Sound],
        may_upload: Callable[[str], bool],
        ceiling: Ceiling,
    ) -> None:
        self._store = store
        self._media = media
        self._prepare = prepare
        self._may_upload = may_upload
        self._ceiling = ceiling

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

    def key(self, visitor: str, sound_id: str, form: Draft) -> str | None:
        """Where a sound on the visitor's form, or of one of their orders, is kept; None for anybody else's.

        `sound_id` is what its address has (studio.urls.sound).
        """
        if not _SOUND_ID.fullmatch(sound_id):
            return None
        ending = media_keys.sound_ending(sound_id)
        return form.sound_key if form.sound_key.endswith(ending) else self._store.ordered_file(visitor, ending)


def clean_name(file_name: str) -> str:
    """A file's name in one line, without folders and what no one can see, and no longer than NAME_MAX."""
    return " ".join(clean_text(PurePosixPath(file_name.replace("\\", "/")).name).split())[:NAME_MAX].rstrip()
