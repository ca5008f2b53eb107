"""Deleting for good: everything of one visitor, nothing of another, and nothing of the money."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from studio.access.admission import Admission
from studio.access.codes import Codes
from studio.access.rate_limits import RateLimits
from studio.diagnostics.incidents import Incidents
from studio.jobs.job import Job, State
from studio.money.ledger import Payer
from studio.money.statements import adds_up
from studio.orders.drafts import Draft, DraftPicture
from studio.queue.job_store import Store
from studio.retention.deletion import (
    ADDRESSES_KEPT,
    FORMS_AT_ONCE,
    UNUSED_FORMS_KEPT,
    UNUSED_PRESETS_KEPT,
    Deletion,
)
from studio.settings import Settings
from studio.sharing.gallery_links import GalleryLinks
from studio.sharing.shares import Shares
from studio.sharing.successions import LATE_FOR, Successions
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.media_keys import thumbnail_key
from studio.storage.tables import drafts, gallery_links, jobs, ledger, presets, successions, tickets
from tests.studio.strategies import A_VIDEO, NOON, a_job, an_order

ANN, BEN = "a" * 32, "b" * 32
WORDS = "a secret garden at dusk"


class House:
    """Visitors with things of their own, and a clock that is moved by hand."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.now = NOON
        self.database = database
        self.store = Store(database, polls_per_s=1_000_000)
        self.media = Media((folder / "media").as_uri())
        self.shares = Shares(database, self.clock)

    def clock(self) -> datetime:
        return self.now

    def deletion(self, keep: timedelta | None = None) -> Deletion:
        return Deletion(self.database, self.store, self.media, self.clock, keep)

    def placed(self, visitor: str, name: str) -> Job:
        key = f"pictures/{visitor[:2]}/{name}.jpg"
        self.media.put(key, b"picture")
        self.media.put(thumbnail_key(key), b"small")
        self.now += timedelta(seconds=1)
        order = an_order(prompt=WORDS, picture_key=key)
        job = a_job(visitor=visitor, order=order, created_at=self.now, next_at=self.now)
        return self.store.place(job, job.id)

    def begun(self) -> Job:
        """The job whose turn it is, on its way to the provider."""
        self.now += timedelta(seconds=1)
        claim = self.store.claim_due(self.now)
        assert claim is not None
        sent = claim.job.submit_begun(self.now).accepted(
            self.now, "gen", expected_s=100, poll_at=self.now, cost_micros=None
        )
        assert self.store.save(claim, sent) is not None
        return sent

    def done(self) -> Job:
        """The next job that is under way, with its video."""
        self.now += timedelta(seconds=1)
        claim = self.store.claim_due(self.now)
        assert claim is not None
        name = claim.job.id
        video = replace(A_VIDEO, video_key=f"videos/{name}.mp4", poster_key=f"posters/{name}.jpg")
        self.media.put(video.video_key, b"video")
        self.media.put(video.poster_key, b"poster")
        ended = claim.job.finished_there(self.now, cost_micros=640_000).kept(self.now, video)
        assert self.store.save(claim, ended) is not None
        return ended

    def saved(self, visitor: str, name: str) -> None:
        self.store.save_preset(visitor, name, "{}", self.now, at_most=20)

    def files(self) -> set[str]:
        prefixes = ("pictures/", "thumbnails/", "videos/", "posters/")
        return {key for prefix in prefixes for key, _ in self.media.keys(prefix)}

    def rows(self) -> str:
        tables = (jobs, drafts, presets, tickets, gallery_links, successions)
        with self.database.read() as connection:
            return str([connection.execute(select(table)).mappings().all() for table in tables])

    def money(self) -> list[tuple[str, int]]:
        with self.database.read() as connection:
            rows = connection.execute(select(ledger.c.kind, ledger.c.micros).order_by(ledger.c.id)).all()
        return [(kind, micros) for kind, micros in rows]


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return House(database, tmp_path)


def test_everything_of_a_visitor_goes_but_the_money_and_nothing_of_anybody_else(house: House) -> None:
    house.placed(ANN, "one")
    house.begun()
    video = house.done()
    token = house.shares.share(ANN, video.id)
    assert token is not None
    house.store.keep_draft(ANN, Draft(prompt=WORDS).to_json(), house.now)
    house.saved(ANN, WORDS)
    house.saved(BEN, "his")
    before = house.files()
    kept = house.placed(BEN, "his")
    his = house.files() - before
    house.deletion().everything_of(ANN)
    assert house.files() == his
    assert house.store.count_finished(ANN) == 0
    assert house.store.draft(ANN) is None
    assert (house.store.presets(ANN), list(house.store.presets(BEN))) == ({}, ["his"])
    assert house.shares.shared(token) is None
    assert house.store.get(kept.id, BEN) == kept
    assert house.rows().count(WORDS) == 2, "only what the other one typed is left, and how it is found"
    assert house.money() == [("reserved", 650_000), ("settled", -10_000), ("reserved", 650_000)]
    assert adds_up(house.database) == []


def test_an_order_that_has_not_gone_out_is_taken_back_and_its_money_given_back(house: House) -> None:
    job = house.placed(ANN, "one")
    house.deletion().everything_of(ANN)
    assert house.money() == [("reserved", 650_000), ("released", -650_000)]
    house.now += timedelta(hours=1)
    assert house.store.claim_due(house.now) is None, "it is never sent"
    assert house.store.get(job.id) is None
    assert house.files() == set()
    assert adds_up(house.database) == []


def test_what_is_being_made_is_paid_for_fetched_and_then_deleted(house: House) -> None:
    house.placed(ANN, "one")
    house.begun()
    house.deletion().everything_of(ANN)
    assert house.store.unfinished(ANN) == []
    assert len(house.files()) == 2, "the picture may be needed until the end"
    house.done()
    house.deletion().upkeep()
    assert house.files() == set()
    assert WORDS not in house.rows()
    assert house.money() == [("reserved", 650_000), ("settled", -10_000)]


def test_a_picture_stays_while_a_form_has_it(house: House) -> None:
    key = house.placed(ANN, "shared").order.picture_key
    house.store.keep_draft(BEN, Draft(picture=DraftPicture(key=key, width=1, height=1)).to_json(), house.now)
    house.deletion().everything_of(ANN)
    assert key in house.files()
    house.deletion().everything_of(BEN)
    assert house.files() == set()


def test_what_lets_a_visitor_in_goes_too(house: House) -> None:
    codes = Codes(house.database, house.clock)
    _code, words = codes.make("newsletter", 1)
    Admission(house.database, codes, Settings(), house.clock).try_code(ANN, words)
    link = GalleryLinks(house.database, house.clock).make(ANN)
    assert ANN in house.rows()
    house.deletion().everything_of(ANN)
    assert ANN not in house.rows()
    assert GalleryLinks(house.database, house.clock).use(link) is None


def test_who_deletes_everything_gets_nothing_more_from_a_gallery_of_before(house: House) -> None:
    Successions(house.database, house.clock).begin_anew(BEN, ANN, keep=True)
    assert ANN in house.rows()
    house.deletion().everything_of(ANN)
    assert ANN not in house.rows()
    house.placed(BEN, "late")
    Successions(house.database, house.clock).gather(ANN)
    assert len(house.store.unfinished(BEN)) == 1


def test_links_and_places_that_have_expired_are_not_kept(house: House) -> None:
    links = GalleryLinks(house.database, house.clock)
    links.use(links.make(ANN), here=BEN)
    house.now += LATE_FOR
    house.deletion().upkeep()
    assert ANN in house.rows(), "it counts until this moment"
    house.now += timedelta(seconds=1)
    house.deletion().upkeep()
    assert ANN not in house.rows()


def test_the_owner_decides_how_long_things_are_kept(house: House) -> None:
    house.placed(ANN, "one")
    house.begun()
    house.done()
    house.store.keep_draft(BEN, Draft(prompt=WORDS).to_json(), house.now)
    house.now += timedelta(days=29)
    house.deletion(timedelta(days=30)).upkeep()
    assert house.store.count_finished(ANN) == 1
    house.now += timedelta(days=2)
    house.deletion().upkeep()
    assert house.store.count_finished(ANN) == 1, "without the setting nothing is deleted by itself"
    house.deletion(timedelta(days=30)).upkeep()
    assert house.store.count_finished(ANN) == 0
    assert house.store.draft(BEN) is None
    assert house.files() == set()
    assert WORDS not in house.rows()


def test_a_job_under_way_is_never_too_old(house: House) -> None:
    house.placed(ANN, "one")
    house.begun()
    house.now += timedelta(days=3)
    house.deletion(timedelta(days=1)).upkeep()
    assert [job.state for job in house.store.unfinished(ANN)] == [State.QUEUED]


def test_what_went_wrong_is_kept_for_a_month_and_tries_for_a_day(house: House) -> None:
    incidents, rate_limits = Incidents(house.database, house.clock), RateLimits(house.database)
    incidents.keep("OLD", "KeyError")
    assert rate_limits.count("code:somebody", house.now, limit=1, per=timedelta(days=90))
    house.now += timedelta(days=29)
    incidents.keep("NEW", "another KeyError")
    house.deletion().upkeep()
    assert [one.reference for one in incidents.latest(9)] == ["NEW", "OLD"]
    assert rate_limits.count("code:somebody", house.now, limit=1, per=timedelta(days=90)), "its count began anew"
    house.now += timedelta(days=2)
    house.deletion().upkeep()
    assert [one.reference for one in incidents.latest(9)] == ["NEW"]


def test_a_form_of_who_never_ordered_is_kept_for_a_week_with_its_picture_and_others_for_longer(
    database: Database, tmp_path: Path
) -> None:
    house = House(database, tmp_path)
    house.placed(ANN, "one")
    keys = {visitor: f"pictures/{visitor[:2]}/form.jpg" for visitor in (ANN, BEN)}
    for visitor, key in keys.items():
        house.media.put(key, b"picture")
        house.media.put(thumbnail_key(key), b"small")
        form = Draft(prompt=WORDS, picture=DraftPicture(key=key, width=1, height=1))
        house.store.keep_draft(visitor, form.to_json(), house.now)
    house.now += UNUSED_FORMS_KEPT - timedelta(seconds=1)
    house.deletion().upkeep()
    assert house.store.draft(BEN) is not None
    house.now += timedelta(seconds=2)
    house.deletion().upkeep()
    assert house.store.draft(BEN) is None
    assert not house.media.exists(keys[BEN])
    assert not house.media.exists(thumbnail_key(keys[BEN]))
    assert house.store.draft(ANN) is not None
    assert house.media.exists(keys[ANN])


def test_presets_of_who_never_ordered_are_kept_for_three_months_and_others_as_long_as_the_owner_says(
    house: House,
) -> None:
    house.placed(BEN, "one")
    house.begun()
    house.done()
    house.saved(ANN, "hers")
    house.saved(BEN, "his")
    house.now += UNUSED_PRESETS_KEPT - timedelta(seconds=1)
    house.deletion().upkeep()
    assert list(house.store.presets(ANN)) == ["hers"]
    house.now += timedelta(seconds=2)
    house.deletion().upkeep()
    assert (house.store.presets(ANN), list(house.store.presets(BEN))) == ({}, ["his"])
    house.deletion(timedelta(days=30)).upkeep()
    assert house.store.presets(BEN) == {}


def test_the_forms_of_a_flood_all_go(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    with database.begin() as connection:
        for number in range(2 * FORMS_AT_ONCE + 1):
            connection.execute(insert(drafts).values(visitor=f"{number}", form="{}", updated_at=house.now))
    house.now += UNUSED_FORMS_KEPT + timedelta(seconds=1)
    house.deletion().upkeep()
    with database.read() as connection:
        assert connection.execute(select(drafts.c.visitor)).all() == []


def test_from_where_an_order_came_is_forgotten_a_day_after_its_end(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    job = a_job(visitor=ANN, created_at=house.now, next_at=house.now)
    house.store.place(job, job.id, Payer(ANN, address="at:home"))
    house.begun()
    house.done()

    def turns() -> list[str]:
        with database.read() as connection:
            return list(connection.execute(select(jobs.c.turn)).scalars())

    house.deletion().upkeep()
    assert turns() == ["at:home"]
    house.now += ADDRESSES_KEPT + timedelta(minutes=1)
    house.deletion().upkeep()
    assert turns() == [ANN]
