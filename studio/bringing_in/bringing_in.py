"""What visitors bring in, one video after the other and visitors in turn, whoever watches.

A page is drawn by a script that the next keystroke stops, and an archive takes minutes. So a file is taken here in one
step, a thread of our own sees to it, and any page may ask how far it is. What a restart breaks off is brought in by
giving the same file again: what is there already is known.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

from studio.bringing_in.archives_in_sandbox import ArchiveBroken, Member
from studio.bringing_in.one_video import Beside, NotBrought, OneVideo, WhyNot
from studio.bringing_in.unpacking import GivenFile, Unpacking
from studio.clock import Clock
from studio.storage.errors import StorageAway, of_os_error

log = logging.getLogger(__name__)

FILE_MAX_BYTES = 4 * 10**9
"""Of a file that is given: what a phone and every browser can still send in one go."""
FILES_OF_A_VISITOR = 20
"""Given and not yet done with."""
BYTES_WAITING = 8 * 10**9
"""Of all visitors' files together, on the disk where they wait."""
LEFT_OUT_SHOWN = 20
"""Of what was not brought in, named one by one."""
REMEMBERED = 1_000
"""Visitors whose outcomes are kept for a tab that asks later; each is a few hundred bytes."""
_ENDS_IT = frozenset({WhyNot.ENOUGH, WhyNot.NO_ROOM, WhyNot.STOPPED})
"""No further video of the file would come in either."""


class TooMuchWaiting(Exception):
    """So many files wait that this one was not taken."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A video or a file that was not brought in."""

    name: str
    """As it is called where it came from: a stranger's words."""
    why: WhyNot | StorageAway


@dataclass(slots=True)
class Progress:
    """How far it is with what a visitor gave."""

    videos: int = 0
    """As many as are known of by now."""
    done: int = 0
    new: int = 0
    """Brought in."""
    known: int = 0
    """Were there before."""
    left_out: list[LeftOut] = field(default_factory=list)
    """The first of them."""
    left_out_in_all: int = 0
    is_done: bool = False


class _Bringing:
    """All that one visitor gives until it is done."""

    def __init__(self, visitor: str) -> None:
        self.visitor = visitor
        self.files: deque[GivenFile] = deque()
        self.progress = Progress()
        self.is_wanted = True
        self._lock = threading.Lock()

    @contextmanager
    def deciding(self) -> Iterator[bool]:
        """Whether its visitor still wants it; inside, they do not change their mind."""
        with self._lock:
            yield self.is_wanted

    def stop(self) -> None:
        """From now on its visitor wants nothing of it."""
        with self._lock:
            self.is_wanted = False


class BringingIn:
    """Takes files, and brings in what is in them. Safe for threads."""

    def __init__(self, one_video: OneVideo, *, scratch: Path, clock: Clock) -> None:
        self._one_video = one_video
        self._scratch = scratch
        self._unpacking = Unpacking(scratch, clock)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="bringing-in")
        self._lock = threading.Lock()
        self._bringing: dict[str, _Bringing] = {}
        self._waiting_bytes = 0
        self._closed = False

    def new_file(self) -> Path:
        """Where the bytes of a file are put before it is given; whoever asks writes it, or removes it."""
        return self._scratch / f"{uuid4().hex}.given"

    def has_room_for(self, visitor: str, size: int) -> bool:
        """True where one more file of so many bytes would be taken."""
        with self._lock:
            return self._has_room_for(visitor, size)

    def give(self, visitor: str, path: Path, name: str) -> None:
        """Take a visitor's file, called so where it came from; returns at once, and the file is used up.

        Raises TooMuchWaiting, and then it was not taken.
        """
        size = path.stat().st_size
        with self._lock:
            if not self._has_room_for(visitor, size):
                raise TooMuchWaiting
            bringing = self._bringing.get(visitor)
            if bringing is None or bringing.progress.is_done or not bringing.is_wanted:
                self._bringing.pop(visitor, None)
                bringing = self._bringing[visitor] = _Bringing(visitor)
                self._forget_old()
                self._pool.submit(self._step, bringing)
            bringing.files.append(GivenFile(path, name, size))
            self._waiting_bytes += size

    def progress(self, visitor: str) -> Progress | None:
        """How far it is with what the visitor gave last; None where that was nothing, or is forgotten."""
        with self._lock:
            bringing = self._bringing.get(visitor)
        return None if bringing is None else bringing.progress

    def forget(self, visitor: str) -> None:
        """The visitor knows what came of it; what is not done yet goes on."""
        with self._lock:
            if visitor in self._bringing and self._bringing[visitor].progress.is_done:
                del self._bringing[visitor]

    def stop(self, visitor: str) -> None:
        """Bring in nothing more of what the visitor gave; once this returns, nothing comes."""
        with self._lock:
            bringing = self._bringing.pop(visitor, None)
        if bringing is not None:
            bringing.stop()

    def close(self) -> None:
        """Take no more, and end what is under way."""
        with self._lock:
            self._closed = True
        self._unpacking.close()
        self._one_video.close()
        self._pool.shutdown(cancel_futures=True)
        for bringing in self._bringing.values():
            for file in bringing.files:
                file.path.unlink(missing_ok=True)

    def _has_room_for(self, visitor: str, size: int) -> bool:
        bringing = self._bringing.get(visitor)
        of_theirs = 0 if bringing is None else len(bringing.files)
        fits = self._waiting_bytes + size <= BYTES_WAITING
        return not self._closed and fits and of_theirs < FILES_OF_A_VISITOR

    def _forget_old(self) -> None:
        ended = [visitor for visitor, one in self._bringing.items() if one.progress.is_done]
        for visitor in ended[: max(0, len(self._bringing) - REMEMBERED)]:
            del self._bringing[visitor]

    def _step(self, bringing: _Bringing) -> None:
        """A look into a file, or one film of it; then it is the next visitor's turn."""
        with self._lock:
            file = bringing.files[0] if bringing.files else None
            if file is None or self._closed:
                bringing.progress.is_done = True
                return
        if bringing.is_wanted:
            self._attend(bringing, file)
        if not (file.films and bringing.is_wanted):
            file.path.unlink(missing_ok=True)
            with self._lock:
                bringing.files.popleft()
                self._waiting_bytes -= file.size
        with self._lock:
            if not self._closed:
                self._pool.submit(self._step, bringing)

    def _attend(self, bringing: _Bringing, file: GivenFile) -> None:
        film, name = None, file.name
        try:
            if file.films is None:
                bringing.progress.videos += self._unpacking.look(file)
                return
            film = file.films.popleft()
            name = film.name if file.is_archive else file.name
            self._bring(bringing, file, film)
        except NotBrought as why_not:
            log.info("a video was not brought in", extra={"why": str(why_not)})
            self._leave_out(bringing, name, why_not.why)
            if why_not.why in _ENDS_IT:
                self._end(bringing, file)
        except ArchiveBroken as broken:
            log.info("an archive was not brought in", extra={"why": str(broken)})
            self._leave_out(bringing, name, WhyNot.BROKEN)
        except (StorageAway, OSError) as away:
            self._leave_out(bringing, name, away if isinstance(away, StorageAway) else of_os_error(away))
            self._end(bringing, file)
        except Exception:  # whatever it was: the thread serves the others, and the person is told
            # Logged here, as in a thread of the pool nobody would hear of it; not where the server's end broke it off.
            if not self._closed:
                log.exception("bringing in a video broke")
            self._leave_out(bringing, name, WhyNot.BROKEN)
        if film is not None:
            bringing.progress.done += 1
        elif file.films is None:
            file.films = deque()

    def _bring(self, bringing: _Bringing, file: GivenFile, member: Member) -> None:
        with self._unpacking.film(file, member) as film:
            told = self._unpacking.told(file, film, member)
            beside = Beside(read=partial(self._unpacking.beside, file, member), known=file.became)
            job, is_new = self._one_video.bring(bringing.visitor, film, told, beside, bringing.deciding)
        file.became[member.own_name] = job.id
        bringing.progress.new += is_new
        bringing.progress.known += not is_new

    def _leave_out(self, bringing: _Bringing, name: str, why: WhyNot | StorageAway) -> None:
        progress = bringing.progress
        progress.left_out_in_all += 1
        if len(progress.left_out) < LEFT_OUT_SHOWN:
            progress.left_out.append(LeftOut(name, why))

    def _end(self, bringing: _Bringing, file: GivenFile) -> None:
        """Nothing more of this file comes in."""
        left, file.films = len(file.films or ()), deque()
        bringing.progress.left_out_in_all += left
        bringing.progress.done += left
