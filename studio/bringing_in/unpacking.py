"""A file that is given, taken apart: which films are in it, each by itself, what is said of it, and what else there is
of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from studio.bringing_in import archives_in_sandbox as archives
from studio.bringing_in.archives_in_sandbox import ArchiveBroken, Member
from studio.bringing_in.one_video import NotBrought, WhyNot
from studio.bringing_in.told import Told, of_film, of_sheet
from studio.clock import Clock
from studio.videos.carried import NotReadable, is_mp4, tags_in
from studio.videos.essence import reading


@dataclass(slots=True)
class GivenFile:
    """A file that was given, used up at its end."""

    path: Path
    name: str
    size: int
    films: deque[Member] | None = None
    """Those in it that are still to come; None until it was looked into."""
    is_archive: bool = False
    became: dict[str, str] = field(default_factory=dict)
    """Jobs, by the names that its films go by."""


class Unpacking:
    """Takes files apart, with children for those that are archives. Raises NotBrought, ArchiveBroken and OSError."""

    def __init__(self, scratch: Path, clock: Clock) -> None:
        self._scratch = scratch
        self._clock = clock
        self._sandbox = archives.sandbox()

    def close(self) -> None:
        """End what is under way."""
        self._sandbox.stop()

    def look(self, file: GivenFile) -> int:
        """Find out which films are in it; how many."""
        with file.path.open("rb") as given:
            head = given.read(16)
        if is_mp4(head):
            file.films = deque([Member(file.name, "", None)])
        elif head.startswith(b"PK"):
            file.is_archive = True
            file.films = deque(archives.films(self._sandbox, file.path))
        if not file.films:
            raise NotBrought(WhyNot.NO_VIDEO)
        return len(file.films)

    @contextmanager
    def film(self, file: GivenFile, member: Member) -> Iterator[Path]:
        """One of its films as a file, gone afterwards unless it was put elsewhere; a single one is the file itself."""
        film = self._scratch / f"{uuid4().hex}.brought"
        try:
            if file.is_archive:
                archives.unpack(self._sandbox, file.path, member.name, film, at_most=archives.FILM_MAX_BYTES)
            else:
                file.path.replace(film)
            yield film
        finally:
            film.unlink(missing_ok=True)

    def told(self, file: GivenFile, film: Path, member: Member) -> Told:
        """What is said of a film: by the sheet, which says more; by the film itself where there is none."""
        told = None if member.said is None else of_sheet(member.said, self._clock())
        if told is None:
            with film.open("rb") as content:
                try:
                    tags = tags_in(reading(content.fileno()), film.stat().st_size)
                except NotReadable as broken:
                    raise NotBrought(WhyNot.BROKEN, str(broken)) from None
            told = None if tags is None else of_film(tags)
        if told is None:
            raise NotBrought(WhyNot.FOREIGN)
        if told.ordered_at is None:
            return told
        # A sheet tells seconds; those of one second stay in its order.
        return replace(told, ordered_at=told.ordered_at + timedelta(microseconds=len(file.became)))

    def beside(self, file: GivenFile, member: Member, name: str) -> bytes | None:
        """Another file of a film, by the name that it is told by; None where there is none that can be had."""
        if not name or not file.is_archive:
            return None
        out = self._scratch / f"{uuid4().hex}.beside"
        try:
            at_most = archives.BESIDE_MAX_BYTES
            archives.unpack(self._sandbox, file.path, member.beside(name), out, at_most=at_most)
            return out.read_bytes()
        except ArchiveBroken:
            return None
        finally:
            out.unlink(missing_ok=True)
