"""From where an order comes: told apart where it can be known, kept nowhere, and never counted against a class."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from studio.access.networks import NOWHERE, Networks
from studio.money.ledger import Payer
from studio.settings import Settings

ANN = "a" * 32
BEHIND = Networks("secret", ("10.0.0.0/24", "2001:db8:ffff::1"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.7", "::ffff:203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2::1", "2001:0db8:0001:0002::abcd"),
    ],
)
def test_one_household_is_one_however_its_address_is_written(one: str, other: str) -> None:
    assert BEHIND.name(one) == BEHIND.name(other)
    assert BEHIND.name(one) is not None


def test_others_are_others_and_neither_can_be_looked_up() -> None:
    addresses = ["203.0.113.7", "203.0.113.8", "2001:db8:1:2::1", "2001:db8:1:3::1"]
    names = {BEHIND.name(address) for address in addresses}
    assert len(names) == 4
    assert not any(address in str(names) for address in addresses)
    assert BEHIND.name("203.0.113.7") != Networks("another", ("10.0.0.0/24",)).name("203.0.113.7")


@pytest.mark.parametrize("address", [None, "", "10.0.0.9", "2001:db8:ffff::1", "127.0.0.1", "::1", "::", "nonsense"])
def test_what_says_nothing_of_a_visitor_is_nobodys(address: str | None) -> None:
    assert BEHIND.name(address) is None


def test_without_a_trusted_proxy_no_address_counts() -> None:
    assert NOWHERE.name("203.0.113.7") is None
    assert Networks("secret", ()).reckoned(Payer(ANN), ANN, "203.0.113.7") == Payer(ANN)


def test_only_who_has_neither_a_code_nor_an_account_is_reckoned_by_address() -> None:
    here = "203.0.113.7"
    assert BEHIND.reckoned(Payer(ANN), ANN, here).fairness_group == BEHIND.name(here)
    assert BEHIND.reckoned(Payer(ANN, "class"), ANN, here).fairness_group == ANN
    for account in ("0" * 32, "f" * 32):
        assert BEHIND.reckoned(Payer(account), ANN, here).fairness_group == account


@pytest.mark.parametrize("value", ["*", "proxy.example", "10.0.0.0/33", "10.0.0.5/8"])
def test_a_proxy_is_an_address_or_a_network(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_TRUSTED_PROXIES", value)
    with pytest.raises(ValidationError, match="STUDIO_TRUSTED_PROXIES takes addresses and networks"):
        Settings()
