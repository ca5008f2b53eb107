"""The form as each visitor left it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import insert, select, update

from studio.queue.store_part import StorePart
from studio.storage.database import lock_name
from studio.storage.tables import drafts


class KeptDrafts(StorePart):
    """Keeps one form a visitor, whatever is on it."""

    def draft(self, visitor: str) -> str | None:
        """The form as the visitor left it, as it was given to `keep_draft`."""
        with self._db.read() as connection:
            form: str | None = connection.execute(select(drafts.c.form).where(drafts.c.visitor == visitor)).scalar()
        return form

    def keep_draft(self, visitor: str, form: str, now: datetime) -> None:
        """Keep the form as it stands now; of two tabs that do so at once, the later one's."""
        self.change_draft(visitor, lambda _before: form, now)

    def change_draft(self, visitor: str, change: Callable[[str | None], str], now: datetime) -> None:
        """Keep what `change` makes of the form as it is kept; two that do so at once are serialized.

        `change` may be called again, and decides without waiting for anything.
        """
        kept = select(drafts.c.form).where(drafts.c.visitor == visitor)
        with self._db.begin() as connection:
            lock_name(connection, f"form of {visitor}")
            before: str | None = connection.execute(kept).scalar()
            if before is None:
                connection.execute(insert(drafts).values(visitor=visitor, form=change(None), updated_at=now))
            else:
                after = update(drafts).where(drafts.c.visitor == visitor).values(form=change(before), updated_at=now)
                connection.execute(after)
