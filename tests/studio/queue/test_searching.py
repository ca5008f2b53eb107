"""What a visitor's videos are chosen and sorted by: as a plain scan does it, and page after page each exactly once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.jobs.job import Job, State
from studio.queue.job_store import Store
from studio.queue.searching import MEDIUM_S, SHORT_S, Cost, Length, Search, Shape, Sort
from tests.studio.strategies import A_VIDEO, NOON, a_job_in, an_order

_numbers = count()
MODELS = ("alibaba/wan-2-6-i2v", "other/model")
RESOLUTIONS = ("720p", "1080P")
SIDES = st.sampled_from([(720, 1280), (1280, 720), (960, 960)])

VIDEOS = st.lists(
    st.builds(
        dict,
        model=st.sampled_from(MODELS),
        resolution=st.sampled_from(RESOLUTIONS),
        size=SIDES,
        duration_s=st.sampled_from([1.0, SHORT_S, 5.6, MEDIUM_S, 15.04]),
        has_sound=st.booleans(),
        seed=st.sampled_from([None, 1, 2]),
        # Several of one moment.
        age_h=st.integers(0, 3),
        backend=st.sampled_from(["demo", "aimlapi"]),
        cost_micros=st.sampled_from([None, 0, 1_000_000, 2_000_000]),
    ),
    max_size=8,
)
SEARCHES = st.builds(
    Search,
    model=st.sampled_from(["", *MODELS]),
    length=st.sampled_from([None, *Length]),
    resolution=st.sampled_from(["", "720p", "1080p"]),
    shape=st.sampled_from([None, *Shape]),
    has_sound=st.sampled_from([None, True, False]),
    cost=st.sampled_from([None, *Cost]),
    since=st.sampled_from([None, NOON - timedelta(hours=2)]),
    before=st.sampled_from([None, NOON - timedelta(hours=1)]),
    sort=st.sampled_from(Sort),
)


def kept(store: Store, visitor: str, told: dict[str, Any]) -> Job:
    """A video of that kind."""
    width, height = told["size"]
    order = replace(an_order(), model=told["model"], resolution=told["resolution"], seed=told["seed"])
    video = replace(A_VIDEO, width=width, height=height, duration_s=told["duration_s"], has_sound=told["has_sound"])
    job = a_job_in(
        State.DONE,
        visitor=visitor,
        order=order,
        video=video,
        created_at=NOON - timedelta(hours=told["age_h"]),
        backend=told["backend"],
        cost_micros=told["cost_micros"],
        price_micros=0,
    )
    return store.place(job, nonce=job.id)


def is_chosen(job: Job, search: Search) -> bool:
    video, spent = job.video, paid(job)
    assert video is not None
    is_free = job.backend == "demo" or spent == 0
    length = (
        Length.SHORT if video.duration_s <= SHORT_S else Length.MEDIUM if video.duration_s <= MEDIUM_S else Length.LONG
    )
    side = video.width - video.height
    shape = Shape.SQUARE if side == 0 else Shape.LANDSCAPE if side > 0 else Shape.PORTRAIT
    return all(
        (
            search.model in ("", job.order.model),
            search.resolution in ("", job.order.resolution.lower()),
            search.length in (None, length),
            search.shape in (None, shape),
            search.has_sound in (None, video.has_sound),
            search.cost in (None, Cost.FREE if is_free else Cost.PAID),
            search.since is None or job.created_at >= search.since,
            search.before is None or job.created_at < search.before,
        )
    )


def paid(job: Job) -> int:
    return job.cost_micros or 0


def sorted_plainly(jobs: list[Job], sort: Sort) -> list[Job]:
    jobs = sorted(jobs, key=lambda job: (-1 if job.order.seed is None else job.order.seed, job.id))
    if sort is Sort.OLDEST:
        return sorted(jobs, key=lambda job: job.created_at)
    jobs = sorted(jobs, key=lambda job: job.created_at, reverse=True)
    if sort is Sort.LONGEST:
        return sorted(jobs, key=lambda job: job.video.duration_s if job.video else 0, reverse=True)
    return sorted(jobs, key=paid, reverse=True) if sort is Sort.DEAREST else jobs


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(videos=VIDEOS, search=SEARCHES, at_once=st.integers(1, 3))
def test_videos_are_chosen_and_sorted_as_a_plain_scan_does_it_page_after_page(
    store: Store, videos: list[dict[str, Any]], search: Search, at_once: int
) -> None:
    visitor = f"{next(_numbers):032}"
    jobs = [kept(store, visitor, one) for one in videos]
    plain = sorted_plainly([job for job in jobs if is_chosen(job, search)], search.sort)
    assert store.finished(visitor, limit=99, search=search) == plain
    assert store.count_finished(visitor, search) == len(plain)
    paged, last = list[Job](), ""
    while page := store.finished(visitor, limit=at_once, search=search, after=last):
        paged += page
        last = page[-1].id
        assert len(paged) <= len(plain), "a page comes again"
    assert paged == plain
