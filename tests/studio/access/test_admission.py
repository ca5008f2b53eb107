"""Who may order, and who is the owner."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import select

from studio.access.admission import (
    OWNER_WRONG_IN_ALL,
    OWNERS_HOURS,
    PERSONS_DAYS,
    WAIT_MAX_S,
    WRONG_IN_ALL,
    WRONG_OF_A_VISITOR,
    Admission,
    Answer,
    owner_link,
)
from studio.access.codes import Codes
from studio.access.identity import Person
from studio.money.ledger import Payer
from studio.settings import AccessMode, Settings
from studio.storage.database import Database
from studio.storage.tables import admissions, codes, tickets
from tests.studio.strategies import NOON

ANN, BEN = "a" * 32, "b" * 32
KEY = {"aimlapi_key": SecretStr("k")}
BUDGET = {"daily_budget_usd": Decimal(5)}
OWNERS = "the owner's long code"


class Entrance:
    """Admission as the settings make it, and a clock that is moved by hand."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        self.database = database
        self.codes = Codes(database, self.clock)
        self.waited: list[float] = []

    def clock(self) -> datetime:
        return self.now

    def admission(self, **changes: Any) -> Admission:
        return Admission(
            self.database,
            self.codes,
            Settings.model_construct(**(Settings().model_dump() | changes)),
            self.clock,
            self.waited.append,
        )


def coded(admission: Admission, visitor: str, secret: str, token: str | None = None) -> str | None:
    """The token of a browser that has given the secret of a code and been let in by it."""
    tried = admission.try_code(visitor, secret)
    assert tried.answer is Answer.ADMITTED
    assert tried.ticket is not None
    return admission.redeem(tried.ticket, visitor, token)


def owning(admission: Admission, visitor: str, token: str | None = None) -> str | None:
    """The same for the owner's code."""
    tried = admission.try_owner(visitor, OWNERS)
    assert tried.answer is Answer.ADMITTED
    assert tried.ticket is not None
    return admission.redeem(tried.ticket, visitor, token)


def signed_in(admission: Admission, visitor: str, login_at: datetime = NOON, token: str | None = None) -> str | None:
    """The same for who has signed in as Ann."""
    tried = admission.admit_person(visitor, token, ann(login_at))
    return admission.redeem(tried.ticket, visitor, token) if tried.ticket else token


def ann(login_at: datetime = NOON, email: str = "ann@example.org") -> Person:
    return Person(key="account", email=email, email_verified=True, login_at=login_at)


@pytest.fixture
def entrance(database: Database) -> Entrance:
    return Entrance(database)


@pytest.mark.parametrize(
    ("changes", "modes", "open_to_all"),
    [
        ({}, {AccessMode.OPEN}, True),
        (KEY, {AccessMode.CODE}, False),
        (KEY | BUDGET, {AccessMode.OPEN}, True),
        (KEY | {"access": frozenset({AccessMode.SIGN_IN})}, {AccessMode.CODE}, False),
        (KEY | BUDGET | {"access": frozenset({AccessMode.CODE})}, {AccessMode.CODE}, False),
        (
            KEY | BUDGET | {"access": frozenset({AccessMode.CODE, AccessMode.SIGN_IN})},
            {AccessMode.CODE, AccessMode.SIGN_IN},
            False,
        ),
        ({"access": frozenset({AccessMode.CODE})}, {AccessMode.CODE}, False),
    ],
)
def test_a_link_is_open_to_all_only_in_the_demo_or_with_a_budget(
    entrance: Entrance, changes: dict[str, Any], modes: set[AccessMode], open_to_all: bool
) -> None:
    admission = entrance.admission(**changes)
    assert admission.modes == modes
    assert admission.entitlement(ANN).may_order is open_to_all
    assert admission.needs_budget is ("aimlapi_key" in changes and "daily_budget_usd" not in changes)


def test_who_has_a_code_may_order_on_its_budget_and_nobody_else_may(entrance: Entrance) -> None:
    admission = entrance.admission(**KEY)
    code, secret = entrance.codes.make("newsletter", 5_000_000)
    token = coded(admission, ANN, secret)
    assert admission.entitlement(ANN, token).payer == Payer(ANN, code.id)
    assert admission.entitlement(ANN, token).code_name == "newsletter"
    assert not admission.entitlement(BEN).may_order
    assert not admission.entitlement(ANN).may_order, "the visitor's number alone opens nothing"


@pytest.mark.parametrize("said", [str.upper, lambda w: w.replace("-", ""), lambda w: f"  {w.replace('-', ' ')}\n"])
def test_a_code_is_found_however_it_is_typed(entrance: Entrance, said: Any) -> None:
    _code, secret = entrance.codes.make("newsletter", 1)
    assert entrance.admission(**KEY).try_code(ANN, said(secret)).answer is Answer.ADMITTED


def test_a_revoked_code_ends_at_once_for_those_who_are_in(entrance: Entrance) -> None:
    admission = entrance.admission(**KEY)
    code, secret = entrance.codes.make("newsletter", 5_000_000)
    token = coded(admission, ANN, secret)
    assert admission.entitlement(ANN, token).may_order
    assert entrance.codes.revoke(code.id)
    assert not admission.entitlement(ANN, token).may_order
    assert admission.try_code(BEN, secret).answer is Answer.WRONG
    assert not entrance.codes.revoke(code.id)
    assert [(c.name, c.is_living) for c in entrance.codes.all()] == [("newsletter", False)]


def test_each_code_lets_in_whoever_has_it_and_ends_alone(entrance: Entrance) -> None:
    admission = entrance.admission(**KEY)
    (one, ones), (other, others) = entrance.codes.make("one", 5_000_000), entrance.codes.make("other", 5_000_000)
    tokens = [coded(admission, ANN, ones), coded(admission, BEN, others)]
    assert [admission.entitlement(ANN, token).code_name for token in tokens] == ["one", "other"]
    assert entrance.codes.revoke(one.id)
    assert admission.entitlement(BEN, tokens[1]).payer == Payer(BEN, other.id)
    assert not admission.entitlement(ANN, tokens[0]).may_order


def test_where_all_may_order_a_code_still_pays_and_a_revoked_one_is_forgotten(entrance: Entrance) -> None:
    admission = entrance.admission(**KEY, **BUDGET)
    code, secret = entrance.codes.make("friends", 1_000_000)
    token = coded(admission, ANN, secret)
    assert admission.entitlement(ANN, token).payer == Payer(ANN, code.id)
    entrance.codes.revoke(code.id)
    assert admission.entitlement(ANN, token).payer == Payer(ANN)


def test_a_code_lets_nobody_in_any_more_once_the_owner_wants_sign_ins_alone(entrance: Entrance) -> None:
    _code, secret = entrance.codes.make("newsletter", 5_000_000)
    token = coded(entrance.admission(**KEY, **BUDGET, access=frozenset({AccessMode.CODE})), ANN, secret)
    assert not entrance.admission(**SIGN_IN).entitlement(ANN, token).may_order
    both = entrance.admission(**SIGN_IN | {"access": frozenset({AccessMode.CODE, AccessMode.SIGN_IN})})
    assert both.entitlement(ANN, token).may_order


def test_the_secret_of_a_code_is_kept_nowhere(entrance: Entrance) -> None:
    _code, secret = entrance.codes.make("newsletter", 1)
    admission = entrance.admission(**KEY)
    token, ticket = coded(admission, ANN, secret), admission.try_code(ANN, secret).ticket
    with entrance.database.read() as connection:
        everything = str([connection.execute(select(table)).all() for table in (codes, admissions, tickets)])
    for kept in (secret, secret.replace("-", ""), str(token), str(ticket)):
        assert kept not in everything


@pytest.mark.parametrize("said", ["", "abcd-efgh-jkmn-pqrs", "' OR 1=1 --", "\x00", "é" * 5000, "🎬"])
def test_a_wrong_code_opens_nothing(entrance: Entrance, said: str) -> None:
    entrance.codes.make("newsletter", 1)
    tried = entrance.admission(**KEY).try_code(ANN, said)
    assert (tried.answer, tried.ticket) == (Answer.WRONG, None)
    assert not entrance.admission(**KEY).entitlement(ANN).may_order


def test_wrong_codes_wait_for_their_answer_and_right_ones_are_never_refused(entrance: Entrance) -> None:
    admission = entrance.admission(**KEY)
    _code, secret = entrance.codes.make("newsletter", 1)
    answers = [admission.try_code(ANN, "wrong").answer for _ in range(WRONG_OF_A_VISITOR + 1)]
    assert answers == [Answer.WRONG] * WRONG_OF_A_VISITOR + [Answer.TOO_MANY]
    assert len(entrance.waited) == 1
    for n in range(2 * WRONG_IN_ALL):
        admission.try_code(f"{n:032x}", "wrong")
    slow = len(entrance.waited)
    assert slow > WRONG_IN_ALL / 2, "who throws the cookie away after each guess is slowed too"
    assert max(entrance.waited) <= WAIT_MAX_S
    for visitor in (ANN, BEN):
        assert admission.try_code(visitor, secret).answer is Answer.ADMITTED
    assert len(entrance.waited) == slow, "the right secret waits for nobody's wrong ones"


def test_a_newsletters_readers_do_not_slow_each_other(entrance: Entrance) -> None:
    admission = entrance.admission(**KEY)
    _code, secret = entrance.codes.make("newsletter", 1)
    assert {admission.try_code(f"{n:032x}", secret).answer for n in range(WRONG_IN_ALL + 20)} == {Answer.ADMITTED}
    assert entrance.waited == []


SIGN_IN = {**KEY, **BUDGET, "access": frozenset({AccessMode.SIGN_IN}), "sign_in_allowed": ("example.org",)}


def test_an_account_pays_for_itself_whatever_browser_it_comes_with_and_leaves_again(entrance: Entrance) -> None:
    admission = entrance.admission(**SIGN_IN)
    anns, bens = signed_in(admission, ANN), signed_in(admission, BEN)
    for visitor, token in ((ANN, anns), (BEN, bens)):
        assert admission.entitlement(visitor, token).payer == Payer("account")
    admission.leave_person(anns)
    assert not admission.entitlement(ANN, anns).may_order
    assert admission.entitlement(BEN, bens).may_order
    entrance.now += PERSONS_DAYS
    assert not admission.entitlement(BEN, bens).may_order
    assert admission.admit_person(ANN, None, ann(email="ann@evil.org")).answer is Answer.WRONG


def test_another_list_of_who_may_sign_in_ends_what_the_one_before_let_in(entrance: Entrance) -> None:
    both = ("example.org", "friends.example")
    token = signed_in(entrance.admission(**SIGN_IN | {"sign_in_allowed": both}), ANN)
    assert entrance.admission(**SIGN_IN | {"sign_in_allowed": both[::-1]}).entitlement(ANN, token).may_order
    without = entrance.admission(**SIGN_IN | {"sign_in_allowed": ("friends.example",)})
    assert not without.entitlement(ANN, token).may_order
    assert without.admit_person(ANN, token, ann()).answer is Answer.WRONG


def test_signing_in_opens_nothing_where_the_owner_does_not_want_it(entrance: Entrance) -> None:
    admission = entrance.admission(**SIGN_IN | {"access": frozenset({AccessMode.CODE})})
    assert admission.admit_person(ANN, None, ann()).answer is Answer.WRONG


def test_who_signs_out_everywhere_is_out_everywhere_until_they_sign_in_anew(entrance: Entrance) -> None:
    admission = entrance.admission(**SIGN_IN)
    computer, phone = signed_in(admission, ANN, NOON), signed_in(admission, BEN, NOON + timedelta(minutes=5))
    admission.leave_everywhere(computer)
    assert not admission.entitlement(ANN, computer).may_order
    assert not admission.entitlement(BEN, phone).may_order
    # Streamlit's own cookie still says that they have signed in.
    assert admission.admit_person(BEN, phone, ann(NOON + timedelta(minutes=5))).answer is Answer.WRONG
    again = signed_in(admission, BEN, NOON + timedelta(minutes=6))
    assert admission.entitlement(BEN, again).may_order


def test_a_sign_in_on_its_way_is_ended_with_all_the_others_of_its_account(entrance: Entrance) -> None:
    admission = entrance.admission(**SIGN_IN)
    computer = signed_in(admission, ANN, NOON)
    on_its_way = admission.admit_person(BEN, None, ann(NOON + timedelta(minutes=5)))
    assert on_its_way.ticket is not None
    admission.leave_everywhere(computer)
    assert admission.redeem(on_its_way.ticket, BEN, None) is None


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        OWNERS[:1],
        OWNERS[:-1],
        OWNERS[1:],
        OWNERS.upper(),
        OWNERS.replace(" ", ""),
        OWNERS * 2,
        f"{OWNERS}\x00",
    ],
)
def test_nothing_but_the_whole_code_opens_the_owners_page(entrance: Entrance, said: str) -> None:
    admission = entrance.admission(owner_code=SecretStr(OWNERS))
    tried = admission.try_owner(ANN, said)
    assert (tried.answer, tried.ticket) == (Answer.WRONG, None)


def test_the_owners_page_opens_by_the_owners_code_for_half_a_day(entrance: Entrance) -> None:
    admission = entrance.admission(owner_code=SecretStr(OWNERS))
    assert admission.try_owner(ANN, OWNERS + "!").answer is Answer.WRONG
    token = owning(admission, ANN)
    assert admission.is_owner(token)
    assert not admission.is_owner(None)
    assert not admission.is_owner(ANN)
    entrance.now += OWNERS_HOURS
    assert not admission.is_owner(token)


def test_an_owner_who_leaves_everywhere_is_out_everywhere_and_nobody_else_is(entrance: Entrance) -> None:
    admission = entrance.admission(**KEY, owner_code=SecretStr(OWNERS))
    _, secret = entrance.codes.make("newsletter", 5_000_000)
    reader = coded(admission, BEN, secret)
    computer, phone = owning(admission, ANN), owning(admission, "c" * 32)
    admission.leave_everywhere(computer)
    assert not admission.is_owner(computer)
    assert not admission.is_owner(phone)
    assert admission.entitlement(BEN, reader).may_order


def test_another_code_in_the_settings_shuts_the_owners_page(entrance: Entrance) -> None:
    token = owning(entrance.admission(owner_code=SecretStr(OWNERS)), ANN)
    assert entrance.admission(owner_code=SecretStr(OWNERS)).is_owner(token)
    assert not entrance.admission(owner_code=SecretStr("another long code")).is_owner(token)
    assert not entrance.admission().is_owner(token)
    assert entrance.admission().try_owner(BEN, "").answer is Answer.WRONG


def test_strangers_who_guess_slow_the_owner_and_shut_nobody_out(entrance: Entrance) -> None:
    admission = entrance.admission(owner_code=SecretStr(OWNERS))
    answers = [admission.try_owner(f"{n:032x}", "wrong").answer for n in range(5 * OWNER_WRONG_IN_ALL)]
    assert set(answers) == {Answer.WRONG}
    assert len(entrance.waited) == 4 * OWNER_WRONG_IN_ALL
    assert admission.try_owner(ANN, OWNERS).answer is Answer.ADMITTED
    assert max(entrance.waited) <= WAIT_MAX_S


def test_one_browsers_wrong_codes_are_counted_and_its_right_ones_are_not(entrance: Entrance) -> None:
    admission = entrance.admission(owner_code=SecretStr(OWNERS))
    for _ in range(3 * WRONG_OF_A_VISITOR):
        assert admission.try_owner(ANN, f"  {OWNERS} ").answer is Answer.ADMITTED
    answers = [admission.try_owner(ANN, "wrong").answer for _ in range(WRONG_OF_A_VISITOR + 2)]
    assert answers == [Answer.WRONG] * WRONG_OF_A_VISITOR + [Answer.TOO_MANY] * 2
    assert admission.try_owner(ANN, OWNERS).answer is Answer.TOO_MANY
    entrance.now += timedelta(minutes=1)
    assert admission.try_owner(ANN, OWNERS).answer is Answer.ADMITTED


def test_a_link_from_the_command_line_opens_the_owners_page_once_with_or_without_a_code(entrance: Entrance) -> None:
    for settings in ({"owner_code": SecretStr(OWNERS)}, {}):
        admission = entrance.admission(**settings)
        link = owner_link(entrance.database, entrance.clock)
        assert admission.look(link)
        assert admission.look(link), "looking uses nothing up"
        token = admission.redeem(link, None, None)
        assert admission.is_owner(token)
        assert admission.redeem(link, None, None) is None
        assert not admission.look(link)
        [session] = admission.owners()
        admission.end_owner(session.holder)
        assert not admission.is_owner(token)


def test_a_link_from_the_command_line_is_good_for_a_quarter_of_an_hour(entrance: Entrance) -> None:
    link = owner_link(entrance.database, entrance.clock)
    entrance.now += timedelta(minutes=15)
    assert not entrance.admission().look(link)
    assert entrance.admission().redeem(link, None, None) is None


@pytest.mark.parametrize("code", ["short", " " * 40, "a b c d e f g h i j k", "\t\u2003 eleven char\n"])
def test_an_owners_code_that_is_soon_guessed_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setenv("STUDIO_OWNER_CODE", code)
    with pytest.raises(ValidationError, match="at least 12 characters"):
        Settings()


@pytest.mark.parametrize(("name", "budget"), [("", 1), ("  ", 1), ("x", 0), ("x", -1)])
def test_a_code_needs_a_name_and_a_budget(entrance: Entrance, name: str, budget: int) -> None:
    with pytest.raises(ValueError, match="needs a name and a budget"):
        entrance.codes.make(name, budget)
