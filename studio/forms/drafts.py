"""The kept form of each visitor: as they left it, and changed by several tabs and by what gets ready meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from studio.forms.form_storage import FormStorage
from studio.orders.drafts import Draft, read_draft
from videoapi.models import VideoModel


class Drafts:
    """Keeps one form a visitor, for a model that is on offer."""

    def __init__(self, storage: FormStorage, models: Sequence[VideoModel]) -> None:
        self._storage = storage
        self.models = tuple(models)
        """Those on offer; the first is on the form where nobody has chosen."""

    def of(self, visitor: str) -> Draft:
        """The form as the visitor left it, for a model that is on offer."""
        return self._read(self._storage.store.draft(visitor))

    def on_offer(self, draft: Draft) -> Draft:
        """The same form; for the first model where its own is not on offer."""
        is_offered = any(draft.model == model.id for model in self.models)
        return draft if is_offered else draft.with_model(self.models[0].id)

    def keep(self, visitor: str, draft: Draft, *, since: Draft | None = None) -> None:
        """Keep the form as it stands. Where a tab tells how it knew the form before, `since`, what was given (pictures,
        those in line, a sound) and is the same in both stays as it is kept.

        A picture gets ready while a person types: what is typed must not take it off the form again. Where the owner's
        ceiling is reached, only of who has one here already: anybody can be a new visitor, as often as they like.
        Their form stays in their tab.
        """
        if not self._storage.ceiling.has_room and self._storage.store.draft(visitor) is None:
            return

        self.change(visitor, lambda kept: draft if since is None else _merged(draft, since, kept))

    def change(self, visitor: str, change: Callable[[Draft], Draft]) -> None:
        """Keep what becomes of the form as it is kept, and delete the framed picture and the sound that it has no
        longer.

        `change` may be called again, and decides without waiting for anything.
        """
        had, has = set[str](), set[str]()

        def changed(kept: str | None) -> str:
            nonlocal had, has
            before = self._read(kept)
            after = change(before).without_stale_frame()
            had, has = ({form.framed_key, form.sound_key} for form in (before, after))
            # Another tab may have started fresh, or set jobs aside, since this one read the form.
            latest = replace(after, started_fresh_at=max(before.started_fresh_at, after.started_fresh_at))
            return replace(latest, set_aside=before.set_aside).waiting_no_longer(after.set_aside).to_json()

        self._storage.store.change_draft(visitor, changed, self._storage.clock())
        for key in had - has:
            self._storage.deletion.given(key)

    def _read(self, kept: str | None) -> Draft:
        if kept is None:
            return Draft().with_model(self.models[0].id)
        return self.on_offer(read_draft(kept))


def _merged(draft: Draft, since: Draft, kept: Draft) -> Draft:
    """The form as a tab has it now, with what was given as it is kept where the tab has not changed that."""
    is_same_line = (draft.earlier, draft.later) == (since.earlier, since.later)
    return replace(
        draft.with_picture(kept.picture) if draft.picture == since.picture else draft,
        ending_picture=kept.ending_picture if draft.ending_picture == since.ending_picture else draft.ending_picture,
        earlier=kept.earlier if is_same_line else draft.earlier,
        later=kept.later if is_same_line else draft.later,
        sound=kept.sound if draft.sound == since.sound else draft.sound,
    )
