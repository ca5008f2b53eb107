"""Pictures that are taken at once and prepared in turn: none is lost, none waits for ever, none is unfair."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from studio.orders.drafts import DraftPicture
from studio.pictures.fetch import Link, LinkRefusal, LinkRefused
from studio.pictures.prepare import PictureRefused, Refusal
from studio.pictures.queue import (
    FETCHED_AT_ONCE,
    LINKS_WAITING,
    SMALL_KEPT,
    SMALL_MAX_BYTES,
    WAITING_OF_A_VISITOR,
    Preparation,
    Preparations,
    TooManyWaiting,
)
from studio.storage.errors import StorageFull
from tests.app_process import wait_until

LIMIT_S = 30.0


class Kitchen:
    """Prepares what it is given when it is let, and notes in which order and how it ended."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.may_arrive = threading.Event()
        self.asked: list[str] = []
        self.begun: list[bytes] = []
        self.at_once = self.most_at_once = 0
        self.kept: list[tuple[str, str]] = []
        self.dropped: list[str] = []
        self._lock = threading.Lock()

    def prepare(self, data: bytes) -> DraftPicture:
        with self._lock:
            self.begun.append(data)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.may_go_on.wait(LIMIT_S)
        with self._lock:
            self.at_once -= 1
        if data == b"no picture":
            raise PictureRefused(Refusal.NOT_A_PICTURE)
        if data.startswith(b"too small"):
            raise PictureRefused(Refusal.TOO_SMALL, width=200, height=150, limit=240)
        if data == b"a blot":
            raise PictureRefused(Refusal.TOO_SMALL, width=20, height=15, limit=240)
        if data == b"disk full":
            raise StorageFull("full")
        if data == b"our mistake":
            raise RuntimeError("a mistake of ours")
        return DraftPicture(key=data.decode(), width=1, height=1)

    def fetch(self, link: Link, stopped: Callable[[], bool]) -> bytes:
        """The link's own words, once they may arrive."""
        with self._lock:
            self.asked.append(link.address)
        while not self.may_arrive.wait(0.01):
            if stopped():
                raise LinkRefused(LinkRefusal.TOO_SLOW)
        if link.address == "nowhere":
            raise LinkRefused(LinkRefusal.NOT_FOUND)
        if link.address == "our mistake":
            raise RuntimeError("a mistake of ours about canary")
        return link.address.encode()

    def keep(self, visitor: str, picture: DraftPicture) -> None:
        self.kept.append((visitor, picture.key))

    def drop(self, picture: DraftPicture) -> None:
        self.dropped.append(picture.key)


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
def open_with(kitchen: Kitchen) -> Iterator[Callable[..., Preparations]]:
    opened: list[Preparations] = []

    def make(**options: int) -> Preparations:
        opened.append(Preparations(kitchen.prepare, kitchen.keep, kitchen.drop, fetch=kitchen.fetch, **options))
        return opened[-1]

    yield make
    kitchen.may_go_on.set()
    kitchen.may_arrive.set()
    for one in opened:
        one.close()


def test_a_picture_is_taken_at_once_and_comes_onto_the_form_by_itself(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    preparations = open_with()
    taken = preparations.take("ann", b"cat")
    assert not taken.is_done
    assert preparations.latest("ann") is taken
    kitchen.may_go_on.set()
    assert taken.wait(LIMIT_S)
    assert taken.outcome == DraftPicture(key="cat", width=1, height=1)
    assert kitchen.kept == [("ann", "cat")]


def test_an_outcome_waits_for_a_page_that_was_loaded_anew_and_is_told_once(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    preparations = open_with()
    kitchen.may_go_on.set()
    taken = preparations.take("ann", b"no picture")
    assert taken.wait(LIMIT_S)
    found = preparations.latest("ann")
    assert found is taken
    found.told = True
    assert preparations.latest("ann") is None


@pytest.mark.parametrize(
    ("data", "kind"), [(b"no picture", PictureRefused), (b"disk full", StorageFull), (b"our mistake", PictureRefused)]
)
def test_whatever_goes_wrong_is_the_outcome_and_the_next_is_prepared(
    open_with: Callable[..., Preparations], kitchen: Kitchen, data: bytes, kind: type[Exception]
) -> None:
    preparations = open_with(at_once=1)
    kitchen.may_go_on.set()
    broken, whole = preparations.take("ann", data), preparations.take("ben", b"cat")
    assert broken.wait(LIMIT_S)
    assert whole.wait(LIMIT_S)
    assert isinstance(broken.outcome, kind)
    assert kitchen.kept == [("ben", "cat")]


def test_only_the_last_few_small_ones_that_were_refused_are_kept_to_be_enlarged(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    kitchen.may_go_on.set()
    pictures = open_with()

    def outcome(visitor: str, data: bytes) -> Preparation:
        taken = pictures.take(visitor, data)
        assert taken.wait(LIMIT_S)
        return taken

    first = outcome("first", b"too small")
    assert first.to_enlarge == b"too small"
    assert outcome("blot", b"a blot").to_enlarge == b""
    assert outcome("large", b"too small".ljust(SMALL_MAX_BYTES + 1)).to_enlarge == b""
    others = [outcome(f"visitor {number}", b"too small") for number in range(SMALL_KEPT)]
    assert first.to_enlarge == b""
    assert {other.to_enlarge for other in others} == {b"too small"}


def test_visitors_take_turns_however_many_pictures_one_of_them_gives(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    preparations = open_with(at_once=1)
    taken = [preparations.take("ann", data) for data in (b"a1", b"a2", b"a3")]
    taken.append(preparations.take("ben", b"b1"))
    kitchen.may_go_on.set()
    assert all(one.wait(LIMIT_S) for one in taken)
    assert kitchen.begun.index(b"b1") < kitchen.begun.index(b"a3"), "ben waits for one of ann's, not for all"
    assert [key for visitor, key in kitchen.kept if visitor == "ann"] == ["a1", "a2", "a3"], "the last given stands"


def test_only_so_many_are_prepared_at_once_and_of_one_visitor_only_one(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    preparations = open_with(at_once=2)
    taken = [preparations.take(visitor, f"{visitor}{n}".encode()) for visitor in ("ann", "ben", "cy") for n in (1, 2)]
    kitchen.may_go_on.set()
    assert all(one.wait(LIMIT_S) for one in taken)
    assert kitchen.most_at_once <= 2
    # Before anybody's second; two that begin in the same moment may be noted the other way round.
    assert kitchen.begun.index(b"cy1") <= 3


def test_more_than_may_wait_is_refused_and_nothing_else_suffers(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    preparations = open_with(at_once=1, waiting_max_bytes=100)
    running = preparations.take("ann", b"x" * 60)
    wait_until(lambda: bool(kitchen.begun), "the first is being prepared")
    waiting = preparations.take("ben", b"y" * 60)
    with pytest.raises(TooManyWaiting):
        preparations.take("cy", b"z" * 60)
    small = preparations.take("cy", b"z" * 40)
    kitchen.may_go_on.set()
    assert all(one.wait(LIMIT_S) for one in (running, waiting, small))


def test_one_visitor_fills_only_a_few_places(open_with: Callable[..., Preparations], kitchen: Kitchen) -> None:
    preparations = open_with(at_once=1)
    taken = [preparations.take("ann", b"1")]
    wait_until(lambda: bool(kitchen.begun), "the first is being prepared")
    taken += [preparations.take("ann", b"more") for _ in range(WAITING_OF_A_VISITOR)]
    with pytest.raises(TooManyWaiting):
        preparations.take("ann", b"too many")
    taken.append(preparations.take("ben", b"cat"))
    kitchen.may_go_on.set()
    assert all(one.wait(LIMIT_S) for one in taken)


def test_what_is_no_longer_wanted_comes_onto_no_form_and_is_deleted(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    preparations = open_with()
    taken = preparations.take("ann", b"cat")
    taken.cancel()
    assert preparations.latest("ann") is None
    kitchen.may_go_on.set()
    assert taken.wait(LIMIT_S)
    assert (kitchen.kept, kitchen.dropped) == ([], ["cat"])


def test_after_the_end_none_is_taken(open_with: Callable[..., Preparations], kitchen: Kitchen) -> None:
    preparations = open_with()
    kitchen.may_go_on.set()
    taken = preparations.take("ann", b"cat")
    assert taken.wait(LIMIT_S)
    preparations.close()
    with pytest.raises(TooManyWaiting):
        preparations.take("ann", b"dog")


# Links.


def links_of_many(preparations: Preparations, count: int, address: str = "slow") -> list[Preparation]:
    return [preparations.take_link(f"visitor {number}", Link(address)) for number in range(count)]


def test_the_picture_behind_a_link_is_fetched_and_prepared_in_the_background(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    preparations = open_with()
    taken = preparations.take_link("ann", Link("cat"))
    assert preparations.latest("ann") is taken
    wait_until(lambda: kitchen.asked == ["cat"], "it is being fetched")
    assert (kitchen.begun, taken.is_done) == ([], False)
    kitchen.may_arrive.set()
    kitchen.may_go_on.set()
    assert taken.wait(LIMIT_S)
    assert taken.outcome == DraftPicture(key="cat", width=1, height=1)
    assert kitchen.kept == [("ann", "cat")]


@pytest.mark.parametrize(
    ("address", "why"), [("nowhere", LinkRefusal.NOT_FOUND), ("our mistake", LinkRefusal.NOT_REACHABLE)]
)
def test_whatever_goes_wrong_with_a_link_is_the_outcome_and_the_next_is_fetched(
    open_with: Callable[..., Preparations],
    kitchen: Kitchen,
    caplog: pytest.LogCaptureFixture,
    address: str,
    why: LinkRefusal,
) -> None:
    preparations = open_with()
    kitchen.may_arrive.set()
    kitchen.may_go_on.set()
    broken = [*links_of_many(preparations, FETCHED_AT_ONCE + 1, address), preparations.take_link("ann", Link("no"))]
    whole = [preparations.take_link("ann", Link("cat")), preparations.take_link("ben", Link("dog"))]
    assert all(one.wait(LIMIT_S) for one in broken + whole)
    for one in broken[:-1]:
        assert isinstance(one.outcome, LinkRefused)
        assert one.outcome.refusal is why
    assert {("ann", "cat"), ("ben", "dog")} <= set(kitchen.kept)
    assert "canary" not in caplog.text


def test_slow_links_keep_no_upload_waiting(open_with: Callable[..., Preparations], kitchen: Kitchen) -> None:
    preparations = open_with()
    kitchen.may_go_on.set()
    slow = links_of_many(preparations, LINKS_WAITING)
    uploads = [preparations.take(visitor, visitor.encode()) for visitor in ("ann", "ben", "cy")]
    assert all(one.wait(LIMIT_S) for one in uploads)
    assert not any(one.is_done for one in slow)


def test_only_so_many_links_wait_and_more_are_refused(open_with: Callable[..., Preparations], kitchen: Kitchen) -> None:
    preparations = open_with()
    slow = links_of_many(preparations, FETCHED_AT_ONCE)
    wait_until(lambda: len(kitchen.asked) == FETCHED_AT_ONCE, "all lines are busy")
    slow += [preparations.take_link(f"other {number}", Link("slow")) for number in range(LINKS_WAITING)]
    with pytest.raises(TooManyWaiting):
        preparations.take_link("ann", Link("cat"))
    kitchen.may_arrive.set()
    kitchen.may_go_on.set()
    assert all(one.wait(LIMIT_S) for one in slow)
    assert preparations.take_link("ann", Link("cat")).wait(LIMIT_S)


def test_no_more_is_fetched_than_can_be_prepared(open_with: Callable[..., Preparations], kitchen: Kitchen) -> None:
    """Each may be 20 MB: what is fetched waits in memory."""
    preparations = open_with(at_once=1)
    kitchen.may_arrive.set()
    taken = links_of_many(preparations, FETCHED_AT_ONCE * 3, "cat")
    wait_until(lambda: bool(kitchen.begun), "one is being prepared")
    wait_until(lambda: len(kitchen.asked) == FETCHED_AT_ONCE + 1, "the next are fetched")
    assert not taken[0].wait(0.2)
    assert len(kitchen.asked) == FETCHED_AT_ONCE + 1
    kitchen.may_go_on.set()
    assert all(one.wait(LIMIT_S) for one in taken)


def test_of_a_link_and_an_upload_the_last_given_stands(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    preparations = open_with()
    kitchen.may_go_on.set()
    taken = [preparations.take_link("ann", Link("link")), preparations.take("ann", b"file")]
    assert not taken[1].wait(0.1), "it waits behind the link"
    kitchen.may_arrive.set()
    assert all(one.wait(LIMIT_S) for one in taken)
    assert kitchen.kept == [("ann", "link"), ("ann", "file")]


def test_a_link_that_is_no_longer_wanted_is_fetched_no_further(
    open_with: Callable[..., Preparations], kitchen: Kitchen
) -> None:
    preparations = open_with()
    kitchen.may_go_on.set()
    taken, file = preparations.take_link("ann", Link("slow")), preparations.take("ann", b"file")
    taken.cancel()
    assert file.wait(LIMIT_S)
    assert kitchen.kept == [("ann", "file")]
    assert isinstance(taken.outcome, LinkRefused)


def test_the_end_waits_for_no_slow_link(open_with: Callable[..., Preparations], kitchen: Kitchen) -> None:
    preparations = open_with()
    links_of_many(preparations, FETCHED_AT_ONCE)
    wait_until(lambda: len(kitchen.asked) == FETCHED_AT_ONCE, "all are being fetched")
    preparations.close()
    with pytest.raises(TooManyWaiting):
        preparations.take_link("ann", Link("cat"))
