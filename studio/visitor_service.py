"""All that a screen may ask for. Every question names the visitor who asks, and gets only what is theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from studio.as_code.programs import Language, as_code
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import FINAL, Job, State
from studio.jobs.labels import clean_album, clean_notes, clean_title
from studio.jobs.progress import Progress, progress_of
from studio.jobs.usual import Usual
from studio.money.ledger import CodeEnded, Payer
from studio.money.limits import Allowance
from studio.ordering import Ordering
from studio.queue.binning import KEPT_IN_BIN
from studio.queue.figures import Made
from studio.queue.line import PlaceInLine
from studio.queue.searching import ALL, Search
from studio.queue.storage_use import InUse

ROWS_AT_ONCE = 24
"""Videos that the gallery begins with, and that come at a time as one scrolls on."""
SHOWN_MAX = 240
"""Videos of the gallery shown at once: each click draws all of them. What is older is on a page of its own."""
ORDERS_SHOWN_MAX = 60
"""Orders without a video among them: they stay until they are dismissed."""
TODAY = timedelta(hours=24)
"""So long a video stands on Create, where it was asked for: a whole day, whatever midnight says."""
DONE_SHOWN = 24
"""So many finished videos at most, all of one order among them; the rest is in the gallery."""
PROMPTS_AT_HAND = 20
"""So many of a visitor's last descriptions can be written on the form again."""


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """A stretch of a visitor's videos, of all of them or of those that were looked for."""

    videos: tuple[Job, ...]
    without_video: tuple[Job, ...]
    """The visitor's orders that are under way, or ended without a video, and belong between these; newest first. None
    where not just all videos are looked for, from the newest on."""
    has_more: bool
    """True where further ones come after these."""
    found: int | None
    """How many were found in all; None where all were looked for, which are not counted."""
    stages: Mapping[str, tuple[State, str]]
    """Of all of the visitor's orders without a video: where each stands, and what is in its way, by id."""
    in_use: InUse
    """How many videos the visitor has in all, how many bytes those are, and how many they may have."""
    albums: Mapping[str, int]
    """How many stand in each of the visitor's albums, by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePage:
    """What Create shows a visitor, all of it read at once. What a click does is decided anew, where it is done."""

    may_order: bool
    allowance: Allowance
    """What they may still spend; nothing where they are not let in."""
    stop: Stop | None
    """Why no orders go out at present; None when they do."""
    paused: bool
    """True while the owner takes no new orders."""
    jobs: tuple[Job, ...]
    """Theirs without a video, and the latest of those whose video was ready today; newest first."""
    places: Mapping[str, PlaceInLine]
    """What goes out before each of theirs that waits, by its id."""


class VisitorService(Ordering):
    """Takes orders and shows their state."""

    def close(self) -> None:
        """Take no more pictures; those being prepared come to their end."""
        self.forms.pictures.close()

    def create_page(self, visitor: str, started_fresh_at: float = 0.0, set_aside: Collection[str] = ()) -> CreatePage:
        """What Create shows the visitor now.

        Videos that were ready before they last started fresh are left out (in seconds since 1970 UTC; see Draft), and
        the jobs that they set aside, unless those came to nothing.
        """
        today = max(self._clock() - TODAY, datetime.fromtimestamp(started_fresh_at, UTC))
        with self._store.at_once():
            payer = self._payer_of(visitor)
            found = self._store.unfinished(visitor, or_done_since=today)
            jobs = _shown([job for job in found if _is_in_sight(job.id, job.state, set_aside)])
            some_wait = any(job.state is State.WAITING for job in jobs)
            breaker, paused_since = self._store.breaker_and_pause()
            return CreatePage(
                may_order=payer is not None,
                allowance=self._allowance(payer),
                stop=breaker.stopped(self._clock()),
                paused=paused_since is not None,
                jobs=jobs,
                places=self._store.places_in_line(visitor, self._clock()) if some_wait else {},
            )

    def _allowance(self, payer: Payer | None) -> Allowance:
        if payer is None:
            return Allowance(0)
        try:
            return self._store.allowance(payer, self._clock())
        except CodeEnded:
            return Allowance(0)

    def jobs(self, visitor: str) -> list[Job]:
        """The visitor's jobs that have no video: under way, or ended without one. Newest first."""
        return self._store.unfinished(visitor)

    def stages(self, visitor: str, set_aside: Collection[str] = ()) -> dict[str, tuple[State, str]]:
        """Of those of the same jobs that Create shows: where each stands, and what is in its way, by id. For who asks
        often."""
        found = self._store.stages(visitor)
        return {job_id: stage for job_id, stage in found.items() if _is_in_sight(job_id, stage[0], set_aside)}

    def last_prompts(self, visitor: str) -> list[str]:
        """What the visitor asked for last, each once, newest first."""
        return self._store.last_prompts(visitor, PROMPTS_AT_HAND)

    def job(self, visitor: str, job_id: str) -> Job | None:
        """One of the visitor's jobs."""
        return self._store.get(job_id, visitor)

    def code_of(self, visitor: str, job_id: str, language: Language) -> str | None:
        """A program that orders what one of the visitor's jobs did, with a key of their own; None for no such job."""
        job = self._store.get(job_id, visitor)
        return None if job is None else as_code(job.order, language)

    def gallery(self, visitor: str, search: Search = ALL, *, after: str = "", shown: int = ROWS_AT_ONCE) -> GalleryPage:
        """So many of the visitor's videos that are looked for, newest first, from the newest or from the one that comes
        after the job with that id; and what else the gallery says, all of it read at once."""
        shown = min(shown, SHOWN_MAX)
        with self._store.at_once():
            videos = self._store.finished(visitor, limit=shown + 1, search=search, after=after)
            stages = self._store.stages(visitor)
            has_orders = bool(stages) and search == ALL and not after
            return GalleryPage(
                videos=tuple(videos[:shown]),
                without_video=self._between(visitor, videos, shown) if has_orders else (),
                has_more=len(videos) > shown,
                found=None if search.is_for_all else self._found(visitor, search, len(videos), shown, after),
                stages=stages,
                in_use=self._store.in_use(visitor),
                albums=self._store.albums(visitor),
            )

    def newest(self, visitor: str, number: int) -> list[Job]:
        """So many of the visitor's videos, the newest first."""
        return self._store.finished(visitor, limit=number)

    def _found(self, visitor: str, search: Search, read: int, shown: int, after: str) -> int:
        """How many are found in all. To count them takes as long as to find them: not where all have been read."""
        return read if read <= shown and not after else self._store.count_finished(visitor, search)

    def _between(self, visitor: str, videos: Sequence[Job], shown: int) -> tuple[Job, ...]:
        """The orders without a video that are no older than the last of so many videos."""
        found = self._store.unfinished(visitor)[:ORDERS_SHOWN_MAX]
        if len(videos) <= shown:
            return tuple(found)
        return tuple(job for job in found if job.created_at >= videos[shown - 1].created_at)

    def in_use(self, visitor: str) -> InUse:
        """How many videos and bytes the visitor has here, and how many they may have."""
        return self._store.in_use(visitor)

    def may_bring_in(self, visitor: str) -> bool:
        """True where the visitor is let in, and so may fill what there is room for."""
        return self._payer_of(visitor) is not None

    def figures(self, visitor: str) -> list[Made]:
        """Each video in the visitor's gallery as far as it is counted, the oldest first."""
        return self._store.made(visitor)

    def albums(self, visitor: str) -> Mapping[str, int]:
        """How many videos stand in each of the visitor's albums, by its name."""
        return self._store.albums(visitor)

    def put_in_album(self, visitor: str, job_ids: Collection[str], typed: str) -> tuple[str, int]:
        """Put these of the visitor's videos into the album of a name as it was typed; that name, empty where nothing is
        left of it, and how many they are. Raises TooManyAlbums."""
        name = clean_album(typed)
        return name, self._store.put_in_album(job_ids, visitor, name) if name else 0

    def take_out_of_album(self, visitor: str, job_ids: Collection[str], name: str) -> None:
        """Take these of the visitor's videos out of an album."""
        self._store.take_out_of_album(job_ids, visitor, name)

    def rename_album(self, visitor: str, name: str, typed: str) -> str:
        """Call an album of the visitor's as it was typed; the name it has then, empty where nothing is left of that and
        it is called as before."""
        new_name = clean_album(typed)
        if new_name:
            self._store.rename_album(visitor, name, new_name)
        return new_name

    def drop_album(self, visitor: str, name: str) -> None:
        """Have no such album any more; its videos stay."""
        self._store.drop_album(visitor, name)

    def set_favourite(self, visitor: str, job_id: str, is_favourite: bool) -> bool:
        """Make one of the visitor's videos a favourite, or no longer; False when there is no such video."""
        return self._store.set_favourite(job_id, visitor, is_favourite)

    def label(self, visitor: str, job_id: str, title: str, notes: str) -> bool:
        """Give one of the visitor's videos a title and notes as they were typed; False when there is no such video."""
        return self._store.label(job_id, visitor, clean_title(title), clean_notes(notes))

    def progress(self, job: Job) -> Progress:
        """How far a job under way is, by the clock."""
        return progress_of(job, self._clock())

    def usual_time(self, job: Job) -> Usual | None:
        """How long a job of its kind usually takes; None for one of before, which somebody else makes."""
        return self.usual_times.of(job.order) if job.backend == self.backend else None

    def take_back(self, visitor: str, job_id: str) -> bool:
        """Take one of the visitor's orders back that has not been sent: it costs nothing, and nothing is left of it.

        False where it has been sent, or is just being sent: it goes on, and is paid for. Or where there is none.
        """
        return self._deletion.unsent(visitor, job_id)

    def put_first(self, visitor: str, job_id: str) -> bool:
        """Have one of the visitor's orders that wait go out before their others; nobody else's is moved.

        False where it has been sent, or is just being sent; or where there is none.
        """
        return self._store.put_first(job_id, visitor, self._clock())

    def put_in_bin(self, visitor: str, job_ids: Collection[str]) -> list[str]:
        """Put those of these jobs into the visitor's bin that are videos in their gallery; their ids."""
        return self._store.put_in_bin(job_ids, visitor, self._clock())

    def take_out_of_bin(self, visitor: str, job_ids: Collection[str]) -> list[str]:
        """Put those of these jobs back into the visitor's gallery that are in their bin; their ids."""
        return self._store.take_out_of_bin(job_ids, visitor)

    @property
    def days_in_bin(self) -> int:
        """So long what is in a bin can be had back."""
        return KEPT_IN_BIN.days

    def gone_at(self, job: Job) -> datetime | None:
        """When a job in the bin is deleted for good by itself; None for one that is in none."""
        return self._deletion.gone_at(job)

    def empty_bin(self, visitor: str) -> None:
        """Delete all that is in the visitor's bin, for good."""
        self._deletion.bin_of(visitor)

    def delete(self, visitor: str, job_id: str) -> bool:
        """Delete one of the visitor's ended jobs with all its files, for good; False when there is no such job."""
        return self._deletion.job(visitor, job_id)

    def delete_everything(self, visitor: str) -> None:
        """Delete all that the visitor has here; what is being made is deleted when it is done."""
        self._deletion.everything_of(visitor)


def _shown(found: list[Job]) -> tuple[Job, ...]:
    done = [job.id for job in found if job.state is State.DONE]
    left_out = set(done[DONE_SHOWN:])
    return tuple(job for job in found if job.id not in left_out)


def _is_in_sight(job_id: str, state: State, set_aside: Collection[str]) -> bool:
    came_to_nothing = state in FINAL and state is not State.DONE
    return came_to_nothing or job_id not in set_aside
