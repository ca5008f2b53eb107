"""Who may order, and who is the owner."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import select

from studio.codes import Codes
from studio.database import Database
from studio.doors import OWNERS_HOURS, PERSONS_DAYS, WRONG_IN_ALL, WRONG_OF_A_VISITOR, Answer, Doors
from studio.purses import Payer
from studio.settings import Settings, WayIn
from studio.tables import admissions, codes
from tests.studio.strategies import NOON

ANN, BEN = "a" * 32, "b" * 32
KEY = {"aimlapi_key": SecretStr("k")}
BUDGET = {"daily_budget_usd": Decimal(5)}
OWNERS = "the owner's long code"


class Entrance:
    """Doors as the settings make them, and a clock that is moved by hand."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        self.database = database
        self.codes = Codes(database, self.clock)

    def clock(self) -> datetime:
        return self.now

    def doors(self, **changes: Any) -> Doors:
        return Doors(
            self.database, self.codes, Settings.model_construct(**(Settings().model_dump() | changes)), self.clock
        )


@pytest.fixture
def entrance(database: Database) -> Entrance:
    return Entrance(database)


@pytest.mark.parametrize(
    ("changes", "ways", "open_to_all"),
    [
        ({}, {WayIn.OPEN}, True),
        (KEY, {WayIn.CODE}, False),
        (KEY | BUDGET, {WayIn.OPEN}, True),
        (KEY | {"access": frozenset({WayIn.SIGN_IN})}, {WayIn.CODE}, False),
        (KEY | BUDGET | {"access": frozenset({WayIn.CODE})}, {WayIn.CODE}, False),
        (KEY | BUDGET | {"access": frozenset({WayIn.CODE, WayIn.SIGN_IN})}, {WayIn.CODE, WayIn.SIGN_IN}, False),
        ({"access": frozenset({WayIn.CODE})}, {WayIn.CODE}, False),
    ],
)
def test_a_link_is_open_to_all_only_in_the_demo_or_with_a_budget(
    entrance: Entrance, changes: dict[str, Any], ways: set[WayIn], open_to_all: bool
) -> None:
    doors = entrance.doors(**changes)
    assert doors.ways == ways
    assert doors.standing(ANN).may_order is open_to_all
    assert doors.needs_budget is ("aimlapi_key" in changes and "daily_budget_usd" not in changes)


def test_who_has_a_code_may_order_on_its_budget_and_nobody_else_may(entrance: Entrance) -> None:
    doors = entrance.doors(**KEY)
    code, words = entrance.codes.make("newsletter", 5_000_000)
    assert doors.try_code(ANN, words) is Answer.ADMITTED
    assert doors.standing(ANN).payer == Payer(ANN, code.id)
    assert doors.standing(ANN).code_name == "newsletter"
    assert not doors.standing(BEN).may_order


@pytest.mark.parametrize("said", [str.upper, lambda w: w.replace("-", ""), lambda w: f"  {w.replace('-', ' ')}\n"])
def test_a_code_is_found_however_it_is_typed(entrance: Entrance, said: Any) -> None:
    _code, words = entrance.codes.make("newsletter", 1)
    assert entrance.doors(**KEY).try_code(ANN, said(words)) is Answer.ADMITTED


def test_a_revoked_code_ends_at_once_for_those_who_are_in(entrance: Entrance) -> None:
    doors = entrance.doors(**KEY)
    code, words = entrance.codes.make("newsletter", 5_000_000)
    doors.try_code(ANN, words)
    assert entrance.codes.revoke(code.id)
    assert not doors.standing(ANN).may_order
    assert doors.try_code(BEN, words) is Answer.WRONG
    assert not entrance.codes.revoke(code.id)
    assert [(c.name, c.is_living) for c in entrance.codes.all()] == [("newsletter", False)]


def test_where_all_may_order_a_code_still_pays_and_a_revoked_one_is_forgotten(entrance: Entrance) -> None:
    doors = entrance.doors(**KEY, **BUDGET)
    code, words = entrance.codes.make("friends", 1_000_000)
    doors.try_code(ANN, words)
    assert doors.standing(ANN).payer == Payer(ANN, code.id)
    entrance.codes.revoke(code.id)
    assert doors.standing(ANN).payer == Payer(ANN)


def test_the_words_of_a_code_are_kept_nowhere(entrance: Entrance) -> None:
    _code, words = entrance.codes.make("newsletter", 1)
    entrance.doors(**KEY).try_code(ANN, words)
    with entrance.database.read() as connection:
        everything = str([connection.execute(select(table)).all() for table in (codes, admissions)])
    assert words not in everything
    assert words.replace("-", "") not in everything


@pytest.mark.parametrize("said", ["", "abcd-efgh-jkmn-pqrs", "' OR 1=1 --", "\x00", "é" * 5000, "🎬"])
def test_wrong_words_open_nothing(entrance: Entrance, said: str) -> None:
    entrance.codes.make("newsletter", 1)
    assert entrance.doors(**KEY).try_code(ANN, said) is Answer.WRONG
    assert not entrance.doors(**KEY).standing(ANN).may_order


def test_one_visitors_guesses_are_slowed_and_after_a_minute_they_may_try_again(entrance: Entrance) -> None:
    doors = entrance.doors(**KEY)
    _code, words = entrance.codes.make("newsletter", 1)
    assert [doors.try_code(ANN, "wrong") for _ in range(WRONG_OF_A_VISITOR)] == [Answer.WRONG] * WRONG_OF_A_VISITOR
    assert doors.try_code(ANN, words) is Answer.TOO_MANY
    assert doors.try_code(BEN, words) is Answer.ADMITTED
    entrance.now += timedelta(minutes=1)
    assert doors.try_code(ANN, words) is Answer.ADMITTED


def test_who_throws_the_cookie_away_after_each_guess_is_slowed_too(entrance: Entrance) -> None:
    doors = entrance.doors(**KEY)
    answers = [doors.try_code(f"{n:032x}", "wrong") for n in range(WRONG_IN_ALL + 5)]
    assert answers == [Answer.WRONG] * WRONG_IN_ALL + [Answer.TOO_MANY] * 5


def test_a_newsletters_readers_do_not_shut_each_other_out(entrance: Entrance) -> None:
    doors = entrance.doors(**KEY)
    _code, words = entrance.codes.make("newsletter", 1)
    assert {doors.try_code(f"{n:032x}", words) for n in range(WRONG_IN_ALL + 20)} == {Answer.ADMITTED}


def test_an_account_pays_for_itself_whatever_browser_it_comes_with_and_leaves_again(entrance: Entrance) -> None:
    doors = entrance.doors(**KEY, **BUDGET, access=frozenset({WayIn.SIGN_IN}), sign_in_allowed=("example.org",))
    for visitor in (ANN, BEN):
        assert doors.admit_person(visitor, "account", "ann@example.org", True)
        assert doors.standing(visitor).payer == Payer("account")
    doors.leave_person(ANN)
    assert not doors.standing(ANN).may_order
    assert doors.standing(BEN).may_order
    entrance.now += PERSONS_DAYS
    assert not doors.standing(BEN).may_order
    assert not doors.admit_person(ANN, "account", "ann@evil.org", True)


def test_signing_in_opens_nothing_where_the_owner_does_not_want_it(entrance: Entrance) -> None:
    doors = entrance.doors(**KEY, **BUDGET, access=frozenset({WayIn.CODE}), sign_in_allowed=("example.org",))
    assert not doors.admit_person(ANN, "account", "ann@example.org", True)


def test_the_owners_page_opens_by_the_owners_code_for_half_a_day(entrance: Entrance) -> None:
    doors = entrance.doors(owner_code=SecretStr(OWNERS))
    assert doors.try_owner(ANN, OWNERS + "!") is Answer.WRONG
    assert not doors.is_owner(ANN)
    assert doors.try_owner(ANN, OWNERS) is Answer.ADMITTED
    assert doors.is_owner(ANN)
    assert not doors.is_owner(BEN)
    entrance.now += OWNERS_HOURS
    assert not doors.is_owner(ANN)


def test_another_code_in_the_settings_shuts_the_owners_page(entrance: Entrance) -> None:
    entrance.doors(owner_code=SecretStr(OWNERS)).try_owner(ANN, OWNERS)
    assert not entrance.doors(owner_code=SecretStr("another long code")).is_owner(ANN)
    assert not entrance.doors().is_owner(ANN)
    assert entrance.doors().try_owner(BEN, "") is Answer.WRONG


def test_guessing_the_owners_code_is_slowed(entrance: Entrance) -> None:
    doors = entrance.doors(owner_code=SecretStr(OWNERS))
    answers = [doors.try_owner(f"{n:032x}", "wrong") for n in range(12)]
    assert answers == [Answer.WRONG] * 10 + [Answer.TOO_MANY] * 2
    assert doors.try_owner(ANN, OWNERS) is Answer.TOO_MANY
    entrance.now += timedelta(minutes=1)
    assert doors.try_owner(ANN, OWNERS) is Answer.ADMITTED


def test_an_owners_code_that_is_soon_guessed_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_OWNER_CODE", "short")
    with pytest.raises(ValidationError, match="at least 12 characters"):
        Settings()


@pytest.mark.parametrize(("name", "budget"), [("", 1), ("  ", 1), ("x", 0), ("x", -1)])
def test_a_code_needs_a_name_and_a_budget(entrance: Entrance, name: str, budget: int) -> None:
    with pytest.raises(ValueError, match="needs a name and a budget"):
        entrance.codes.make(name, budget)
