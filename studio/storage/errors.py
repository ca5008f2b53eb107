"""What goes wrong with keeping things: database, media store, disk. One shallow family.

Nothing is half done when one of them rises.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import ClassVar

from obstore.exceptions import BaseError
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StorageProblem(StrEnum):
    """What is wrong with the place where things are kept. The screen has a sentence for each."""

    STORAGE_AWAY = "storage_away"
    STORAGE_FULL = "storage_full"
    STORAGE_READ_ONLY = "storage_read_only"


class StorageAway(Exception):
    """What is kept cannot be reached right now. It goes on by itself when it is back."""

    word: ClassVar[StorageProblem] = StorageProblem.STORAGE_AWAY
    """For the job's `last_error` and the log."""


class StorageFull(StorageAway):
    """There is no room left."""

    word = StorageProblem.STORAGE_FULL


class StorageReadOnly(StorageAway):
    """Reading works, writing does not."""

    word = StorageProblem.STORAGE_READ_ONLY


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


def of_os_error(error: OSError) -> StorageAway:
    """The same error as one of the family."""
    if error.errno in _FULL:
        return StorageFull(error.strerror)
    if error.errno in _READ_ONLY:
        return StorageReadOnly(error.strerror)
    return StorageAway(error.strerror or type(error).__name__)


@contextmanager
def database_errors() -> Iterator[None]:
    """Inside, a database that is locked, full, read-only or gone raises one of the family."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise _of_database(error) from error
    except InternalError as error:
        # PostgreSQL counts a read-only server as internal; everything else that is internal is a mistake of ours.
        if _name(error) != "ReadOnlySqlTransaction":
            raise
        raise _of_database(error) from error
    except PoolTimeout as error:
        raise StorageAway("no connection to the database is free") from error


@contextmanager
def media_errors() -> Iterator[None]:
    """Inside, a disk or bucket that is full, read-only or gone raises one of the family."""
    try:
        yield
    except OSError as error:
        raise of_os_error(error) from error
    except BaseError as error:
        text = str(error)
        if "os error 28" in text:  # how the folder store spells ENOSPC
            raise StorageFull("no space left") from error
        raise StorageAway(type(error).__name__) from error


def _of_database(error: DBAPIError) -> StorageAway:
    name = _name(error)
    if name in ("SQLITE_FULL", "DiskFull"):
        return StorageFull(name)
    if name.startswith("SQLITE_READONLY") or name == "ReadOnlySqlTransaction":
        return StorageReadOnly(name)
    return StorageAway(name)


def _name(error: DBAPIError) -> str:
    """What happened, as sqlite3 and psycopg name it; the words of the message differ by version."""
    return getattr(error.orig, "sqlite_errorname", "") or type(error.orig).__name__
