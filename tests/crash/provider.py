"""A provider that charges for every order it accepts and then often fails to say so.

Not the demo: it shares no code with it, breaks in ways no decent server does, and writes down every charge before
anything else.

As a process of its own: `python -m tests.crash.provider FOLDER STARTED_S SEED`; prints its port.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from studio.clock import Clock
from tests.crash.fast_clock import FastClock
from tests.crash.faults import CHARGED, FLAKY, FileFault, Odds, PollFault, PostFault, draw
from tests.crash.films import film_of, read_films
from tests.crash.raw_http import answer, reset

LOG_LAG_S = 0.3
"""Real seconds until a charge is in the log."""
HANG_S = 5.0
"""Real seconds that it says nothing; longer than any caller here waits."""
GENERATION_CREDITS = 1_300_000
"""$0.65: what our own table says of such an order."""
PAGE = b"<!doctype html><html><head><title>Just a moment...</title></head><body>Please wait.</body></html>"
OUTAGE_EVERY_S, OUTAGE_S = 9.0, 0.3
"""Now and then nobody listens at its port: connections are refused."""


@dataclass(frozen=True, slots=True)
class Charge:
    """An order that was accepted."""

    client_request_id: str
    generation_id: str
    order: int
    """The number that the prompt begins with."""
    fails: bool
    """It will end in an error, and is then not billed."""
    fault: str
    """What went wrong with the answer; empty when nothing did."""


@dataclass(slots=True)
class _Generation:
    charge: Charge
    charged_s: float
    logged_at: datetime
    takes_s: float


@dataclass(slots=True)
class FlakyProvider:
    """The provider itself. `forced` makes every order from now on fail in one way."""

    ledger: Path
    films: list[bytes]
    clock: Clock
    chance: random.Random
    odds: Odds = FLAKY
    forced: PostFault | None = None
    log_lag_s: float = LOG_LAG_S
    posts: Counter[str] = field(default_factory=Counter)
    """Orders that reached it, whole or not, by client request id."""
    met: Counter[str] = field(default_factory=Counter)
    """What was asked, and what went wrong with it."""
    _generations: dict[str, _Generation] = field(default_factory=dict)
    _held_orders: dict[str, asyncio.Event] = field(default_factory=dict)
    _held_files: set[str] = field(default_factory=set)
    _port: int = 0

    async def listen(self, port: int = 0) -> asyncio.Server:
        """Begin to answer on loopback, on any free port or on that one."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self._port = int(server.sockets[0].getsockname()[1])
        return server

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, target, _ = head.split("\r\n", 1)[0].split(" ")
            headers = {n.lower(): v.strip() for n, _, v in (row.partition(":") for row in head.split("\r\n")[1:])}
            url = urlsplit(target)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            if method == "POST":
                await self._order(reader, writer, headers)
            elif url.path.startswith("/control/"):
                await self._control(writer, url.path, query)
            elif url.path == "/v2/video/generations":
                await self._poll(writer, query["generation_id"])
            elif url.path == "/v2/logs":
                answer(writer, 200, self._log(query))
            elif url.path.startswith("/files/"):
                await self._file(writer, url.path, query, headers)
            else:
                answer(writer, 404, {"message": "Not Found"})
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the caller was killed, or went: its right; or the provider is being closed
        finally:
            writer.close()

    # Orders.

    async def _order(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: dict[str, str]) -> None:
        name = headers.get("x-client-request-id", "")
        self.posts[name] += 1
        held = self._held_orders.pop(name, None)
        fault = None if held else self.forced or draw(self.chance, self.odds.posts)
        self.met["POST"] += 1
        self.met[f"POST {fault}" if fault else "POST well"] += 1
        length = int(headers["content-length"])
        match fault:
            case PostFault.CLOSED_UNREAD:
                reset(writer)
                return
            case PostFault.RESET_MID_UPLOAD:
                await reader.readexactly(length // 2)
                reset(writer)
                return
        body = json.loads(await reader.readexactly(length))
        match fault:
            case PostFault.BUSY_429:
                answer(writer, 429, {"message": "Too Many Requests"})
                return
            case PostFault.REFUSED_400:
                answer(writer, 400, {"message": "prompt must be longer"})
                return
            case PostFault.SILENT:
                await asyncio.sleep(HANG_S)
                return
            case PostFault.DOWN_500 | PostFault.DOWN_503:
                answer(writer, int(fault.value), {"message": "try again in a few minutes"})
                return
        charge = self._charge(name, body["prompt"], fault)
        if held:
            held.set()
            await asyncio.sleep(HANG_S)
        elif fault in CHARGED:
            await self._lose(writer, charge, fault)
        else:
            answer(writer, 200, _accepted(charge))

    def _charge(self, name: str, prompt: str, fault: PostFault | None) -> Charge:
        found = re.match(r"(\d+)", prompt)
        charge = Charge(
            client_request_id=name,
            generation_id=f"{self.chance.getrandbits(64):016x}:alibaba/wan-2-6-i2v",
            order=int(found.group(1)) if found else 0,
            fails=self.chance.randrange(1000) < self.odds.generations,
            fault=fault or "",
        )
        with self.ledger.open("a", encoding="ascii") as ledger:
            ledger.write(json.dumps([getattr(charge, name) for name in Charge.__slots__]) + "\n")
        takes_s = self.chance.uniform(0.2, 1.0)
        self._generations[charge.generation_id] = _Generation(charge, time.monotonic(), self.clock(), takes_s)
        return charge

    async def _lose(self, writer: asyncio.StreamWriter, charge: Charge, fault: PostFault | None) -> None:
        whole = json.dumps(_accepted(charge)).encode()
        match fault:
            case PostFault.RESET_CHARGED:
                reset(writer)
            case PostFault.CLOSED_CHARGED:
                pass
            case PostFault.SILENT_CHARGED:
                await asyncio.sleep(HANG_S)
            case PostFault.CUT_CHARGED:
                answer(writer, 200, whole[: len(whole) // 2], declare=len(whole))
            case PostFault.CHUNK_CUT_CHARGED:
                chunk = b"%x\r\n%s" % (len(whole), whole[: len(whole) // 2])
                writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk)
            case PostFault.HTML_CHARGED:
                answer(writer, 200, PAGE, kind="text/html")
            case PostFault.NO_ID_CHARGED:
                answer(writer, 200, {"status": "queued"})
            case PostFault.DOWN_500_CHARGED:
                answer(writer, 500, {"message": "Internal Server Error"})
            case _:
                answer(writer, 504, PAGE, kind="text/html")

    # Polling, the log, files.

    async def _poll(self, writer: asyncio.StreamWriter, generation_id: str) -> None:
        generation = self._generations.get(generation_id)
        if generation is None:
            answer(writer, 404, {"message": "no such generation"})
            return
        fault = draw(self.chance, self.odds.polls)
        self.met["poll"] += 1
        self.met["poll failed"] += fault is not None
        age_s = time.monotonic() - generation.charged_s
        state: dict[str, object] = {"id": generation_id}
        if age_s < generation.takes_s / 4:
            state["status"] = "queued"
        elif age_s < generation.takes_s:
            state["status"] = "generating"
        elif generation.charge.fails:
            state |= {"status": "error", "error": {"name": "InternalError", "message": "something broke"}}
        else:
            path = f"/files/{generation_id.partition(':')[0]}.mp4"
            expired = self.chance.randrange(1000) < self.odds.files.get(FileFault.EXPIRED, 0)
            signed = f"{self.base_url}{path}?Signature={'expired' if expired else 'good'}"
            usage = {"credits_used": GENERATION_CREDITS}
            state |= {"status": "completed", "video": {"url": signed}, "meta": {"usage": usage}}
        match fault:
            case PollFault.DOWN_503:
                answer(writer, 503, {"message": "busy"})
            case PollFault.HTML:
                answer(writer, 200, PAGE, kind="text/html")
            case PollFault.CUT:
                answer(writer, 200, b'{"id": "', declare=200)
            case PollFault.NOT_FOUND:
                answer(writer, 404, {"message": "no such generation"})
            case PollFault.UNKNOWN_WORD:
                answer(writer, 200, {"id": generation_id, "status": "contemplating"})
            case None:
                answer(writer, 200, state)

    def _log(self, query: dict[str, str]) -> dict[str, object]:
        """Newest first, cut into pages, and later than the charge."""
        start, end = datetime.fromisoformat(query["start"]), datetime.fromisoformat(query["end"])
        shown = time.monotonic() - self.log_lag_s
        found = [g for g in self._generations.values() if g.charged_s <= shown and start <= g.logged_at <= end]
        offset, limit = int(query["offset"]), int(query["limit"])
        page = found[::-1][offset : offset + limit]
        self.met["log"] += 1
        rows = [
            {
                "created": g.logged_at.isoformat(),
                "status": "failed" if g.charge.fails else "succeeded",
                "model": "alibaba/wan-2-6-i2v",
                "cost": {"credits": 0 if g.charge.fails else GENERATION_CREDITS},
                "inference_id": g.charge.generation_id,
                "client_request_id": g.charge.client_request_id,
            }
            for g in page
        ]
        return {"data": rows, "pagination": {"has_more": offset + limit < len(found)}}

    async def _file(
        self, writer: asyncio.StreamWriter, path: str, query: dict[str, str], headers: dict[str, str]
    ) -> None:
        generation = self._generations[f"{path[7:23]}:alibaba/wan-2-6-i2v"]
        whole = film_of(self.films, generation.charge.order)
        self.met["download"] += 1
        if query["Signature"] == "expired":
            self.met["download failed"] += 1
            answer(writer, 403, b"<Error><Code>AccessDenied</Code></Error>", kind="application/xml")
            return
        etag = f'"{generation.charge.generation_id[:16]}"'
        asked = re.fullmatch(r"bytes=(\d+)-", headers.get("range", ""))
        start = int(asked.group(1)) if asked and headers.get("if-range") == etag else 0
        extra = f"ETag: {etag}\r\n"
        if start:
            extra += f"Content-Range: bytes {start}-{len(whole) - 1}/{len(whole)}\r\n"
        if path in self._held_files:
            self._held_files.remove(path)
            half = (len(whole) - start) // 2
            answer(writer, 200, whole[start : start + half], declare=len(whole) - start, extra=extra, kind="video/mp4")
            await writer.drain()
            await asyncio.sleep(HANG_S)
            return
        fault = draw(self.chance, {k: v for k, v in self.odds.files.items() if k is not FileFault.EXPIRED})
        self.met["download failed"] += fault is not None
        status, data, declare = 206 if start else 200, whole[start:], len(whole) - start
        keep = self.chance.uniform(0.1, 0.75)
        match fault:
            case FileFault.CUT:
                data = data[: int(len(data) * keep)]
            case FileFault.ZERO_TAIL:
                data = data[: int(len(data) * keep)].ljust(len(data), b"\0")
            case FileFault.HTML:
                status, data, declare, extra = 200, PAGE, len(PAGE), ""
            case FileFault.TOO_LONG:
                declare += 4096
            case FileFault.TOO_SHORT:
                status, data, extra = 200, whole, ""
                declare = int(len(whole) * keep)
        answer(writer, status, data, declare=declare, extra=extra, kind="video/mp4")

    # For the one who lies in wait.

    async def _control(self, writer: asyncio.StreamWriter, path: str, query: dict[str, str]) -> None:
        match path:
            case "/control/charged":
                # Answered once the order with this id is charged; the order itself is never answered.
                event = self._held_orders.setdefault(query["id"], asyncio.Event())
                await asyncio.wait_for(event.wait(), HANG_S)
                answer(writer, 200, {})
            case "/control/half":
                self._held_files.add(query["path"])
                answer(writer, 200, {})
            case _:
                answer(writer, 200, dict(self.met))


def read_ledger(path: Path) -> list[Charge]:
    """Every charge, in order."""
    if not path.exists():
        return []
    return [Charge(*json.loads(line)) for line in path.read_text("ascii").splitlines()]


def _accepted(charge: Charge) -> dict[str, object]:
    return {
        "id": charge.generation_id,
        "status": "queued",
        "meta": {"usage": {"credits_used": GENERATION_CREDITS}},
    }


async def _run(provider: FlakyProvider) -> None:
    server = await provider.listen()
    port = int(provider.base_url.rpartition(":")[2])
    print(port, flush=True)
    parent = os.getppid()
    while os.getppid() == parent:  # it ends with whoever started it, however that ended
        await asyncio.sleep(OUTAGE_EVERY_S)
        server.close()
        await asyncio.sleep(OUTAGE_S)
        server = await provider.listen(port)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    asyncio.run(
        _run(
            FlakyProvider(
                ledger=folder / "charges",
                films=read_films(folder),
                clock=FastClock(float(sys.argv[2]), folder / "leaps"),
                chance=random.Random(int(sys.argv[3])),
            )
        )
    )
