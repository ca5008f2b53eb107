"""What a visitor keeps of a form under a name of theirs, to have it on the form again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from studio.clock import Clock
from studio.orders.drafts import Draft
from studio.orders.presets import PresetSettings, clean_name, read_settings, settings_of
from studio.queue.job_store import Store
from studio.queue.kept_presets import Saved
from studio.storage.quota import NO_CEILING, Ceiling

AT_MOST = 20
"""Of one visitor: as many as can be looked through."""


class NotSaved(StrEnum):
    """Why a preset was not saved. The screen has the sentence for each."""

    NO_NAME = "no_name"
    TOO_MANY = "too_many"
    NO_ROOM = "no_room"


class PresetRefused(Exception):
    """Nothing was saved; `why` says what kept it."""

    def __init__(self, why: NotSaved) -> None:
        super().__init__(why)
        self.why = why


class Presets:
    """Saves, finds and deletes presets; each visitor's are theirs alone."""

    def __init__(self, store: Store, clock: Clock, ceiling: Ceiling = NO_CEILING) -> None:
        self._store = store
        self._clock = clock
        self._ceiling = ceiling

    def of(self, visitor: str) -> Mapping[str, PresetSettings | None]:
        """The visitor's presets by name, as a person would look for them; None for what can no longer be read."""
        kept = self._store.presets(visitor)
        return {name: read_settings(kept[name]) for name in sorted(kept, key=lambda name: (name.casefold(), name))}

    def find(self, visitor: str, name: str) -> PresetSettings | None:
        """One of the visitor's; None where there is none of that name, or it can no longer be read."""
        kept = self._store.preset(visitor, name)
        return None if kept is None else read_settings(kept)

    def save(self, visitor: str, typed: str, form: Draft) -> Saved:
        """Keep what stands on the form under a name as it was typed; what has that name already is replaced.

        Raises PresetRefused; then nothing has changed.
        """
        name = clean_name(typed)
        if not name:
            raise PresetRefused(NotSaved.NO_NAME)
        if not self._ceiling.has_room:
            raise PresetRefused(NotSaved.NO_ROOM)
        settings = settings_of(form).to_json()
        saved = self._store.save_preset(visitor, name, settings, self._clock(), at_most=AT_MOST)
        if saved is Saved.TOO_MANY:
            raise PresetRefused(NotSaved.TOO_MANY)
        return saved

    def delete(self, visitor: str, name: str) -> str | None:
        """Delete one of the visitor's, and give what `bring_back` takes; None where there is none of that name."""
        return self._store.delete_preset(visitor, name)

    def bring_back(self, visitor: str, name: str, deleted: str) -> None:
        """Have one again that was deleted, unless the name has been used since. Raises PresetRefused."""
        if self._store.preset(visitor, name) is not None:
            return
        saved = self._store.save_preset(visitor, name, deleted, self._clock(), at_most=AT_MOST)
        if saved is Saved.TOO_MANY:
            raise PresetRefused(NotSaved.TOO_MANY)
