"""One video is brought in: checked, kept with its picture, and its row written last.

As with a download, whatever stops us in between, no row is without its files, and a file without a row is found and
deleted (studio.retention.consistency).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path

from studio.bringing_in.given_files import GivenFiles
from studio.bringing_in.told import Told
from studio.clock import Clock
from studio.jobs.job import BROUGHT_IN, Job, State
from studio.jobs.whole_video import kept_video
from studio.orders.order import Order, OrderSettings
from studio.queue.brought_in import Brought, NoStorageLeft
from studio.queue.job_store import Store
from studio.storage.free_space import is_room_to_spare
from studio.storage.media import Media, MediaMissing
from studio.storage.quota import Ceiling
from studio.videos.carried import NotReadable
from studio.videos.essence import essence
from studio.videos.validate import VideoBroken
from studio.videos.validate_in_sandbox import CheckDied, WholeVideo, check_with, sandbox

SOUND_NAME = "sound.mp3"


class WhyNot(StrEnum):
    """Why a video, or a file, was not brought in. The screen has a sentence for each."""

    NO_VIDEO = "no_video"
    """Neither an MP4 nor a ZIP with any."""
    FOREIGN = "foreign"
    """It does not say what made it: it was not downloaded here, or by another program since."""
    BROKEN = "broken"
    """It is not whole, or no archive that can be read."""
    ENOUGH = "enough"
    """The visitor has as many bytes of videos as they may have."""
    NO_ROOM = "no_room"
    """There is no room here for anybody's."""
    STOPPED = "stopped"
    """Its visitor wants nothing more of it."""


class NotBrought(Exception):
    """Nothing was kept; `why` says why."""

    def __init__(self, why: WhyNot, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What comes with a film."""

    read: Callable[[str], bytes | None]
    """The bytes of another file by the name that it is told by; None where there is none."""
    known: Mapping[str, str]
    """The jobs that other films became, by the names that those are told by."""


class OneVideo:
    """Brings single videos in."""

    def __init__(
        self,
        *,
        store: Store,
        media: Media,
        given: GivenFiles,
        scratch: Path,
        clock: Clock,
        ceiling: Ceiling,
        check: Callable[[Path], WholeVideo] | None = None,
    ) -> None:
        """`check` finds out what a file is, and raises what check_with does; in a child of ours unless it is given."""
        self._store = store
        self._media = media
        self._given = given
        # Not those of the worker: what is paid for waits for no turn here.
        self._sandbox = sandbox()
        self._check = check or (lambda path: check_with(self._sandbox, path))
        self._scratch = scratch
        self._clock = clock
        self._ceiling = ceiling

    def close(self) -> None:
        """End what is under way."""
        self._sandbox.stop()

    def bring(
        self, visitor: str, film: Path, told: Told, beside: Beside, deciding: Callable[[], AbstractContextManager[bool]]
    ) -> tuple[Job, bool]:
        """The visitor's job of that film, and whether it is new. The file may be used up.

        Raises NotBrought, StorageAway and OSError; then nothing was kept. `deciding` says last, when all is ready,
        whether it is still wanted.
        """
        try:
            which = essence(film)
        except NotReadable as broken:
            raise NotBrought(WhyNot.BROKEN, str(broken)) from None
        living = self._store.brought(visitor, which)
        if living is not None:
            return living, False
        self._check_room(visitor, film.stat().st_size)
        try:
            whole = self._check(film)
        except (VideoBroken, CheckDied) as broken:
            raise NotBrought(WhyNot.BROKEN, str(broken)) from None
        found = self._job(visitor, told, beside, whole)
        own = self._same(found, which)
        if own is not None:
            return own, False
        job = replace(found, order=self._with_given(found.order, told, beside, whole))
        kept = self._keep(Brought(job=job, essence=which, albums=told.albums), film, whole, deciding)
        return kept, kept.id == job.id

    def _check_room(self, visitor: str, size: int) -> None:
        in_use = self._store.in_use(visitor)
        if in_use.used_bytes + size > in_use.at_most_bytes:
            raise NotBrought(WhyNot.ENOUGH)
        if not (self._ceiling.has_room and is_room_to_spare(self._scratch, self._media, size)):
            raise NotBrought(WhyNot.NO_ROOM)

    def _same(self, job: Job, which: str) -> Job | None:
        """The visitor's video that is this film, though it was never brought in: they took it away from here."""
        copy = self._scratch / f"{secrets.token_hex(16)}.same"
        for other in self._store.alike(job.visitor, job):
            assert other.video is not None
            try:
                self._media.copy_to(other.video.video_key, copy)
                if essence(copy) == which:
                    return other
            except (MediaMissing, NotReadable):
                continue
            finally:
                copy.unlink(missing_ok=True)
        return None

    def _job(self, visitor: str, told: Told, beside: Beside, whole: WholeVideo) -> Job:
        now, job_id = self._clock(), secrets.token_hex(16)
        settings = {one.name: getattr(told.settings, one.name) for one in fields(OrderSettings)}
        origin = beside.known.get(told.made_from) if told.made_as else None
        return Job(
            id=job_id,
            visitor=visitor,
            order=Order(picture_key="", **settings),
            backend=BROUGHT_IN,
            state=State.DONE,
            created_at=told.ordered_at or now,
            next_at=None,
            price_micros=0,
            continues=beside.known.get(told.continues),
            made_from=origin,
            made_as=told.made_as if origin else None,
            accepted_at=told.accepted_at,
            finished_at=told.finished_at,
            ended_at=now,
            video=kept_video(job_id, whole.facts),
            title=told.title,
            notes=told.notes,
            is_favourite=told.is_favourite,
        )

    def _with_given(self, order: Order, told: Told, beside: Beside, whole: WholeVideo) -> Order:
        """The order with what it was made with, which is kept. Where its picture did not come, a still of the film
        stands for it."""
        pictures = (told.still, beside.read(told.files.get("picture", "")), whole.poster)
        picture_key = next((key for data in pictures if data and (key := self._given.picture(data))), "")
        if not picture_key:
            raise NotBrought(WhyNot.BROKEN, "no picture can be had of it")
        ending, sound = (beside.read(told.files.get(kind, "")) for kind in ("ending_picture", "sound"))
        sound_key = self._given.sound(sound) if sound else ""
        return replace(
            order,
            picture_key=picture_key,
            ending_picture_key=self._given.picture(ending) if ending else "",
            sound_key=sound_key,
            sound_name=SOUND_NAME if sound_key else "",
        )

    def _keep(
        self,
        brought: Brought,
        film: Path,
        whole: WholeVideo,
        deciding: Callable[[], AbstractContextManager[bool]],
    ) -> Job:
        job, video = brought.job, brought.job.video
        assert video is not None
        kept: Job | None = None
        try:
            self._media.put(video.poster_key, whole.poster)
            self._media.put_file(video.video_key, film)
            # Where the database goes away in this step nobody knows whether the row is written: the files stay, and
            # are found if it is not.
            with deciding() as is_wanted:
                if is_wanted:
                    kept = self._store.bring_in(brought)
        except NoStorageLeft:
            self._drop(job)
            raise NotBrought(WhyNot.ENOUGH) from None
        if kept is None:
            self._drop(job)
            raise NotBrought(WhyNot.STOPPED)
        if kept.id != job.id:  # another tab was first
            self._drop(job)
        else:
            self._ceiling.added(video.size_bytes + len(whole.poster))
        return kept

    def _drop(self, job: Job) -> None:
        assert job.video is not None
        for key in (job.video.video_key, job.video.poster_key):
            self._media.delete(key)
        for key in filter(None, (job.order.picture_key, job.order.ending_picture_key, job.order.sound_key)):
            self._given.drop(key)
