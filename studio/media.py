"""Where videos, posters and pictures are kept: a folder, or a bucket.

Reading is the same for both. Writing differs: a bucket's upload is whole or not there; in a folder we see to that
ourselves (write beside, fsync, rename, fsync of the folder), because a power cut must not leave half a video.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from studio.storage_errors import media_trouble

CHUNK = 256 * 1024
"""Bytes handed on at a time: some 30 ms of a 1080p video at 8 Mbit/s per chunk is plenty, and memory stays flat."""


if TYPE_CHECKING:
    from obstore.store import RetryConfig

_RETRY: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=10)}
"""A person waits for the page meanwhile; obstore's own patience is three minutes."""


class MediaMissing(Exception):
    """Nothing is kept under this key."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a kept thing without reading it."""

    size: int
    etag: str


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

    def keep(self, key: str, data: bytes) -> None:
        """Keep bytes under a key, whole or not at all; what was there before is replaced. Raises StorageAway."""
        with media_trouble():
            self._keep(key, data)

    def _keep(self, key: str, data: bytes) -> None:
        if self._folder is None:
            obstore.put(self._store, key, data)
            return
        part = self._beside(self._folder / key)
        try:
            with part.open("wb") as file:
                file.write(data)
                _into_place(file.fileno(), part, self._folder / key)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def keep_file(self, key: str, path: Path) -> None:
        """Keep a finished file under a key, whole or not at all. The file itself is used up. Raises StorageAway."""
        with media_trouble():
            self._keep_file(key, path)

    def _keep_file(self, key: str, path: Path) -> None:
        if self._folder is None:
            obstore.put(self._store, key, path)
            path.unlink(missing_ok=True)
            return
        target = self._folder / key
        part = self._beside(target)
        try:
            shutil.move(path, part)
            with part.open("rb") as file:
                _into_place(file.fileno(), part, target)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def read(self, key: str) -> bytes:
        """All of it; for pictures and posters, as videos are streamed. Raises MediaMissing, StorageAway."""
        with media_trouble():
            try:
                return bytes(obstore.get(self._store, key).bytes())
            except (NotFoundError, FileNotFoundError):
                raise MediaMissing(key) from None

    async def look(self, key: str) -> Kept:
        """Its size and a tag that changes with its content. Raises MediaMissing, StorageAway."""
        with media_trouble():
            try:
                meta = await obstore.head_async(self._store, key)
            except (NotFoundError, FileNotFoundError):
                raise MediaMissing(key) from None
        return Kept(meta["size"], (meta["e_tag"] or "").strip('"'))

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, a chunk at a time."""
        for begin in range(start, end, CHUNK):
            yield bytes(await obstore.get_range_async(self._store, key, start=begin, end=min(begin + CHUNK, end)))

    def has(self, key: str) -> bool:
        """True when something is kept under the key."""
        with media_trouble():
            try:
                obstore.head(self._store, key)
            except (NotFoundError, FileNotFoundError):
                return False
        return True

    def forget(self, key: str) -> None:
        """Delete it. What is not there is as good as deleted."""
        with media_trouble(), suppress(NotFoundError, FileNotFoundError):
            obstore.delete(self._store, key)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Every key under a prefix such as "videos/", with the moment it was last written."""
        with media_trouble():
            for batch in obstore.list(self._store, prefix):
                for meta in batch:
                    yield meta["path"], meta["last_modified"]

    def _beside(self, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        return target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")


def _into_place(descriptor: int, part: Path, target: Path) -> None:
    os.fsync(descriptor)
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
