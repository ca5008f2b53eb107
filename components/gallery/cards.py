"""What the grid is told of each video: all that its card shows, and where its files are."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import groupby

from components.gallery import details
from components.gallery.facts import facts
from components.language import day_in_words, reader, seconds
from components.messages import job_notices
from components.result import actions
from components.session import visitor, visitor_service
from studio import clock, urls
from studio.jobs.job import Job, KeptVideo

NAME_MAX = 200
KEPT = 4_000
"""Videos whose words are kept, of all readers: some kB each."""

Card = dict[str, object]


def days(jobs: Sequence[Job]) -> list[dict[str, object]]:
    """Cards of these videos by the day on which each was ordered, in words, where the visitor is."""
    now = clock.now()
    by_day = groupby(jobs, lambda job: day_in_words(job.created_at, now))
    found = [(day, [_card(job, job.video) for job in of_day if job.video is not None]) for day, of_day in by_day]
    return [{"day": day, "cards": cards} for day, cards in found if cards]


def _card(job: Job, video: KeptVideo) -> Card:
    return {**_words(job, video, reader()), "origin": _origin(job)}


@functools.lru_cache(maxsize=KEPT)
def _words(job: Job, video: KeptVideo, _reader: tuple[str, str]) -> Card:
    """What says the same of a video whenever it says it to the same reader: each click would have it all said anew."""
    return {
        "id": job.id,
        "film": urls.video(job.id),
        "poster": urls.poster(job.id),
        "small_poster": urls.small_poster(job.id),
        "download": urls.download(job.id),
        "width": video.width,
        "height": video.height,
        "bytes": video.size_bytes,
        "length": seconds(round(job.length_s, 1)),
        "name": job.title or job.order.prompt[:NAME_MAX],
        "title": job.title,
        "words": job.order.prompt,
        "notes": job.notes,
        "facts": facts(job),
        "settings": details.settings(job.order),
        "is_binned": job.binned_at is not None,
        "is_favourite": job.is_favourite,
        "is_one_order": actions.has_one_order(job),
    }


def _origin(job: Job) -> dict[str, object] | None:
    if job.made_from is None:
        return None
    is_there = visitor_service().job(visitor(), job.made_from) is not None
    return {
        "words": job_notices.made_from(job),
        "leads_to": job.made_from if is_there else None,
        "cost": job_notices.cost_nothing(),
    }
