"""How a limited number of places is shared out, and who counts as one sender."""

from __future__ import annotations

import pytest

from web.connections import network
from web.middleware.places import Holder, Limits, Places
from web.middleware.sockets import AT_ONCE, OF_ONE, limits

ANN, BOB, EVE = (Holder(name, None) for name in ("ann", "bob", "eve"))


def taken(places: Places, holder: Holder, wanted: int) -> int:
    """How many of the wanted ones are there for this holder."""
    return sum(places.take(holder) for _ in range(wanted))


def test_one_has_so_many_and_gives_them_back() -> None:
    places = Places(Limits(in_all=10, kept=2, of_one=3, of_network=10))
    assert taken(places, ANN, 9) == 3
    places.give_back(ANN)
    assert taken(places, ANN, 9) == 1
    assert places.taken == 3


def test_the_last_places_are_for_who_has_none() -> None:
    places = Places(Limits(in_all=6, kept=2, of_one=6, of_network=6))
    assert taken(places, ANN, 9) == 4
    assert taken(places, BOB, 9) == 1
    assert taken(places, EVE, 9) == 1
    assert taken(places, Holder("late", None), 9) == 0


def test_all_of_an_amount_or_nothing_of_it() -> None:
    places = Places(Limits(in_all=100, kept=0, of_one=60, of_network=100))
    assert not places.take(ANN, 61)
    assert places.take(ANN, 50)
    assert not places.take(ANN, 11)
    assert not places.take(BOB, 51)
    assert places.take(BOB, 50)
    assert places.taken == 100


def test_however_many_visitors_come_from_one_address_they_have_a_share() -> None:
    places = Places(Limits(in_all=10, kept=2, of_one=3, of_network=5))
    assert sum(places.take(Holder(f"visitor {number}", "203.0.113.7")) for number in range(20)) == 5
    assert places.take(Holder("visitor 1", "203.0.113.8")) is True


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("2606:4700:1:2:3:4:5:6", "2606:4700:1:2::/64"),
        ("2606:4700:1:2::9", "2606:4700:1:2::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("10.0.0.3", None),
        ("172.17.0.1", None),
        ("fe80::1%eth0", None),
        ("testclient", None),
        ("", None),
    ],
)
def test_who_is_one_sender_by_the_address(address: str, sender: str | None) -> None:
    assert network(address) == sender


@pytest.mark.parametrize(("descriptors", "tabs"), [(256, OF_ONE), (1024, 90), (4096, AT_ONCE), (65_536, AT_ONCE)])
def test_tabs_leave_descriptors_for_the_rest(descriptors: int, tabs: int) -> None:
    assert limits(descriptors).in_all == tabs
    assert limits(descriptors).of_one <= tabs // 4
