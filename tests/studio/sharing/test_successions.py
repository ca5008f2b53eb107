"""Who took whose place: what comes late is brought in, once and never both ways, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from studio.jobs.job import State
from studio.queue.job_store import Store
from studio.sharing.gallery_links import GalleryLinks
from studio.sharing.successions import LATE_FOR, NEVER_GATHERED_FOR, Successions
from studio.storage import tables
from studio.storage.database import Database
from tests.studio.sharing.conftest import Keep, Watch, owner_of
from tests.studio.strategies import NOON

HOME, PHONE, BOB, NEW = "a" * 32, "b" * 32, "c" * 32, "d" * 32


def remembered(database: Database) -> dict[str, str]:
    """Who took whose place, as it stands: by whom it was before."""
    with database.read() as connection:
        rows = connection.execute(select(tables.successions.c.before, tables.successions.c.visitor))
        return {before: visitor for before, visitor in rows}


@pytest.mark.parametrize("bring", [True, False])
def test_what_an_old_tab_orders_afterwards_is_not_lost(
    links: GalleryLinks, successions: Successions, store: Store, keep: Keep, bring: bool
) -> None:
    links.use(links.make(HOME), here=PHONE, bring=bring)
    late = keep(PHONE)
    successions.gather(HOME)
    assert owner_of(store, late) == HOME


def test_a_job_that_a_worker_was_at_comes_along_too(
    links: GalleryLinks, successions: Successions, store: Store, keep: Keep
) -> None:
    job = keep(PHONE, State.WAITING)
    claim = store.claim_due(NOON)
    assert claim is not None
    links.use(links.make(HOME), here=PHONE, bring=True)
    assert store.save(claim, replace(claim.job, consecutive_failures=1)) is not None
    successions.gather(HOME)
    assert owner_of(store, job) == HOME


def test_after_a_day_the_old_gallery_is_a_gallery_of_its_own(
    links: GalleryLinks, successions: Successions, store: Store, keep: Keep, clock: Watch
) -> None:
    links.use(links.make(HOME), here=PHONE)
    clock.wait(timedelta(days=1))
    job = keep(PHONE)
    successions.gather(HOME)
    assert owner_of(store, job) == PHONE


def test_galleries_that_were_opened_in_each_other_take_nothing_from_each_other(
    links: GalleryLinks, successions: Successions, store: Store, keep: Keep
) -> None:
    links.use(links.make(HOME), here=PHONE)
    links.use(links.make(PHONE), here=HOME)
    job = keep(PHONE)
    successions.gather(HOME)
    assert owner_of(store, job) == PHONE


def test_what_is_late_follows_over_two_moves(
    links: GalleryLinks, successions: Successions, store: Store, keep: Keep
) -> None:
    links.use(links.make(HOME), here=PHONE)
    links.use(links.make(BOB), here=HOME)
    late = keep(PHONE)
    successions.gather(BOB)
    assert owner_of(store, late) == BOB


def test_who_begins_anew_takes_the_gallery_along_once_they_are_there_and_not_before(
    links: GalleryLinks, successions: Successions, keep: Keep, store: Store, clock: Watch
) -> None:
    """An answer that was lost on the way must not leave the gallery with a number that no browser has."""
    job, unused = keep(HOME), links.make(HOME)
    store.keep_draft(HOME, "{}", clock.now)
    successions.begin_anew(HOME, PHONE, keep=True)
    assert store.get(job.id, HOME) is not None, "the answer may be lost: the old cookie still has it"
    successions.begin_anew(HOME, NEW, keep=True)
    clock.wait(timedelta(days=300))
    successions.gather(PHONE)
    assert store.get(job.id, PHONE) is None, "the one whose answer was lost"
    successions.gather(NEW)
    assert store.get(job.id, NEW) is not None
    assert store.get(job.id, HOME) is None
    assert links.leads_to(unused) is None


def test_afterwards_old_tabs_are_reckoned_with_for_a_day_and_no_longer(
    successions: Successions, keep: Keep, store: Store, clock: Watch
) -> None:
    successions.begin_anew(HOME, NEW, keep=True)
    successions.gather(NEW)
    late = keep(HOME)
    clock.wait(timedelta(hours=23))
    successions.gather(NEW)
    assert store.get(late.id, NEW) is not None
    clock.wait(timedelta(hours=2))
    later = keep(HOME)
    successions.gather(NEW)
    assert store.get(later.id, NEW) is None


def test_what_a_gallery_had_taken_in_before_comes_along_too(
    links: GalleryLinks, successions: Successions, keep: Keep, store: Store
) -> None:
    links.use(links.make(HOME), here=PHONE, bring=True)
    successions.begin_anew(HOME, NEW, keep=True)
    late = keep(PHONE)
    successions.gather(NEW)
    assert store.get(late.id, NEW) is not None


def test_after_everything_was_deleted_nothing_leads_back(successions: Successions, keep: Keep, store: Store) -> None:
    successions.begin_anew(HOME, NEW, keep=False)
    late = keep(HOME)
    successions.gather(NEW)
    assert store.get(late.id, NEW) is None


def test_a_place_that_was_taken_is_no_link_and_a_link_is_no_place(
    links: GalleryLinks, successions: Successions, database: Database
) -> None:
    links.use(links.make(HOME), here=PHONE)
    successions.begin_anew(BOB, NEW, keep=True)
    assert remembered(database) == {PHONE: HOME, BOB: NEW}
    with database.read() as connection:
        assert connection.execute(select(tables.gallery_links.c.visitor)).scalars().all() == [HOME]


def test_who_begins_anew_again_is_followed_by_the_last_one_alone(successions: Successions, database: Database) -> None:
    successions.begin_anew(HOME, PHONE, keep=True)
    successions.begin_anew(HOME, NEW, keep=True)
    assert remembered(database) == {HOME: NEW}
    successions.begin_anew(HOME, BOB, keep=False)
    assert remembered(database) == {}


def test_a_place_is_remembered_no_longer_than_it_counts(
    links: GalleryLinks, successions: Successions, database: Database, clock: Watch
) -> None:
    successions.begin_anew(BOB, NEW, keep=True)
    links.use(links.make(HOME), here=PHONE)
    clock.wait(LATE_FOR)
    successions.begin_anew(HOME, NEW, keep=True)
    assert remembered(database) == {BOB: NEW, HOME: NEW}
    clock.wait(NEVER_GATHERED_FOR)
    links.use(links.make(HOME), here=PHONE)
    assert remembered(database) == {PHONE: HOME}


def test_presets_come_along_even_where_there_is_nothing_else_and_what_an_old_tab_saves(
    successions: Successions, links: GalleryLinks, store: Store, clock: Watch
) -> None:
    def save(visitor: str, name: str) -> None:
        store.save_preset(visitor, name, "{}", clock.now, at_most=20)

    save(HOME, "Waves")
    successions.begin_anew(HOME, PHONE, keep=True)
    successions.begin_anew(HOME, NEW, keep=True)
    successions.gather(PHONE)
    assert store.presets(PHONE) == {}, "the one whose answer was lost"
    successions.gather(NEW)
    assert (list(store.presets(NEW)), store.presets(HOME)) == (["Waves"], {})
    save(HOME, "Late")
    successions.gather(NEW)
    assert list(store.presets(NEW)) == ["Late", "Waves"]
    links.use(links.make(BOB), here=NEW)
    assert (list(store.presets(BOB)), store.presets(NEW)) == (["Late", "Waves"], {})
    successions.begin_anew(BOB, HOME, keep=False)
    successions.gather(HOME)
    assert store.presets(HOME) == {}
