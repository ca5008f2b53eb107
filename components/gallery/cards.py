"""What the grid is told of each video: all that its card shows, and where its files are; and of orders without one."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import groupby

from components.gallery import details, orders
from components.gallery.facts import facts
from components.language import day_in_words, reader, seconds
from components.messages import job_notices
from components.result import actions
from components.session import visitor, visitor_service
from languages.readers import Reader
from studio import clock, urls
from studio.jobs.job import Job, KeptVideo
from studio.visitor_service import GalleryPage

NAME_MAX = 200
KEPT = 4_000
"""Videos whose words are kept, of all readers: some kB each."""

Card = dict[str, object]


def days(page: GalleryPage) -> list[dict[str, object]]:
    """Cards of the videos, and of the orders without one between them, by the day on which each was ordered, in words,
    where the visitor is."""
    now = clock.now()
    jobs: Sequence[Job] = page.videos
    if page.without_video:
        # Only where the newest come first; those of one moment stay in their order.
        jobs = sorted((*page.without_video, *page.videos), key=lambda job: job.created_at, reverse=True)
    by_day = groupby(jobs, lambda job: day_in_words(job.created_at, now))
    return [{"day": day, "cards": [_of(job) for job in of_day]} for day, of_day in by_day]


def _of(job: Job) -> Card:
    return orders.order(job) if job.video is None else _card(job, job.video)


def _card(job: Job, video: KeptVideo) -> Card:
    return {**_words(job, video, reader()), "origin": _origin(job)}


@functools.lru_cache(maxsize=KEPT)
def _words(job: Job, video: KeptVideo, _reader: Reader) -> Card:
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
