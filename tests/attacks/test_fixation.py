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


class Site:
    """A running app with a code for its owner, what stands in its database, and browsers that ask."""

    def __init__(self, app: AppProcess) -> None:
        self.app = app
        self.database = app.open_database()
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
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_app(tmp_path_factory.mktemp("app"), settings={"STUDIO_OWNER_CODE": OWNERS}) as app:
        site = Site(app)
        yield site
        site.database.close()


def given(answer: requests.Response, name: str = RIGHTS) -> str:
    """The token that an answer gives a browser to keep."""
    value = answer.cookies.get(name)
    assert value is not None
    return value


def anybody() -> str:
    return secrets.token_hex(16)


def test_who_shares_a_gallery_with_the_owner_shares_none_of_the_owners_rights(site: Site) -> None:
    """Before: both were one visitor, and the rights were the visitor's."""
    mallory, owner = anybody(), anybody()
    link = urls.open_gallery(GalleryLinks(site.database, clock.now).make(mallory))
    opened = site.send(link, owner)
    assert opened.status_code == 303
    assert RIGHTS not in opened.headers["Set-Cookie"], "a gallery link says nothing about rights"
    token = site.admitted(mallory)
    assert site.admission.is_owner(token)
    # All that Mallory has: the same visitor's number.
    assert not site.admission.is_owner(None)
    assert not site.admission.is_owner(mallory)
    assert not site.admission.is_owner(site.visitors.cookie(mallory))


def test_the_token_is_new_at_every_admission_and_the_one_before_is_dead(site: Site) -> None:
    visitor = anybody()
    code, _ = site.codes.make("friends", 1_000_000)
    first = site.admitted(visitor)
    ticket = site.admission.try_code(visitor, site.codes.make("others", 1_000_000)[1]).ticket
    second = given(site.send(urls.admitted(str(ticket)), visitor, first))
    assert second != first
    assert site.admission.is_owner(second), "what the browser had moves along"
    assert not site.admission.is_owner(first)
    assert site.admission.entitlement(visitor, first).code_name is None
    assert site.admission.entitlement(visitor, second).code_name == "others"
    assert code.is_living


def test_a_token_that_somebody_planted_is_theirs_no_more_once_its_browser_is_let_in(site: Site) -> None:
    planted = site.admitted(anybody())
    victim = site.admitted(anybody(), planted)
    assert site.admission.is_owner(victim)
    assert not site.admission.is_owner(planted)
    # Made up, it is not taken over either.
    assert site.admitted(anybody(), "x" * 43) != "x" * 43


def test_a_ticket_is_good_once_for_its_own_visitor_and_only_from_our_own_page(site: Site) -> None:
    visitor = anybody()
    there = urls.admitted(site.ticket(visitor))
    for headers in FROM_ELSEWHERE:
        assert site.send(there, visitor, headers=headers).status_code == 403
    assert site.send(there, None).status_code == 403
    assert site.send(there, anybody()).status_code == 404
    assert requests.get(site.app.url + there, headers=OWN, timeout=30).cookies.get(RIGHTS) is None
    answers = [site.send(there, visitor) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [204, 404, 404]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_of_many_who_use_one_ticket_at_once_one_is_let_in(site: Site) -> None:
    visitor = anybody()
    there = urls.admitted(site.ticket(visitor))
    with ThreadPoolExecutor(16) as browsers:
        answers = list(browsers.map(lambda _: site.send(there, visitor).status_code, range(16)))
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
def test_no_other_site_and_no_script_can_use_the_cookie(site: Site, https: bool) -> None:
    visitor = anybody()
    headers = OWN | (HTTPS if https else {})
    answer = site.send(urls.admitted(site.ticket(visitor)), visitor, headers=headers)
    assert answer.status_code == 204
    name, *said = answer.headers["Set-Cookie"].split(";")
    assert name.startswith(f"{HOST_PREFIX}{RIGHTS}=" if https else f"{RIGHTS}=")
    words = {part.strip().lower() for part in said}
    assert {"httponly", "samesite=strict", "path=/"} <= words
    assert ("secure" in words) is https


def test_an_owners_link_asks_before_it_opens_and_opens_once(site: Site) -> None:
    there = urls.owner_link(owner_link(site.database, clock.now))
    for _ in range(3):  # what chats do with links
        asked = requests.get(site.app.url + there, headers={"Accept": "text/html"}, timeout=30)
        assert "Open the owner's page in this browser?" in html.unescape(asked.text)
        assert RIGHTS not in asked.headers.get("Set-Cookie", "")
    for headers in FROM_ELSEWHERE:
        assert site.send(there, anybody(), headers=headers).status_code == 403
    opened = site.send(there, anybody())
    assert (opened.status_code, opened.headers["Location"]) == (303, "/owner")
    assert site.admission.is_owner(given(opened))
    assert site.send(there, anybody()).status_code == 404
    # Nor is it a ticket that belongs to nobody.
    another = owner_link(site.database, clock.now)
    assert site.send(urls.admitted(another), anybody()).status_code == 404


def test_a_visitors_ticket_is_no_owners_link(site: Site) -> None:
    ticket = site.ticket(anybody())
    assert site.send(urls.owner_link(ticket), anybody()).status_code == 404


def test_who_begins_anew_has_another_number_and_no_rights_and_no_other_site_can_make_them(site: Site) -> None:
    visitor = anybody()
    token = site.admitted(visitor)
    for headers in FROM_ELSEWHERE:
        assert site.send(urls.begin_anew(keep=False), visitor, token, headers).status_code == 403
    assert site.admission.is_owner(token)
    answer = site.send(urls.begin_anew(keep=False), visitor, token)
    assert site.visitors.read(answer.cookies.get(COOKIE)) not in (None, visitor)
    assert not site.admission.is_owner(token)
    assert not answer.cookies.get(RIGHTS)
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_signs_out_everywhere_shuts_the_owners_page_in_every_browser(site: Site) -> None:
    here, there = site.admitted(anybody()), site.admitted(anybody())
    site.send(urls.begin_anew(keep=True), anybody(), here)
    assert not site.admission.is_owner(here)
    assert not site.admission.is_owner(there)
    assert Rights(site.database, clock.now).held(there) == {}
