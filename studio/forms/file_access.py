"""Which pictures and sounds a visitor may be given: those on their form, and those of their orders."""

from __future__ import annotations

import re

from studio.forms.drafts import Drafts
from studio.queue.job_store import Store
from studio.storage import media_keys

_PICTURE_ID = re.compile("[0-9a-z]{1,32}", re.ASCII)
_SOUND_ID = re.compile("[0-9a-f]{32}", re.ASCII)


class FileAccess:
    """Finds a file by what its address has, for whoever it belongs to."""

    def __init__(self, store: Store, drafts: Drafts) -> None:
        self._store = store
        self._drafts = drafts

    def picture_key(self, visitor: str, picture_id: str) -> str | None:
        """Where a picture on the visitor's form, or of one of their orders, is kept; None for anybody else's.

        `picture_id` is what its address has (studio.urls.picture).
        """
        if not _PICTURE_ID.fullmatch(picture_id):
            return None
        ending = media_keys.ending(picture_id)
        on_form = next((key for key in self._drafts.of(visitor).picture_keys if key.endswith(ending)), None)
        return on_form or self._store.ordered_file(visitor, ending)

    def sound_key(self, visitor: str, sound_id: str) -> str | None:
        """Where a sound on the visitor's form, or of one of their orders, is kept; None for anybody else's.

        `sound_id` is what its address has (studio.urls.sound).
        """
        if not _SOUND_ID.fullmatch(sound_id):
            return None
        ending = media_keys.sound_ending(sound_id)
        on_form = self._drafts.of(visitor).sound_key
        return on_form if on_form.endswith(ending) else self._store.ordered_file(visitor, ending)
