"""The link that opens a whole gallery elsewhere: once, for a quarter of an hour, losing and leaking nothing."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from studio.jobs.job import State
from studio.queue.job_store import Store
from studio.sharing.gallery_links import GalleryLinks, OwnVideosHere
from studio.sharing.shares import Shares
from studio.sharing.successions import Successions
from studio.storage.database import Database
from studio.storage.tables import gallery_links
from studio.storage.tables import shares as shared_links
from tests.studio.sharing.conftest import Keep, Watch, owner_of
from tests.studio.strategies import NOON

HOME, PHONE, BOB = "a" * 32, "b" * 32, "c" * 32


def test_a_link_opens_the_gallery_it_was_made_for(links: GalleryLinks) -> None:
    assert links.use(links.make(HOME)) == HOME


def test_a_link_works_once(links: GalleryLinks) -> None:
    token = links.make(HOME)
    links.use(token)
    assert links.use(token) is None
    assert links.leads_to(token) is None


def test_looking_at_a_link_uses_nothing_up(links: GalleryLinks) -> None:
    token = links.make(HOME)
    assert [links.leads_to(token) for _ in range(3)] == [HOME] * 3
    assert links.use(token) == HOME


def test_of_eight_who_use_a_link_at_once_one_gets_in(links: GalleryLinks) -> None:
    token = links.make(HOME)
    barrier, answers = threading.Barrier(8), []

    def use() -> None:
        barrier.wait(10)
        answers.append(links.use(token))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, answers)) == ["None"] * 7 + [HOME]


@pytest.mark.parametrize(("minutes", "opens"), [(0, True), (14.99, True), (15, False), (16, False), (9999, False)])
def test_a_link_is_good_for_a_quarter_of_an_hour(
    links: GalleryLinks, clock: Watch, minutes: float, opens: bool
) -> None:
    token = links.make(HOME)
    clock.wait(timedelta(minutes=minutes))
    assert (links.leads_to(token) == HOME) is opens
    assert (links.use(token) == HOME) is opens


@pytest.mark.parametrize(
    "token", ["", "x", "a" * 22, "a" * 21 + "\n", "é" * 22, "\x00" * 22, "from:" + PHONE, "a" * 1_000_000, "'--" * 7]
)
def test_what_is_no_token_of_ours_opens_nothing(links: GalleryLinks, token: str) -> None:
    links.make(HOME)
    links.use(links.make(HOME), here=PHONE)
    assert links.leads_to(token) is None
    assert links.use(token) is None


def test_the_database_holds_nothing_that_opens_a_gallery(links: GalleryLinks, database: Database) -> None:
    token = links.make(HOME)
    with database.read() as connection:
        [row] = connection.execute(select(gallery_links)).mappings()
    assert token not in str(dict(row))
    assert links.leads_to(row["hash"]) is None


def test_what_has_expired_is_not_kept(links: GalleryLinks, clock: Watch, database: Database) -> None:
    for _ in range(3):
        links.make(HOME)
    links.use(links.make(HOME), here=PHONE)
    clock.wait(timedelta(days=2))
    links.make(HOME)
    with database.read() as connection:
        assert len(connection.execute(select(gallery_links)).all()) == 1


def test_no_job_changes_hands_unless_the_person_says_so(links: GalleryLinks, store: Store, keep: Keep) -> None:
    token, job = links.make(HOME), keep(PHONE)
    keep(PHONE, State.FAILED)
    with pytest.raises(OwnVideosHere) as said:
        links.use(token, here=PHONE)
    assert said.value.number == 2
    assert owner_of(store, job) == PHONE
    assert links.use(token, here=PHONE, bring=True) == HOME, "asking used nothing up"


def test_all_of_this_devices_jobs_come_along_and_nobody_elses(links: GalleryLinks, store: Store, keep: Keep) -> None:
    brought = [keep(PHONE, state) for state in State]
    others, here = keep(BOB), keep(HOME)
    links.use(links.make(HOME), here=PHONE, bring=True)
    assert {owner_of(store, job) for job in brought} == {HOME}
    assert owner_of(store, others) == BOB
    assert owner_of(store, here) == HOME
    assert links.count(PHONE) == 0


def test_a_shared_video_stays_shared_and_is_the_new_owners_to_end(
    links: GalleryLinks, database: Database, keep: Keep
) -> None:
    shares, job = Shares(database, lambda: NOON), keep(PHONE)
    token = shares.share(PHONE, job.id)
    assert token is not None
    links.use(links.make(HOME), here=PHONE, bring=True)
    with database.read() as connection:
        assert connection.execute(select(shared_links.c.visitor)).scalars().all() == [HOME]
    assert shares.token_of(HOME, job.id) == token
    assert shares.shared(token) is not None
    assert not shares.revoke(PHONE, job.id)
    assert shares.revoke(HOME, job.id)


def test_the_form_of_each_device_stays_its_own(links: GalleryLinks, store: Store, keep: Keep) -> None:
    keep(PHONE)
    store.keep_draft(HOME, "home", NOON)
    store.keep_draft(PHONE, "phone", NOON)
    links.use(links.make(HOME), here=PHONE, bring=True)
    assert (store.draft(HOME), store.draft(PHONE)) == ("home", "phone")


def test_a_used_link_brings_nothing(links: GalleryLinks, store: Store, keep: Keep) -> None:
    token, job = links.make(HOME), keep(PHONE)
    links.use(token)
    assert links.use(token, here=PHONE, bring=True) is None
    assert owner_of(store, job) == PHONE


def test_ones_own_link_in_ones_own_browser_changes_nothing(
    links: GalleryLinks, successions: Successions, store: Store, keep: Keep
) -> None:
    job = keep(HOME)
    assert links.use(links.make(HOME), here=HOME, bring=True) == HOME
    successions.gather(HOME)
    assert owner_of(store, job) == HOME
