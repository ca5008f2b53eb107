"""Results of edits kept as videos of their own, at no cost: they stand wherever finished videos stand.

As with a download, the file is checked in a process of its own, then poster and video are put in their places, and then
the row is written: whatever stops us in between, no row is without its file, and a file without a row is found and
deleted (studio.retention.consistency). It takes seconds, in a thread of our own, whoever watches.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from studio.clock import Clock
from studio.edits import WAITING_MAX, WAITING_OF_A_VISITOR, Edits
from studio.jobs.job import Job, KeptVideo
from studio.jobs.whole_video import kept_video
from studio.queue.job_store import Store
from studio.queue.kept_edits import NotKept, WhyNotKept
from studio.storage import media_keys
from studio.storage.errors import StorageAway, of_os_error
from studio.storage.media import Media, MediaMissing
from studio.storage.quota import NO_CEILING, Ceiling
from studio.videos.edit import Edit, EditRefusal, EditRefused
from studio.videos.validate import VideoBroken
from studio.videos.validate_in_sandbox import CheckDied, WholeVideo, check_with, sandbox

log = logging.getLogger(__name__)

_REFUSALS = {
    WhyNotKept.SOURCE_GONE: EditRefusal.NOT_THERE,
    WhyNotKept.ENOUGH_TODAY: EditRefusal.ENOUGH_TODAY,
    WhyNotKept.ENOUGH_KEPT: EditRefusal.ENOUGH_KEPT,
}


class Keeping:
    """Keeps what visitors made of their finished videos, each edit of each video once."""

    def __init__(
        self,
        *,
        store: Store,
        media: Media,
        edits: Edits,
        scratch: Path,
        clock: Clock,
        ceiling: Ceiling = NO_CEILING,
        check: Callable[[Path], WholeVideo] | None = None,
    ) -> None:
        """`check` finds out what a file is, and raises what check_apart does; in a child of ours unless it is given."""
        self._store = store
        self._media = media
        self._edits = edits
        self._scratch = scratch
        self._clock = clock
        self._ceiling = ceiling
        # Not those of the worker: what is paid for waits for no turn here.
        self._sandbox = sandbox()
        self._check = check or (lambda path: check_with(self._sandbox, path))
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="keeping")
        self._lock = threading.Lock()
        self._under_way: dict[str, tuple[str, Future[Job]]] = {}
        """Whose they are, by the key of the result."""

    def known(self, visitor: str, job_id: str, edit: Edit) -> Future[Job] | None:
        """What is kept of this edit of the visitor's video, or is being kept; None where it is neither."""
        with self._lock:
            whose, under_way = self._under_way.get(media_keys.edit(job_id, edit.name), ("", None))
        return under_way if under_way and whose == visitor else self._kept(visitor, job_id, edit)

    def is_kept_from(self, visitor: str, job_id: str) -> bool:
        """True where a video stays that was made of this one of the visitor's, when it is deleted."""
        return self._store.is_kept_from(visitor, job_id)

    def keep(self, visitor: str, job_id: str, edit: Edit) -> Future[Job]:
        """Begin to keep the result of an edit of the visitor's video, made anew where it is gone; returns at once.

        What comes of it is the job of the kept video, the same one however often it is asked for; or EditRefused
        (NOT_THERE, BUSY, NO_ROOM, ENOUGH_TODAY, ENOUGH_KEPT, UNREADABLE and what making it may raise), or StorageAway:
        then nothing was kept.
        """
        if not edit.is_video:
            raise ValueError(f"{edit.kind} is no video")
        try:
            return self._kept(visitor, job_id, edit) or self._begin(visitor, job_id, edit)
        except (EditRefused, StorageAway) as why_not:
            return _failed(why_not)

    def close(self) -> None:
        """Take no more, and end what is under way: it can be kept again. To be called once the edits are closed."""
        self._sandbox.stop()
        self._pool.shutdown(cancel_futures=True)

    def _kept(self, visitor: str, job_id: str, edit: Edit) -> Future[Job] | None:
        kept = self._store.kept_edit(visitor, job_id, edit.name)
        if kept is None:
            return None
        done = Future[Job]()
        done.set_result(kept)
        return done

    def _begin(self, visitor: str, job_id: str, edit: Edit) -> Future[Job]:
        key = media_keys.edit(job_id, edit.name)
        with self._lock:
            if key in self._under_way:
                whose, under_way = self._under_way[key]
                return under_way if whose == visitor else _failed(EditRefused(EditRefusal.NOT_THERE))
            of_the_visitor = sum(whose == visitor for whose, _ in self._under_way.values())
            if of_the_visitor >= WAITING_OF_A_VISITOR or len(self._under_way) >= WAITING_MAX:
                raise EditRefused(EditRefusal.BUSY)
            keeping = self._pool.submit(self._work, visitor, job_id, edit)
            self._under_way[key] = visitor, keeping
        keeping.add_done_callback(lambda _: self._end(key))
        return keeping

    def _end(self, key: str) -> None:
        with self._lock:
            del self._under_way[key]

    def _work(self, visitor: str, job_id: str, edit: Edit) -> Job:
        kept_id = secrets.token_hex(16)
        copy = self._scratch / f"{kept_id}.kept"
        try:
            made = self._edits.make(visitor, job_id, edit).result()
            self._edits.check_room()
            self._store.check_may_keep(visitor, made.size_bytes, self._clock())
            self._media.copy_to(media_keys.edit(made.job_id, made.name), copy)
            whole = self._check(copy)
            return self._put(visitor, (job_id, *edit.after), edit, copy, whole, kept_id)
        except (EditRefused, StorageAway) as why_not:
            log.info("an edit was not kept", extra={"kind": edit.kind, "why": str(why_not)})
            raise
        except NotKept as not_kept:
            raise EditRefused(_REFUSALS[not_kept.why]) from None
        except MediaMissing:
            raise EditRefused(EditRefusal.NOT_THERE) from None
        except (VideoBroken, CheckDied) as why_not:
            raise EditRefused(EditRefusal.UNREADABLE, str(why_not)) from None
        except OSError as error:
            raise of_os_error(error) from error
        except Exception:
            # In a thread of the pool nobody would hear of it, and a page that waits would break on it: the owner has
            # it in the log, and the person a sentence.
            log.exception("keeping an edit broke")
            raise EditRefused(EditRefusal.UNREADABLE) from None
        finally:
            copy.unlink(missing_ok=True)

    def _put(
        self, visitor: str, sources: tuple[str, ...], edit: Edit, copy: Path, whole: WholeVideo, kept_id: str
    ) -> Job:
        video = kept_video(kept_id, whole.facts)
        self._media.put(video.poster_key, whole.poster)
        self._media.put_file(video.video_key, copy)
        # Where the database goes away in this step nobody knows whether the row is written: the files stay, and are
        # found if it is not.
        try:
            kept = self._store.keep_edit(visitor, sources, edit.name, kept_id, video, self._clock())
        except NotKept:
            self._drop(video)
            raise
        if kept.id != kept_id:  # another server was first
            self._drop(video)
        else:
            self._ceiling.added(video.size_bytes + len(whole.poster))
        return kept

    def _drop(self, video: KeptVideo) -> None:
        self._media.delete(video.video_key)
        self._media.delete(video.poster_key)


def _failed(why_not: Exception) -> Future[Job]:
    done = Future[Job]()
    done.set_exception(why_not)
    return done
