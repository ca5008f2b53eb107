"""Nobody gets the rights of another: not by sharing a gallery, planting a cookie, or sending a browser somewhere."""

from __future__ import annotations

import html
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
import requests
from pydantic import SecretStr

from studio import clock, urls
from studio.access.admission import Admission, owner_link
from studio.access.codes import Codes
from studio.access.sessions import COOKIE as RIGHTS
from studio.access.sessions import Rights
from studio.access.visitors import COOKIE, HOST_PREFIX, Visitors
from studio.settings import Settings
from studio.sharing.gallery_links import GalleryLinks
from studio.storage.database import Database
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess, running_app

OWNERS = "the owner's own long code"
OWN = {"Sec-Fetch-Site": "same-origin"}
HTTPS = {"X-Forwarded-Proto": "https"}
FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
]


class Door:
    """A running app with a code for its owner, what stands in its database, and browsers that knock."""

    def __init__(self, app: AppProcess) -> None:
        self.app = app
        self.database = Database(f"sqlite:///{app.data_dir / 'kineograph.db'}")
        self.codes = Codes(self.database, clock.now)
        self.admission = Admission(
            self.database,
            self.codes,
            Settings(owner_code=SecretStr(OWNERS), daily_budget_usd=Decimal(5), data_dir=app.data_dir),
            clock.now,
        )
        self.visitors = Visitors(secret_in(app.data_dir))

    def ticket(self, visitor: str) -> str:
        """What the right words have brought this visitor."""
        ticket = self.admission.try_owner(visitor, OWNERS).ticket
        assert ticket is not None
        return ticket

    def send(
        self, path: str, visitor: str | None, token: str | None = None, headers: dict[str, str] = OWN
    ) -> requests.Response:
        """What a browser with these cookies is answered."""
        prefix = HOST_PREFIX if "X-Forwarded-Proto" in headers else ""
        cookies = {}
        if visitor is not None:
            cookies[prefix + COOKIE] = self.visitors.cookie(visitor, name=prefix + COOKIE)
        if token is not None:
            cookies[prefix + RIGHTS] = token
        return requests.post(self.app.url + path, cookies=cookies, headers=headers, timeout=30, allow_redirects=False)

    def admitted(self, visitor: str, token: str | None = None) -> str:
        """The token that this browser keeps after saying the owner's code."""
        answer = self.send(urls.admitted(self.ticket(visitor)), visitor, token)
        assert answer.status_code == 204
        return given(answer)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with running_app(tmp_path_factory.mktemp("app"), settings={"STUDIO_OWNER_CODE": OWNERS}) as app:
        door = Door(app)
        yield door
        door.database.close()


def given(answer: requests.Response, name: str = RIGHTS) -> str:
    """The token that an answer gives a browser to keep."""
    value = answer.cookies.get(name)
    assert value is not None
    return value


def anybody() -> str:
    return secrets.token_hex(16)


def test_who_shares_a_gallery_with_the_owner_shares_none_of_the_owners_rights(door: Door) -> None:
    """Before: both were one visitor, and the rights were the visitor's."""
    mallory, owner = anybody(), anybody()
    link = urls.open_gallery(GalleryLinks(door.database, clock.now).make(mallory))
    opened = door.send(link, owner)
    assert opened.status_code == 303
    assert RIGHTS not in opened.headers["Set-Cookie"], "a gallery link says nothing about rights"
    token = door.admitted(mallory)
    assert door.admission.is_owner(token)
    # All that Mallory has: the same visitor's number.
    assert not door.admission.is_owner(None)
    assert not door.admission.is_owner(mallory)
    assert not door.admission.is_owner(door.visitors.cookie(mallory))


def test_the_token_is_new_at_every_admission_and_the_one_before_is_dead(door: Door) -> None:
    visitor = anybody()
    code, _ = door.codes.make("friends", 1_000_000)
    first = door.admitted(visitor)
    ticket = door.admission.try_code(visitor, door.codes.make("others", 1_000_000)[1]).ticket
    second = given(door.send(urls.admitted(str(ticket)), visitor, first))
    assert second != first
    assert door.admission.is_owner(second), "what the browser had moves along"
    assert not door.admission.is_owner(first)
    assert door.admission.entitlement(visitor, first).code_name is None
    assert door.admission.entitlement(visitor, second).code_name == "others"
    assert code.is_living


def test_a_token_that_somebody_planted_is_theirs_no_more_once_its_browser_is_let_in(door: Door) -> None:
    planted = door.admitted(anybody())
    victim = door.admitted(anybody(), planted)
    assert door.admission.is_owner(victim)
    assert not door.admission.is_owner(planted)
    # Made up, it is not taken over either.
    assert door.admitted(anybody(), "x" * 43) != "x" * 43


def test_a_ticket_is_good_once_for_its_own_visitor_and_only_from_our_own_page(door: Door) -> None:
    visitor = anybody()
    there = urls.admitted(door.ticket(visitor))
    for headers in FROM_ELSEWHERE:
        assert door.send(there, visitor, headers=headers).status_code == 403
    assert door.send(there, None).status_code == 403
    assert door.send(there, anybody()).status_code == 404
    assert requests.get(door.app.url + there, headers=OWN, timeout=30).cookies.get(RIGHTS) is None
    answers = [door.send(there, visitor) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [204, 404, 404]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_of_many_who_use_one_ticket_at_once_one_is_let_in(door: Door) -> None:
    visitor = anybody()
    there = urls.admitted(door.ticket(visitor))
    with ThreadPoolExecutor(16) as browsers:
        answers = list(browsers.map(lambda _: door.send(there, visitor).status_code, range(16)))
    assert sorted(answers) == [204] + [404] * 15


def test_one_ticket_of_many_at_once_on_both_databases(database: Database) -> None:
    admission = Admission(database, Codes(database, clock.now), Settings(owner_code=SecretStr(OWNERS)), clock.now)
    ticket = str(admission.try_owner("a" * 32, OWNERS).ticket)
    with ThreadPoolExecutor(16) as browsers:
        tokens = list(browsers.map(lambda _: admission.redeem(ticket, "a" * 32, None), range(16)))
    assert len([token for token in tokens if token]) == 1
    assert len(admission.owners()) == 1


def test_a_ticket_does_not_last(database: Database) -> None:
    now = clock.now()
    admission = Admission(database, Codes(database, clock.now), Settings(owner_code=SecretStr(OWNERS)), lambda: now)
    ticket = str(admission.try_owner("a" * 32, OWNERS).ticket)
    now += timedelta(minutes=10)
    assert admission.redeem(ticket, "a" * 32, None) is None


@pytest.mark.parametrize("https", [True, False])
def test_no_other_site_and_no_script_can_use_the_cookie(door: Door, https: bool) -> None:
    visitor = anybody()
    headers = OWN | (HTTPS if https else {})
    answer = door.send(urls.admitted(door.ticket(visitor)), visitor, headers=headers)
    assert answer.status_code == 204
    name, *said = answer.headers["Set-Cookie"].split(";")
    assert name.startswith(f"{HOST_PREFIX}{RIGHTS}=" if https else f"{RIGHTS}=")
    words = {part.strip().lower() for part in said}
    assert {"httponly", "samesite=strict", "path=/"} <= words
    assert ("secure" in words) is https


def test_an_owners_link_asks_before_it_opens_and_opens_once(door: Door) -> None:
    there = urls.owner_link(owner_link(door.database, clock.now))
    for _ in range(3):  # what chats do with links
        asked = requests.get(door.app.url + there, headers={"Accept": "text/html"}, timeout=30)
        assert "Open the owner's page in this browser?" in html.unescape(asked.text)
        assert RIGHTS not in asked.headers.get("Set-Cookie", "")
    for headers in FROM_ELSEWHERE:
        assert door.send(there, anybody(), headers=headers).status_code == 403
    opened = door.send(there, anybody())
    assert (opened.status_code, opened.headers["Location"]) == (303, "/owner")
    assert door.admission.is_owner(given(opened))
    assert door.send(there, anybody()).status_code == 404
    # Nor is it a ticket that belongs to nobody.
    another = owner_link(door.database, clock.now)
    assert door.send(urls.admitted(another), anybody()).status_code == 404


def test_a_visitors_ticket_is_no_owners_link(door: Door) -> None:
    ticket = door.ticket(anybody())
    assert door.send(urls.owner_link(ticket), anybody()).status_code == 404


def test_who_begins_anew_has_another_number_and_no_rights_and_no_other_site_can_make_them(door: Door) -> None:
    visitor = anybody()
    token = door.admitted(visitor)
    for headers in FROM_ELSEWHERE:
        assert door.send(urls.begin_anew(keep=False), visitor, token, headers).status_code == 403
    assert door.admission.is_owner(token)
    answer = door.send(urls.begin_anew(keep=False), visitor, token)
    assert door.visitors.read(answer.cookies.get(COOKIE)) not in (None, visitor)
    assert not door.admission.is_owner(token)
    assert not answer.cookies.get(RIGHTS)
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_signs_out_everywhere_shuts_the_owners_page_in_every_browser(door: Door) -> None:
    here, there = door.admitted(anybody()), door.admitted(anybody())
    door.send(urls.begin_anew(keep=True), anybody(), here)
    assert not door.admission.is_owner(here)
    assert not door.admission.is_owner(there)
    assert Rights(door.database, clock.now).held(there) == {}
