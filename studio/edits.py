"""What visitors make of their finished videos, at no cost: made once, kept with the video, and gone with it.

An edit takes seconds, and a page is drawn by a script that the next keystroke stops. So an edit is begun here in one
step, threads of our own see to it, and any page may ask how far it is.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from studio.jobs.family import chain
from studio.jobs.job import Job
from studio.queue.job_store import Store
from studio.storage import media_keys
from studio.storage.errors import StorageAway, of_os_error
from studio.storage.free_space import is_room
from studio.storage.media import Media, MediaMissing
from studio.storage.quota import NO_CEILING, Ceiling
from studio.videos.edit import Edit, EditRefusal, EditRefused, Kind, media_type
from studio.videos.edit_in_sandbox import CONCURRENT, edit_with, read_progress, sandbox

log = logging.getLogger(__name__)

WAITING_MAX = 20
"""Edits begun and not ended in all. The last one waits some minutes at worst; more would wait longer than people do."""
WAITING_OF_A_VISITOR = 2
"""Of one visitor: the others come to their turn."""
KEPT_OF_A_JOB = 8
"""Results kept of one video; the oldest goes for a new one, and can be made again. Any number of moments can be cut
out of a video, and what costs nothing must not fill the owner's disk."""
PARTS_MAX = 12
"""Videos joined to one: three minutes of the longest."""

_NAME = re.compile(r"[a-z]+(-[0-9a-z]+)*\.(gif|webp|jpg|mp4)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEdit:
    """A result, ready to be shown and saved: at studio.urls.edit(job_id, name)."""

    job_id: str
    name: str
    size_bytes: int

    @property
    def media_type(self) -> str:
        """Such as image/gif."""
        return media_type(self.name)


Outcome = KeptEdit | EditRefused | StorageAway


class Making:
    """One edit on its way; the same for all who asked for it meanwhile."""

    def __init__(self, visitor: str, out: Path | None = None) -> None:
        self.visitor = visitor
        self.outcome: Outcome | None = None
        """What came of it; None until `is_done`."""
        self._out = out
        self._begun = False
        self._done = threading.Event()

    @property
    def is_done(self) -> bool:
        """True once there is an outcome."""
        return self._done.is_set()

    @property
    def progress(self) -> float | None:
        """How much is done, from 0 to 1; None while it waits for its turn."""
        if self.is_done:
            return 1.0
        return read_progress(self._out) if self._begun and self._out is not None else None

    def wait(self, timeout_s: float) -> bool:
        """Wait until it is done, so many seconds at most; True when it is."""
        return self._done.wait(timeout_s)

    def result(self) -> KeptEdit:
        """The result, waited for. Raises EditRefused and StorageAway."""
        self._done.wait()
        if isinstance(self.outcome, KeptEdit):
            return self.outcome
        assert self.outcome is not None
        raise self.outcome

    def begin(self) -> None:
        """Its turn has come."""
        self._begun = True

    def end(self, outcome: Outcome) -> None:
        """This came of it."""
        self.outcome = outcome
        self._done.set()


class Edits:
    """Makes edits of visitors' own finished videos, a few at once and the others in turn, and keeps them."""

    def __init__(self, *, store: Store, media: Media, scratch: Path, ceiling: Ceiling = NO_CEILING) -> None:
        self._store = store
        self._media = media
        self._scratch = scratch
        self._ceiling = ceiling
        self._sandbox = sandbox()
        self._pool = ThreadPoolExecutor(CONCURRENT, thread_name_prefix="editing")
        self._lock = threading.Lock()
        self._under_way: dict[str, Making] = {}
        """By the key of the result."""
        self._closed = False

    def chain(self, visitor: str, job_id: str) -> tuple[Job, ...]:
        """The visitor's videos that play as one with this one, in their order (studio.jobs.family.chain): as many as
        can be joined. Empty where they have no such finished video."""
        return chain(self._store.relatives(visitor, job_id, steps=PARTS_MAX - 1), job_id, at_most=PARTS_MAX)

    def kept(self, visitor: str, job_id: str, edit: Edit) -> KeptEdit | None:
        """The result where it has been made and is still kept; None else, and where the video is not the visitor's."""
        try:
            self._jobs(visitor, job_id, edit)
        except EditRefused:
            return None
        size = self._media.size(media_keys.edit(job_id, edit.name))
        return None if size is None else KeptEdit(job_id=job_id, name=edit.name, size_bytes=size)

    def kept_key(self, visitor: str, job_id: str, name: str) -> tuple[str, Job] | None:
        """Where a result of one of the visitor's videos is kept, by its name, with the job; None for all else.

        It may be gone by now.
        """
        job = self._store.get(job_id, visitor) if _NAME.fullmatch(name) else None
        return None if job is None else (media_keys.edit(job.id, name), job)

    def read(self, made: KeptEdit) -> bytes:
        """The bytes of a result; raises EditRefused (NOT_THERE) where it is gone, and StorageAway."""
        try:
            return self._media.read(media_keys.edit(made.job_id, made.name))
        except MediaMissing:
            raise EditRefused(EditRefusal.NOT_THERE) from None

    def make(self, visitor: str, job_id: str, edit: Edit) -> Making:
        """Begin an edit of one of the visitor's finished videos, unless it is kept or under way; returns at once.

        Raises EditRefused (NOT_THERE, BUSY, NO_ROOM, and for a chain TOO_SHORT and TOO_LARGE) and StorageAway: then it
        was not begun.
        """
        jobs = self._jobs(visitor, job_id, edit)
        key = media_keys.edit(job_id, edit.name)
        with self._lock:
            under_way = self._under_way.get(key)
        if under_way is not None:
            return under_way
        size = self._media.size(key)
        if size is not None:
            made = Making(visitor)
            made.end(KeptEdit(job_id=job_id, name=edit.name, size_bytes=size))
            return made
        self.check_room()
        return self._begin(visitor, key, jobs, edit)

    def close(self) -> None:
        """Take no more, and end what is under way: it can be made again."""
        with self._lock:
            self._closed = True
        self._sandbox.stop()
        self._pool.shutdown()

    def _jobs(self, visitor: str, job_id: str, edit: Edit) -> list[Job]:
        """The job, and those that a chain goes on with. Raises EditRefused."""
        if edit.kind is Kind.JOINED and not edit.after:
            raise EditRefused(EditRefusal.TOO_SHORT, "one video is no chain")
        if len(edit.after) >= PARTS_MAX:
            raise EditRefused(EditRefusal.TOO_LARGE, f"{1 + len(edit.after)} videos")
        jobs = self._store.videos(visitor, (job_id, *edit.after))
        if len(jobs) <= len(edit.after):
            raise EditRefused(EditRefusal.NOT_THERE)
        return jobs

    def check_room(self) -> None:
        """Raise EditRefused (NO_ROOM) where nothing more may be kept, or an order would find no room; StorageAway."""
        try:
            room = self._ceiling.has_room and is_room(self._scratch, self._media)
        except OSError as error:
            raise of_os_error(error) from error
        if not room:
            raise EditRefused(EditRefusal.NO_ROOM)

    def _begin(self, visitor: str, key: str, jobs: Sequence[Job], edit: Edit) -> Making:
        with self._lock:
            if key in self._under_way:
                return self._under_way[key]
            of_the_visitor = sum(1 for one in self._under_way.values() if one.visitor == visitor)
            if self._closed or of_the_visitor >= WAITING_OF_A_VISITOR or len(self._under_way) >= WAITING_MAX:
                raise EditRefused(EditRefusal.BUSY)
            out = self._scratch / f"{uuid4().hex}-{edit.name}"
            making = self._under_way[key] = Making(visitor, out)
            self._pool.submit(self._work, making, key, jobs, edit, out)
        return making

    def _work(self, making: Making, key: str, jobs: Sequence[Job], edit: Edit, out: Path) -> None:
        outcome: Outcome = EditRefused(EditRefusal.BUSY)
        try:
            if not self._closed:
                making.begin()
                outcome = KeptEdit(job_id=jobs[0].id, name=edit.name, size_bytes=self._made(key, jobs, edit, out))
        except (EditRefused, StorageAway) as why_not:
            log.info("an edit was not made", extra={"kind": edit.kind, "why": str(why_not)})
            outcome = why_not
        except MediaMissing:
            outcome = EditRefused(EditRefusal.NOT_THERE)
        except OSError as error:
            outcome = of_os_error(error)
        except Exception:  # whatever it was: the thread serves the others, and the person is told
            if not self._closed:
                log.exception("an edit broke")
            outcome = EditRefused(EditRefusal.UNREADABLE)
        finally:
            with self._lock:
                del self._under_way[key]
            making.end(outcome)

    def _made(self, key: str, jobs: Sequence[Job], edit: Edit, out: Path) -> int:
        """Make the edit and keep it; gives its size in bytes."""
        with self._copies(jobs, out) as sources:
            edit_with(self._sandbox, edit, sources, out)
            size = out.stat().st_size
            for part in jobs[1:]:
                # Before the result: whatever stops us in between, there is none without its notes.
                self._media.put(media_keys.part_of(part.id, key), b"inside")
            self._media.put_file(key, out)
        self._ceiling.added(size)
        if any(self._store.get(job.id) is None for job in jobs):
            # Deleted meanwhile. Whoever deletes one after this question finds what is kept of it.
            self._media.delete(key)
            raise EditRefused(EditRefusal.NOT_THERE)
        self._drop_oldest(jobs[0].id, key)
        return size

    @contextmanager
    def _copies(self, jobs: Sequence[Job], out: Path) -> Iterator[list[Path]]:
        """The videos as files that a child can read; they and `out` are gone afterwards."""
        copies = [out.with_name(f"{out.name}.{number}") for number in range(len(jobs))]
        try:
            for job, copy in zip(jobs, copies, strict=True):
                if job.video is not None:
                    self._media.copy_to(job.video.video_key, copy)
            yield copies
        finally:
            for path in (*copies, out):
                path.unlink(missing_ok=True)

    def _drop_oldest(self, job_id: str, new: str) -> None:
        kept = [
            (written, key)
            for key, written in self._media.keys(media_keys.edits(job_id))
            if media_keys.noted_in(key) is None and key != new
        ]
        for _, key in sorted(kept, reverse=True)[KEPT_OF_A_JOB - 1 :]:
            self._media.delete(key)
