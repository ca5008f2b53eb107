"""A known session id: it stands in upload addresses and logs, and must not be enough to have the tab."""

from __future__ import annotations

import pytest

from studio.access.visitors import COOKIE
from tests.app_process import AppProcess
from tests.attacks.tab import Tab, as_sent, session_given


def without(cookies: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in cookies.items() if key != name}


@pytest.fixture(params=["open", "closed"])
def victim(app: AppProcess, request: pytest.FixtureRequest) -> Tab:
    """Somebody's tab, open or left a moment ago."""
    tab = Tab(app).open()
    if request.param == "closed":
        tab.close()
    return tab


def test_another_visitor_gets_a_session_of_their_own(app: AppProcess, victim: Tab) -> None:
    thief = Tab(app).open(session=victim.session)
    print(f"\nasked for {victim.session[:8]}, got {thief.session[:8]}")
    assert thief.session != victim.session
    thief.close()


def test_who_sends_no_cookie_or_a_forged_one_gets_a_new_session(app: AppProcess, victim: Tab) -> None:
    nobody = without(victim.cookies, COOKIE)
    for cookies in (nobody, nobody | {COOKIE: victim.cookies[COOKIE][:-2] + "xx"}):
        thief = Tab(app, cookies).open(session=victim.session)
        assert thief.session != victim.session
        thief.close()


@pytest.mark.parametrize(
    "written",
    [
        "streamlit, x, {id}",
        "streamlit,x,{id},",
        "streamlit,,{id}",
        ",,{id}",
        "streamlit, x,\t{id}",
        "streamlit, x, {id}, {id}",
        "streamlit, x, {id}\r\nSec-WebSocket-Protocol: streamlit",
        "streamlit\r\nSec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: {id}",
        "streamlit, x\r\nSec-WebSocket-Protocol: streamlit, x, {id}",
    ],
)
def test_no_way_of_writing_the_handshake_gets_it(app: AppProcess, victim: Tab, written: str) -> None:
    assert session_given(app, Tab(app).cookies, written.format(id=victim.session)) not in ("", victim.session)


def test_who_comes_back_comes_back_to_their_own(app: AppProcess, victim: Tab) -> None:
    victim.close()
    again = Tab(app, victim.cookies).open(session=victim.session)
    assert again.session == victim.session
    again.close()


def test_another_visitor_cannot_put_a_file_into_a_tab_or_take_one_out(app: AppProcess) -> None:
    owner, thief = Tab(app).open(), Tab(app).open()
    assert owner.put(as_sent(b"mine"), "mine").status_code == 204
    statuses = [
        thief.put(as_sent(b"theirs"), "mine", session=owner.session).status_code,
        thief.put(b"", "mine", session=owner.session, method="DELETE").status_code,
    ]
    print(f"\na stranger's PUT and DELETE: {statuses}")
    assert statuses == [403, 403]
    assert owner.put(b"", "mine", method="DELETE").status_code == 204
    for tab in (owner, thief):
        tab.close()


def test_a_session_that_nobody_has_takes_nothing(app: AppProcess) -> None:
    tab = Tab(app)
    assert tab.put(as_sent(b"x"), session="0" * 36).status_code == 403
