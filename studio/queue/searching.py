"""Which of a visitor's videos are looked for, and in which order they come. Conditions for a query of the caller's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, true

from studio.queue import albums, jobs_of_visitor
from studio.storage.search_words import terms
from studio.storage.tables import jobs


class Length(StrEnum):
    """How long a video is."""

    SHORT = "short"
    """Up to about five seconds."""
    MEDIUM = "medium"
    """Up to about ten."""
    LONG = "long"


SHORT_S, MEDIUM_S = 5.5, 10.5
"""A film may differ from what was ordered by a frame or two."""


class Shape(StrEnum):
    """Which side of a video is longer."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    SQUARE = "square"


class Cost(StrEnum):
    """Whether a video cost anything."""

    FREE = "free"
    PAID = "paid"


class Sort(StrEnum):
    """Which videos come first. Among those alike the newest."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    DEAREST = "dearest"


@dataclass(frozen=True, slots=True)
class Search:
    """Which of a visitor's videos are looked for; all of them, the newest first, unless it says otherwise."""

    query: str = ""
    """As it was typed."""
    favourites_only: bool = False
    in_bin: bool = False
    """Those that are in the bin, in place of those in the gallery."""
    album: str = ""
    """The name of the one that they stand in."""
    model: str = ""
    length: Length | None = None
    resolution: str = ""
    shape: Shape | None = None
    has_sound: bool | None = None
    cost: Cost | None = None
    since: datetime | None = None
    """When it was ordered: from this moment on, and before that one."""
    before: datetime | None = None
    sort: Sort = Sort.NEWEST

    @property
    def is_for_all(self) -> bool:
        """True where it leaves none out of those that are there."""
        return not (self.favourites_only or self.query.strip() or self.is_filtered)

    @property
    def is_filtered(self) -> bool:
        """True where it asks for more than words and favourites."""
        chosen = (self.album, self.model, self.length, self.resolution, self.shape, self.cost, self.since, self.before)
        return any(chosen) or self.has_sound is not None


ALL = Search()


def looked_for(visitor: str, search: Search) -> ColumnElement[bool]:
    """Whether the job in a row of the caller's query is a video of this visitor's that is looked for.

    Goes through the visitor's rows: an index of everybody's words would find everybody's videos first.
    """
    in_bin = and_(jobs.c.visitor == visitor, jobs_of_visitor.is_in_bin())
    place = in_bin if search.in_bin else jobs_of_visitor.is_in_gallery(visitor)
    return and_(place, _has_words(search.query), *_chosen(search))


def in_order(sort: Sort) -> list[ColumnElement[Any]]:
    """What the caller's query is ordered by."""
    return [key.desc() if is_falling else key.asc() for key, is_falling in _KEYS[sort]]


def place_in(sort: Sort) -> list[ColumnElement[Any]]:
    """What of a row says where it stands in that order."""
    return [key.label(f"key{number}") for number, (key, _) in enumerate(_KEYS[sort])]


def after(sort: Sort, place: Sequence[Any]) -> ColumnElement[bool]:
    """Whether the job in a row of the caller's query comes after that place in that order."""
    keys = _KEYS[sort]
    first, is_falling = keys[0]
    # What all the others come to, said so that an index can begin there.
    begins = first <= place[0] if is_falling else first >= place[0]
    alike: ColumnElement[bool] = true()
    further = list[ColumnElement[bool]]()
    for (key, falls), value in zip(keys, place, strict=True):
        further.append(and_(alike, key < value if falls else key > value))
        alike = and_(alike, key == value)
    return and_(begins, or_(*further))


_SEED = func.coalesce(jobs.c.seed, -1)
_MADE = (jobs.c.created_at, True), (_SEED, False), (jobs.c.id, False)
"""Those of one form, placed at one moment, in the order of their seeds."""
_LENGTH = func.coalesce(jobs.c.video_duration_s, 0.0)
_COST = func.coalesce(jobs.c.cost_micros, jobs.c.price_micros, 0)
_KEYS: dict[Sort, tuple[tuple[ColumnElement[Any], bool], ...]] = {
    Sort.NEWEST: _MADE,
    Sort.OLDEST: ((jobs.c.created_at, False), (_SEED, False), (jobs.c.id, False)),
    Sort.LONGEST: ((_LENGTH, True), *_MADE),
    Sort.DEAREST: ((_COST, True), *_MADE),
}
"""By what each is ordered, and whether that falls; no two rows are alike in all of it."""

_LENGTHS = {
    Length.SHORT: _LENGTH <= SHORT_S,
    Length.MEDIUM: and_(_LENGTH > SHORT_S, _LENGTH <= MEDIUM_S),
    Length.LONG: _LENGTH > MEDIUM_S,
}
_SHAPES = {
    Shape.LANDSCAPE: jobs.c.width > jobs.c.height,
    Shape.PORTRAIT: jobs.c.width < jobs.c.height,
    Shape.SQUARE: jobs.c.width == jobs.c.height,
}
_IS_FREE = case((or_(jobs.c.made_from.is_not(None), jobs.c.backend == "demo"), true()), else_=_COST == 0)


def _has_words(query: str) -> ColumnElement[bool]:
    wanted = terms(query)
    if wanted is None:
        return false()
    # Words hold no sign that LIKE would take for one of its own.
    return and_(true(), *(jobs.c.search_words.contains(term) for term in wanted))


def _chosen(search: Search) -> list[ColumnElement[bool]]:
    is_free, has_sound = search.cost is Cost.FREE, search.has_sound
    wishes: list[tuple[bool, Callable[[], ColumnElement[bool]]]] = [
        (search.favourites_only, lambda: jobs.c.is_favourite),
        (search.album != "", lambda: albums.is_in(search.album)),
        (search.model != "", lambda: jobs.c.model == search.model),
        (search.resolution != "", lambda: func.lower(jobs.c.resolution) == search.resolution.lower()),
        (search.length is not None, lambda: _LENGTHS[Length(search.length or "")]),
        (search.shape is not None, lambda: _SHAPES[Shape(search.shape or "")]),
        (has_sound is not None, lambda: jobs.c.has_sound.is_(has_sound)),
        (search.cost is not None, lambda: _IS_FREE if is_free else ~_IS_FREE),
        (search.since is not None, lambda: jobs.c.created_at >= search.since),
        (search.before is not None, lambda: jobs.c.created_at < search.before),
    ]
    return [condition() for is_wished, condition in wishes if is_wished]
