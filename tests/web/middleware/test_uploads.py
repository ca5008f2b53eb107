"""How much may be uploaded, by one visitor and by all; and that what is refused was never taken in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from studio.access.rate_limits import RateLimits
from studio.access.tabs import Tabs
from studio.access.visitors import COOKIE, Visitors
from studio.storage.database import Database
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess
from tests.attacks.tab import Tab, as_sent
from web.middleware import held_uploads, uploads
from web.middleware.held_uploads import HeldUploads
from web.middleware.places import Limits
from web.middleware.uploads import OF_A_VISITOR, WINDOW, Uploads

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MAX_BYTES = 1000
ANN, BOB = "a" * 32, "b" * 32


class Store:
    """What holds uploads in Streamlit's place."""

    def __init__(self) -> None:
        self.files: set[tuple[str, str]] = set()
        self.connected = {"session", "other"}

    def is_connected(self, session: str) -> bool:
        return session in self.connected

    def held(self, session: str, files: Iterable[str]) -> set[str]:
        return {file for file in files if (session, file) in self.files}

    def remove(self, session: str, file: str) -> None:
        self.files.discard((session, file))


class Receiver:
    """The middleware, and visitors who send through it."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self.now = NOON
        self.taken = 0
        self.answer = 204
        self.tabs = Tabs()
        self.store = Store()
        self.held = HeldUploads(self.store, limits)
        self.middleware = Uploads(
            self.behind,
            max_bytes=MAX_BYTES,
            visitor_of=lambda scope: scope.get("visitor"),
            tabs=lambda: self.tabs,
            held=self.held,
            rate_limits=lambda: RateLimits(database),
            clock=lambda: self.now,
        )

    async def behind(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What stands where Streamlit does: takes the whole body in, and holds it."""
        await Request(scope, receive).body()
        if scope["method"] == "PUT" and self.answer == 204:
            _, _, path = scope["path"].partition(uploads.UPLOADS)
            self.store.files.add(tuple(path.split("/")))
        await PlainTextResponse("", self.answer)(scope, receive, send)

    async def send(
        self,
        visitor: str | None,
        *,
        length: str | None = "3",
        body: Callable[[], Awaitable[bytes]] | None = None,
        method: str = "PUT",
        file: str = "file",
        owner: str | None = "",
        path: str = "",
    ) -> int:
        """One upload, to a tab of the visitor's own unless it is another `owner`'s; the status of the answer."""
        session = (visitor if owner == "" else owner) or "nobody"
        self.store.connected.add(session)
        if owner is not None and session != "nobody":
            self.tabs.note(session, session)
        headers = [] if length is None else [(b"content-length", length.encode())]
        answers: list[Message] = []

        async def receive() -> Message:
            self.taken += 1
            return {"type": "http.request", "body": b"abc" if body is None else await body(), "more_body": False}

        async def send(message: Message) -> None:
            answers.append(message)

        path = path or f"{uploads.UPLOADS}{session}/{file}"
        scope = {"type": "http", "method": method, "path": path, "headers": headers, "visitor": visitor}
        await self.middleware(scope, receive, send)
        return int(answers[0]["status"])


PLENTY = Limits(in_all=10**9, kept=10**8, of_one=10**8, of_network=10**9)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def receiver(database: Database) -> Receiver:
    return Receiver(database, PLENTY)


def test_an_upload_goes_through(receiver: Receiver) -> None:
    assert asyncio.run(receiver.send(ANN)) == 204


@pytest.mark.parametrize(
    ("visitor", "length", "status"),
    [
        (ANN, None, 411),
        (None, None, 403),
        (None, "3", 403),
        (None, "9999", 403),
        (ANN, str(MAX_BYTES), 204),
        (ANN, str(MAX_BYTES + 1), 413),
        (ANN, "9" * 5000, 413),
        (ANN, "-1", 413),
        (ANN, "+3", 413),
        (ANN, "3.0", 413),
        (ANN, "\u0663", 413),
        (ANN, "", 413),
    ],
)
def test_what_is_not_an_upload_of_a_visitor_is_refused_before_a_byte_is_read(
    receiver: Receiver, visitor: str | None, length: str | None, status: int
) -> None:
    assert asyncio.run(receiver.send(visitor, length=length)) == status
    assert (receiver.taken > 0) is (status == 204)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_tab_takes_files_from_its_own_visitor_only(receiver: Receiver, method: str) -> None:
    assert asyncio.run(receiver.send(BOB, owner=ANN, method=method)) == 403
    assert asyncio.run(receiver.send(None, owner=ANN, method=method)) == 403
    assert asyncio.run(receiver.send(BOB, owner=None, method=method)) == 403
    assert receiver.taken == 0


def test_one_visitor_may_send_so_many_in_a_window_and_the_next_window_is_a_new_one(receiver: Receiver) -> None:
    async def all_of_it() -> None:
        assert {await receiver.send(ANN) for _ in range(OF_A_VISITOR)} == {204}
        assert await receiver.send(ANN) == 429
        assert await receiver.send(BOB) == 204
        receiver.now = NOON + WINDOW - timedelta(seconds=1)
        assert await receiver.send(ANN) == 429
        receiver.now = NOON + WINDOW
        assert await receiver.send(ANN) == 204

    asyncio.run(all_of_it())


def test_only_what_is_accepted_is_counted(receiver: Receiver) -> None:
    async def all_of_it() -> None:
        for refusal in (400, 403, 413):
            receiver.answer = refusal
            assert {await receiver.send(ANN) for _ in range(OF_A_VISITOR)} == {refusal}
        assert {await receiver.send(ANN, length=None) for _ in range(OF_A_VISITOR)} == {411}
        assert {await receiver.send(ANN, owner=BOB) for _ in range(OF_A_VISITOR)} == {403}
        receiver.answer = 204
        assert {await receiver.send(ANN) for _ in range(OF_A_VISITOR)} == {204}

    asyncio.run(all_of_it())


def test_no_number_of_accepted_uploads_of_others_shuts_anybody_out(receiver: Receiver) -> None:
    async def all_of_it() -> None:
        assert {await receiver.send(secrets.token_hex(16)) for _ in range(400)} == {204}
        assert await receiver.send(ANN) == 204

    asyncio.run(all_of_it())


def test_taking_back_is_not_counted(receiver: Receiver) -> None:
    async def all_of_it() -> None:
        assert {await receiver.send(ANN, length=None, method="DELETE") for _ in range(OF_A_VISITOR + 1)} == {204}
        assert {await receiver.send(None, length=None, method="OPTIONS") for _ in range(OF_A_VISITOR + 1)} == {204}
        assert await receiver.send(ANN) == 204

    asyncio.run(all_of_it())


def test_other_addresses_are_left_alone(receiver: Receiver) -> None:
    assert asyncio.run(receiver.send(None, length=None, path="/app/static/videos/x.mp4", method="GET")) == 204


def test_one_visitor_has_so_many_under_way_at_the_same_moment(receiver: Receiver) -> None:
    async def all_of_it() -> None:
        arrive = asyncio.Event()

        async def body() -> bytes:
            await arrive.wait()
            return b"abc"

        of_one = uploads.AT_ONCE.of_one
        under_way = [asyncio.create_task(receiver.send(ANN, body=body, file=f"{number}")) for number in range(of_one)]
        while receiver.taken < of_one:
            await asyncio.sleep(0)
        assert await receiver.send(ANN) == 429
        assert await receiver.send(BOB) == 204
        arrive.set()
        assert await asyncio.gather(*under_way) == [204] * of_one
        assert await receiver.send(ANN) == 204

    asyncio.run(all_of_it())


SCARCE = Limits(in_all=1000, kept=300, of_one=600, of_network=1000)


@pytest.mark.parametrize(
    "comes_back", ["taken by the page", "taken back", "gone with the tab", "held too long", "refused by Streamlit"]
)
def test_bytes_arriving_and_held_are_bounded_and_come_back(
    database: Database, monkeypatch: pytest.MonkeyPatch, comes_back: str
) -> None:
    monkeypatch.setattr(uploads, "WAIT_S", 0.05)
    monkeypatch.setattr(held_uploads, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(held_uploads, "BACK_EVERY_S", 0.01)
    monkeypatch.setattr(held_uploads, "GONE_S", 0.1 if comes_back == "gone with the tab" else 60)
    # Long enough for a second one to be refused meanwhile, on a busy machine too.
    monkeypatch.setattr(held_uploads, "HELD_S", 1.5 if comes_back == "held too long" else 60)

    async def all_of_it() -> None:
        receiver = Receiver(database, SCARCE)
        if comes_back == "refused by Streamlit":
            receiver.answer = 400
            assert await receiver.send(ANN, length="600") == 400
            assert receiver.held.taken == 0
            return
        assert await receiver.send(ANN, length="600") == 204
        assert await receiver.send(ANN, length="1", file="second") == 429
        monkeypatch.setattr(uploads, "WAIT_S", 30)
        waits = asyncio.create_task(receiver.send(ANN, length="600", file="second"))
        await asyncio.sleep(0)
        match comes_back:
            case "taken by the page":
                receiver.store.remove(ANN, "file")
            case "taken back":
                receiver.store.remove(ANN, "file")
                assert await receiver.send(ANN, length=None, method="DELETE") == 204
            case "gone with the tab":
                receiver.store.connected.clear()
                receiver.held.a_tab_was_closed()
        assert await waits == 204
        assert receiver.store.files == {(ANN, "second")}
        assert receiver.held.taken == 600

    asyncio.run(all_of_it())


def test_a_tab_that_comes_back_in_time_finds_what_it_sent(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_uploads, "BACK_EVERY_S", 0.01)
    monkeypatch.setattr(held_uploads, "GONE_S", 0.3)

    async def all_of_it() -> None:
        receiver = Receiver(database, SCARCE)
        assert await receiver.send(ANN, length="100") == 204
        assert await receiver.send(BOB, length="100") == 204
        # Bob's tab goes for good; Ann's line breaks later, again and again, and is back each time.
        receiver.store.connected.discard(BOB)
        receiver.held.a_tab_was_closed()
        while (BOB, "file") in receiver.store.files:
            receiver.store.connected.discard(ANN)
            receiver.held.a_tab_was_closed()
            await asyncio.sleep(0.03)
            receiver.store.connected.add(ANN)
            await asyncio.sleep(0.03)
        assert receiver.store.files == {(ANN, "file")}
        assert receiver.held.taken == 100

    asyncio.run(all_of_it())


def test_there_is_room_left_for_who_has_nothing_yet(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WAIT_S", 0)

    async def all_of_it() -> None:
        receiver = Receiver(database, SCARCE)
        assert [await receiver.send(ANN, length="300", file=f"{n}") for n in range(3)] == [204, 204, 429]
        assert [await receiver.send(BOB, length="100", file=f"{n}") for n in range(2)] == [204, 429]
        assert await receiver.send("c" * 32, length="300") == 204

    asyncio.run(all_of_it())


def test_the_same_address_again_counts_once(database: Database) -> None:
    async def all_of_it() -> None:
        receiver = Receiver(database, SCARCE)
        assert {await receiver.send(ANN, length="250") for _ in range(9)} == {204}
        assert receiver.held.taken == 250

    asyncio.run(all_of_it())


@pytest.mark.parametrize("limit", ["PAUSE_S", "WHOLE_S"])
def test_who_stops_sending_gives_the_turn_back(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(uploads, limit, 0.05)

    async def never() -> bytes:
        await asyncio.Event().wait()
        return b""

    async def all_of_it() -> None:
        of_one = uploads.AT_ONCE.of_one
        assert await asyncio.gather(*(receiver.send(ANN, body=never) for _ in range(of_one))) == [408] * of_one
        assert receiver.held.taken == 0
        monkeypatch.setattr(uploads, limit, 30)
        assert await receiver.send(ANN) == 204

    asyncio.run(all_of_it())


def test_who_could_not_finish_in_time_is_told_so_early(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "HEAD_START_S", 0.05)
    monkeypatch.setattr(uploads, "WHOLE_S", 10)
    came = 0

    async def drop() -> bytes:
        nonlocal came
        came += 1
        await asyncio.sleep(0.1)
        return b"x"

    async def receive() -> Message:
        return {"type": "http.request", "body": await drop(), "more_body": True}

    async def all_of_it() -> None:
        answers: list[Message] = []

        async def send(message: Message) -> None:
            answers.append(message)

        receiver.tabs.note(ANN, ANN)
        headers = [(b"content-length", str(MAX_BYTES).encode())]
        scope = {
            "type": "http",
            "method": "PUT",
            "path": f"{uploads.UPLOADS}{ANN}/f",
            "headers": headers,
            "visitor": ANN,
        }
        await receiver.middleware(scope, receive, send)
        assert answers[0]["status"] == 408

    asyncio.run(all_of_it())
    # Ten a second where a hundred would be on time.
    assert came < MAX_BYTES / 10


# The same on the running app.


def put(app: AppProcess, visitor: str | None, data: object, **headers: str) -> requests.Response:
    cookies = {COOKIE: Visitors(secret_in(app.data_dir)).cookie(visitor)} if visitor else {}
    address = f"{app.url}/_stcore/upload_file/{'0' * 8}/{'0' * 8}"
    return requests.put(address, data=data, cookies=cookies, headers=headers, timeout=30)  # type: ignore[arg-type]


@pytest.fixture
def tab(app: AppProcess) -> Iterator[Tab]:
    opened = Tab(app).open()
    yield opened
    opened.close()


def test_the_app_lets_a_visitor_through_to_streamlit(tab: Tab) -> None:
    assert tab.put(as_sent(b"abc")).status_code == 204
    # Streamlit's own check; a browser has its token.
    without = Tab(tab.app, {COOKIE: tab.cookies[COOKIE]}).put(as_sent(b"abc"), session=tab.session)
    assert (without.status_code, "XSRF" in without.text) == (403, True)


def test_the_app_refuses_strangers_forgers_and_what_has_no_length(app: AppProcess, tab: Tab) -> None:
    assert put(app, None, b"abc").text == "Open the page first; it needs cookies."
    forged = requests.put(
        f"{app.url}/_stcore/upload_file/a/b", data=b"abc", cookies={COOKIE: Visitors("other").cookie(ANN)}, timeout=30
    )
    assert forged.text == "Open the page first; it needs cookies."
    assert put(app, ANN, b"abc").text == "This is not your page. Load it again."
    assert tab.put(iter([b"abc"])).status_code == 411  # type: ignore[arg-type]


def test_the_app_refuses_an_announced_giant_at_once(app: AppProcess, tab: Tab) -> None:
    assert tab.put_in_pieces([], 26 * 2**20) == 413


def test_the_app_refuses_the_one_too_many(tab: Tab) -> None:
    answers = [tab.put(as_sent(b"abc")) for _ in range(OF_A_VISITOR + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {204}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Try again" in answers[-1].text
