"""Where videos, posters and pictures are kept: a folder, or a bucket.

Reading is the same for both. Writing differs: a bucket's upload is whole or not there; in a folder we see to that
ourselves (write beside, fsync, rename, fsync of the folder), because a power cut must not leave half a video.

Every call raises the audit event `studio.storage.media` (sys.audit) before it waits for a disk or a bucket.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from studio.storage.errors import StorageAway, media_errors

CHUNK = 256 * 1024
"""Bytes handed on at a time: a quarter of a second of a 1080p video at 8 Mbit/s, and memory stays flat."""
COPIED_AT_ONCE = 4 * 1024 * 1024
"""Bytes of one request where a whole file is fetched: they come within seconds on any line that a server has."""

if TYPE_CHECKING:
    from obstore import BytesStream
    from obstore.store import RetryConfig

_RETRY: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=10)}
"""A person waits for the page meanwhile; obstore's own patience is three minutes."""


class MediaMissing(Exception):
    """Nothing is kept under this key."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What is known of a kept thing without reading it."""

    size: int
    etag: str
    """The same on every server and after every move of the files: no inode, no time, nothing that a stranger learns
    from."""


class Media:
    """Bytes by key. Keys are ours ("videos/ab/abcd….mp4"), never from a person."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        self._store: ObjectStore
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(self._folder)
        else:
            self._store = from_url(url, retry_config=_RETRY)

    @property
    def folder(self) -> Path | None:
        """The folder that everything is kept in; None for a bucket."""
        return self._folder

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes under a key, whole or not at all; what was there before is replaced. Raises StorageAway."""
        with _reached(key):
            self._put(key, data)

    def _put(self, key: str, data: bytes) -> None:
        if self._folder is None:
            obstore.put(self._store, key, data)
            return
        target = self._folder / key
        part = self._beside(target)
        try:
            with part.open("wb") as file:
                file.write(data)
                # Before the fsync: what is still in Python's own buffer would miss it, and meet a full disk only after
                # the old file has been replaced.
                file.flush()
                os.fsync(file.fileno())
            _into_place(part, target)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def put_file(self, key: str, path: Path) -> None:
        """Keep a finished file under a key, whole or not at all. The file is used up; where keeping it fails, it stays.

        Raises StorageAway.
        """
        with _reached(key):
            self._put_file(key, path)

    def _put_file(self, key: str, path: Path) -> None:
        if self._folder is None:
            obstore.put(self._store, key, path)
            path.unlink(missing_ok=True)
            return
        target = self._folder / key
        target.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        try:
            _into_place(path, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy_file(path, target)

    def _copy_file(self, path: Path, target: Path) -> None:
        """As a rename, onto another disk: the file is there whole before the original goes."""
        part = self._beside(target)
        try:
            with path.open("rb") as original, part.open("wb") as copy:
                shutil.copyfileobj(original, copy, CHUNK)
                copy.flush()
                os.fsync(copy.fileno())
            _into_place(part, target)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        path.unlink(missing_ok=True)

    def read(self, key: str) -> bytes:
        """All of it; for pictures and posters, as videos are streamed. Raises MediaMissing, StorageAway."""
        with _reached(key):
            try:
                return bytes(obstore.get(self._store, key).bytes())
            except (NotFoundError, FileNotFoundError):
                raise MediaMissing(key) from None

    def read_part(self, key: str, start: int, stop: int) -> bytes:
        """The bytes from `start` up to, not including, `stop`. Raises MediaMissing, StorageAway."""
        with _reached(key):
            try:
                return bytes(obstore.get_range(self._store, key, start=start, end=stop))
            except (NotFoundError, FileNotFoundError):
                raise MediaMissing(key) from None

    async def head(self, key: str) -> ObjectInfo:
        """Its size and a tag that names it. Raises MediaMissing, StorageAway."""
        with _reached(key):
            try:
                meta = await obstore.head_async(self._store, key)
            except (NotFoundError, FileNotFoundError):
                raise MediaMissing(key) from None
        return ObjectInfo(meta["size"], _etag(key, meta["size"]))

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, a chunk at a time, by one request for all of them.

        A line that breaks in the middle (a bucket's client ends every answer after 30 s, and a slow reader takes
        longer) is asked for the rest. Raises MediaMissing, and StorageAway when nothing more comes.
        """
        at = start
        while at < end:
            begun = at
            with _reached(key):
                try:
                    answer = await obstore.get_async(self._store, key, options={"range": (at, end)})
                except (NotFoundError, FileNotFoundError):
                    raise MediaMissing(key) from None
            pieces = aiter(answer.stream(min_chunk_size=CHUNK))
            while (piece := await self._next(pieces, may_break=at > begun)) is not None:
                at += len(piece)
                whole = memoryview(piece)
                for offset in range(0, len(whole), CHUNK):
                    yield bytes(whole[offset : offset + CHUNK])
            if at == begun:
                raise StorageAway("it ends before its end")

    async def _next(self, pieces: BytesStream, *, may_break: bool) -> bytes | None:
        """The next piece; None at the end, and where the line breaks though it may."""
        with media_errors():
            try:
                return await pieces.__anext__()
            except StopAsyncIteration:
                return None
            except (BaseError, OSError):
                if may_break:
                    return None
                raise

    def exists(self, key: str) -> bool:
        """True when something is kept under the key."""
        with _reached(key):
            try:
                obstore.head(self._store, key)
            except (NotFoundError, FileNotFoundError):
                return False
        return True

    def size(self, key: str) -> int | None:
        """How many bytes are kept under the key; None where nothing is. Raises StorageAway."""
        with _reached(key):
            try:
                return int(obstore.head(self._store, key)["size"])
            except (NotFoundError, FileNotFoundError):
                return None

    def copy_to(self, key: str, path: Path) -> None:
        """What is kept under the key as a file at `path`; memory stays flat. Raises MediaMissing, StorageAway.

        A request for each piece: a bucket's client ends every answer after 30 s. What is at `path` after an error is
        for the caller to remove.
        """
        size = self.size(key)
        if size is None:
            raise MediaMissing(key)
        with _reached(key), path.open("wb") as file:
            for start in range(0, size, COPIED_AT_ONCE):
                try:
                    piece = obstore.get_range(self._store, key, start=start, end=min(size, start + COPIED_AT_ONCE))
                except (NotFoundError, FileNotFoundError):
                    raise MediaMissing(key) from None
                file.write(piece)

    def delete(self, key: str) -> None:
        """Delete it. What is not there is as good as deleted."""
        with _reached(key), suppress(NotFoundError, FileNotFoundError):
            obstore.delete(self._store, key)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Every key under a prefix such as "videos/", with the moment it was last written."""
        with _reached(prefix):
            for batch in obstore.list(self._store, prefix):
                for meta in batch:
                    yield meta["path"], meta["last_modified"]

    def _beside(self, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        return target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")


@contextmanager
def _reached(key: str) -> Iterator[None]:
    sys.audit("studio.storage.media", key)
    with media_errors():
        yield


def _etag(key: str, size: int) -> str:
    # What is under a key never changes, so the key stands for the content. Hashed, because keys hold ids of jobs.
    return hashlib.sha256(f"{size} {key}".encode()).hexdigest()[:32]


def _into_place(part: Path, target: Path) -> None:
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
