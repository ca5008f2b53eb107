"""The presets of each visitor, by their names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, select, update

from studio.orders.presets import free_name
from studio.queue.store_part import StorePart
from studio.storage.database import lock_name
from studio.storage.tables import presets


class Saved(StrEnum):
    """How saving a preset ended."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    """It was there already, letter for letter: a second click."""
    TOO_MANY = "too_many"
    """Nothing was kept: there are as many as may be, and none of that name."""


class KeptPresets(StorePart):
    """Keeps settings under names, whatever they are."""

    def presets(self, visitor: str) -> Mapping[str, str]:
        """A visitor's presets as they were saved, by name."""
        with self._db.read() as connection:
            return _of(connection, visitor)

    def preset(self, visitor: str, name: str) -> str | None:
        """One of them."""
        with self._db.read() as connection:
            kept: str | None = connection.execute(select(presets.c.settings).where(_is(visitor, name))).scalar()
        return kept

    def save_preset(self, visitor: str, name: str, settings: str, now: datetime, *, at_most: int) -> Saved:
        """Keep settings under a name, in place of what has that name; two that do so at once are serialized."""
        with self._db.begin() as connection:
            _lock(connection, visitor)
            kept = _of(connection, visitor)
            if kept.get(name) == settings:
                return Saved.UNCHANGED
            if name in kept:
                change = update(presets).where(_is(visitor, name))
                connection.execute(change.values(settings=settings, saved_at=now))
                return Saved.REPLACED
            if len(kept) >= at_most:
                return Saved.TOO_MANY
            connection.execute(insert(presets).values(visitor=visitor, name=name, settings=settings, saved_at=now))
            return Saved.NEW

    def delete_preset(self, visitor: str, name: str) -> str | None:
        """Delete one, and give what it was; None where there is none of that name."""
        with self._db.begin() as connection:
            gone = delete(presets).where(_is(visitor, name)).returning(presets.c.settings)
            kept: str | None = connection.execute(gone).scalar()
        return kept


def has_any(connection: Connection, visitor: str) -> bool:
    """True where a visitor has presets. Works inside a transaction of the caller's."""
    return bool(connection.execute(select(exists().where(presets.c.visitor == visitor))).scalar())


def forget(connection: Connection, visitor: str) -> None:
    """Delete all of a visitor's. Works inside a transaction of the caller's."""
    connection.execute(delete(presets).where(presets.c.visitor == visitor))


def hand_over(connection: Connection, giver: str, taker: str) -> None:
    """Make all of one visitor's another's. Works inside a transaction of the caller's.

    None is lost: of two with one name, the giver's is called "… (2)", unless both are the same. There may be more
    than may be saved then.
    """
    for visitor in sorted((giver, taker)):
        _lock(connection, visitor)
    given, has = _of(connection, giver), dict(_of(connection, taker))
    for name, settings in given.items():
        if has.get(name) == settings:
            connection.execute(delete(presets).where(_is(giver, name)))
            continue
        called = free_name(name, has)
        has[called] = settings
        connection.execute(update(presets).where(_is(giver, name)).values(visitor=taker, name=called))


def _lock(connection: Connection, visitor: str) -> None:
    lock_name(connection, f"presets of {visitor}")


def _of(connection: Connection, visitor: str) -> Mapping[str, str]:
    rows = select(presets.c.name, presets.c.settings).where(presets.c.visitor == visitor).order_by(presets.c.name)
    return {name: settings for name, settings in connection.execute(rows)}


def _is(visitor: str, name: str) -> ColumnElement[bool]:
    return and_(presets.c.visitor == visitor, presets.c.name == name)
