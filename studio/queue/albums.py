"""Albums: names that a visitor gives to several videos, each of which may have several.

An album is there for as long as a video has its name. The name goes where the video goes, and is gone with its words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, select, update

from studio.jobs.job import State
from studio.queue import changes, jobs_of_visitor
from studio.queue.store_part import StorePart
from studio.storage.tables import album_videos, jobs

ALBUMS_MAX = 100
"""Of one visitor: as many as can be looked through."""


class TooManyAlbums(Exception):
    """The visitor has as many albums as there may be, and none of that name. Nothing has changed."""


class Albums(StorePart):
    """Keeps which videos stand in which albums."""

    def albums(self, visitor: str) -> Mapping[str, int]:
        """How many videos of the visitor's gallery stand in each of their albums, by its name as a person would look
        for it."""
        with self._db.read() as connection:
            return _of(connection, visitor)

    def albums_of(self, job_id: str) -> list[str]:
        """The names of the albums that a video stands in."""
        named = select(album_videos.c.name).where(album_videos.c.job_id == job_id).order_by(album_videos.c.name)
        with self._db.read() as connection:
            return list(connection.execute(named).scalars())

    def put_in_album(self, job_ids: Collection[str], visitor: str, name: str) -> int:
        """Put those of these jobs into the album that are videos in the visitor's gallery; how many that are. Raises
        TooManyAlbums."""
        with self._db.begin() as connection:
            jobs_of_visitor.lock(connection, visitor)
            theirs = list(jobs_of_visitor.hold_videos(connection, job_ids, visitor))
            known = _of(connection, visitor)
            if theirs and name not in known and len(known) >= ALBUMS_MAX:
                raise TooManyAlbums
            there = set(connection.execute(select(album_videos.c.job_id).where(_named(theirs, name))).scalars())
            further = [{"job_id": job_id, "name": name, "visitor": visitor} for job_id in theirs if job_id not in there]
            if further:
                connection.execute(insert(album_videos), further)
            _tell(connection, visitor, theirs)
        return len(theirs)

    def take_out_of_album(self, job_ids: Collection[str], visitor: str, name: str) -> None:
        """Take these of the visitor's videos out of the album."""
        with self._db.begin() as connection:
            theirs = list(jobs_of_visitor.hold_videos(connection, job_ids, visitor))
            connection.execute(delete(album_videos).where(_named(theirs, name)))
            _tell(connection, visitor, theirs)

    def rename_album(self, visitor: str, name: str, new_name: str) -> None:
        """Call an album otherwise; where there is one of that name, both are one from now on."""
        if name == new_name:
            return
        with self._db.begin() as connection:
            jobs_of_visitor.lock(connection, visitor)
            other = album_videos.alias()
            is_in_both = exists().where(other.c.job_id == album_videos.c.job_id, other.c.name == new_name)
            connection.execute(delete(album_videos).where(_is(visitor, name), is_in_both))
            renamed = update(album_videos).where(_is(visitor, name)).values(name=new_name)
            _tell(connection, visitor, connection.execute(renamed.returning(album_videos.c.job_id)).scalars())

    def drop_album(self, visitor: str, name: str) -> None:
        """Have no such album any more. Its videos stay."""
        with self._db.begin() as connection:
            dropped = delete(album_videos).where(_is(visitor, name))
            _tell(connection, visitor, connection.execute(dropped.returning(album_videos.c.job_id)).scalars())


def is_in(name: str) -> ColumnElement[bool]:
    """Whether the job in a row of the caller's query stands in an album of that name."""
    return exists().where(album_videos.c.job_id == jobs.c.id, album_videos.c.name == name)


def join(connection: Connection, visitor: str, job_id: str, names: Iterable[str]) -> None:
    """Put a new video of the visitor's into these albums, as far as they may have so many. Works inside a transaction
    of the caller's, who has locked the visitor."""
    known = set(_of(connection, visitor))
    for name in names:
        if name in known or len(known) < ALBUMS_MAX:
            known.add(name)
            connection.execute(insert(album_videos).values(job_id=job_id, name=name, visitor=visitor))


def forget(connection: Connection, job_id: str) -> None:
    """Take a job out of all albums. Works inside a transaction of the caller's."""
    connection.execute(delete(album_videos).where(album_videos.c.job_id == job_id))


def hand_over(connection: Connection, giver: str, taker: str) -> None:
    """Make all of one visitor's another's; those of one name are one from then on. Works inside a transaction of the
    caller's."""
    connection.execute(update(album_videos).where(album_videos.c.visitor == giver).values(visitor=taker))


def _of(connection: Connection, visitor: str) -> Mapping[str, int]:
    counted = select(album_videos.c.name, func.count()).join(jobs, jobs.c.id == album_videos.c.job_id)
    counted = counted.where(album_videos.c.visitor == visitor, jobs_of_visitor.is_in_gallery(visitor))
    rows = connection.execute(counted.group_by(album_videos.c.name)).all()
    return {name: number for name, number in sorted(rows, key=lambda row: (row[0].casefold(), row[0]))}


def _tell(connection: Connection, visitor: str, job_ids: Iterable[str]) -> None:
    for job_id in job_ids:
        changes.moved(connection, visitor, job_id, State.DONE)


def _named(job_ids: Collection[str], name: str) -> ColumnElement[bool]:
    return and_(album_videos.c.job_id.in_(job_ids), album_videos.c.name == name)


def _is(visitor: str, name: str) -> ColumnElement[bool]:
    """Of all of theirs, what is in the bin too."""
    return and_(album_videos.c.visitor == visitor, album_videos.c.name == name)
