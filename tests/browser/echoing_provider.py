"""A provider that goes wrong in every way, and says every secret that it knows in every answer, however it can."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, urlsplit

from tests.videoapi.scripted_server import Action, Received, answer

KEY = "sk-canaryKEY7d1f/x+y=z"
"""With letters that are written otherwise in JSON, in addresses and in base64."""
SIGNATURE = "canarySIG51c8"
SIGNED = f"v.mp4?Expires=9999999999&OSSAccessKeyId={SIGNATURE}id&Signature={SIGNATURE}%2Bx%3D"
AMAZON = f"v.mp4?X-Amz-Credential={SIGNATURE}c&X-Amz-Security-Token={SIGNATURE}t&X-Amz-Signature={SIGNATURE}s"
HTML = ("Content-Type", "text/html")
JSON = ("Content-Type", "application/json")
XML = ("Content-Type", "application/xml")

CREDENTIALS = f"user:{KEY}"
ECHOES = {
    "the key": f"Incorrect API key provided: {KEY}.",
    "the header": f"Bad header 'Authorization: Bearer {KEY}'",
    "the key in an address": f"no such page /v2/keys/{quote(KEY, safe='')}",
    "the key in an address, in small letters": f"/v2/{quote(KEY, safe='').replace('%2F', '%2f').replace('%3D', '%3d')}",
    "the key in base64": f"token {b64encode(KEY.encode()).decode()} is unknown",
    "the key within base64": f"Authorization: Basic {b64encode(CREDENTIALS.encode()).decode()}",
    "the key within other base64": f"cookie {b64encode(f'a={KEY};b'.encode()).decode()} is unknown",
    "the key as in a web page": "bad key " + KEY.replace("/", "&#x2F;").replace("+", "&#43;"),
    "the key as in JSON": f"body was {json.dumps({'key': KEY})}".replace("/", "\\/").replace("-", "\\u002d"),
    "a signed address": f"cannot read https://cdn.aliyuncs.com/{SIGNED} today",
    "an address without its host": f"GET /{AMAZON} failed",
    "an address in an address": f"https://cdn.aliyuncs.com/r/{quote('https://x.example/' + SIGNED, safe='')} failed",
    "an address within JSON": "body was " + json.dumps({"u": f"https://x.example/{SIGNED}"}).replace("/", "\\/"),
    "a signature by name": f'SignatureDoesNotMatch: "Signature": "{SIGNATURE}", X-Amz-Signature: {SIGNATURE}',
}
"""Sentences of a provider that gives away what it should not."""
REFUSALS = (400, 401, 402, 403, 404, 422)


def refusal(status: int, words: str, *, escaped: bool = False) -> Action:
    """A refusal in these words; escaped: every letter that JSON allows to be written otherwise is."""
    body = json.dumps({"error": {"name": "Refused", "message": words}, "message": words, "requestId": KEY})
    if escaped:
        body = body.replace("/", "\\/").replace("canary", "\\u0063anary").replace("=", "\\u003D")
    headers = (JSON, ("X-Request-Id", KEY), ("X-Inference-Id", f"gen-of-{KEY}"), ("X-Echo", words))
    return answer(status, body, headers=headers)


def page(status: int, words: str) -> Action:
    """A web page."""
    return answer(
        status, f"<html><head><title>Blocked {words}</title></head><body>{words}</body></html>", headers=(HTML,)
    )


ALL = " ".join((ECHOES["the key"], ECHOES["a signed address"], ECHOES["the key in base64"]))
FAULTS: dict[str, Action] = {
    "reset": Action(reset=True),
    "closed": Action(),
    "cut": answer(200, f'{{"id": "{KEY}', headers=(JSON,), declare=900),
    "no id": answer(200, json.dumps({"status": "queued", "echo": ALL}), headers=(JSON, ("X-Inference-Id", f"g{KEY}"))),
    "not JSON": answer(200, ALL, headers=(("Content-Type", "text/plain"),)),
    "web page": page(200, ALL),
    "redirect": answer(302, ALL, headers=(("Location", f"https://{quote(KEY, safe='')}@x.example/{SIGNED}"),)),
    "broken header": Action(pieces=[f"HTTP/1.1 200 OK\r\n{KEY} {SIGNED}\r\nContent-Length: zz\r\n\r\n".encode()]),
    "not HTTP": Action(pieces=[f"{KEY} {SIGNED}\r\n\r\n".encode()]),
    "wrong packing": answer(200, ALL, headers=(JSON, ("Content-Encoding", "gzip"))),
    **{f"{status}": refusal(status, ALL) for status in (408, 409, 500, 503)},
    **{f"{status} page": page(status, ALL) for status in (502, 504)},
}
"""What may come back for any request."""
FILE_FAULTS: dict[str, Action] = {
    "403": answer(403, f"<Error><Code>AccessDenied</Code><Url>{SIGNED}</Url></Error>", headers=(XML,)),
    "500": answer(500, f"<Error>{SIGNED} {KEY}</Error>", headers=(XML,)),
    "cut": answer(200, b"\0\0\0\x18ftypmp42" + SIGNED.encode(), declare=5_000),
    "web page": page(200, ALL),
    "reset": Action(reset=True),
    "redirect": answer(302, ALL, headers=(("Location", f"http://evil.example/{SIGNED}"),)),
    "broken header": FAULTS["broken header"],
}


@dataclass(slots=True)
class EchoingProvider:
    """What it does with an order stands in the prompt, as "case: refused, the key"."""

    film: bytes
    base_url: str = ""
    met: Counter[str] = field(default_factory=Counter)
    """What was answered, and how often."""
    _case_of: dict[str, str] = field(default_factory=dict)
    _asked: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Received) -> Action:
        method, target, _ = request.line.split(" ")
        url = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        with self._lock:
            if method == "POST":
                return self._order(request)
            match url.path:
                case "/v2/video/generations":
                    return self._look(query["generation_id"])
                case "/v2/logs":
                    return self._log()
                case path if path.startswith("/files/"):
                    return self._next("file", FILE_FAULTS) or answer(200, self.film, headers=(("ETag", '"film"'),))
                case path:
                    self.met[path] += 1
                    return refusal(401, ALL)

    def _next(self, what: str, faults: dict[str, Action]) -> Action | None:
        """The next fault of the list, each once; None when all were met."""
        at = self._asked[what]
        self._asked[what] += 1
        if at >= len(faults):
            return None
        name = list(faults)[at]
        self.met[f"{what} {name}"] += 1
        return faults[name]

    def _order(self, request: Received) -> Action:
        prompt = json.loads(request.body)["prompt"]
        found = re.search(r"case: (\w+), (.*)", prompt)
        kind, name = (found[1], found[2]) if found else ("done", "")
        self.met[f"order {kind} {name}"] += 1
        generation = f"gen-{len(self._case_of)}"
        self._case_of[generation] = f"{kind}, {name}"
        self._case_of[request.headers["x-client-request-id"]] = generation
        match kind:
            case "refused":
                at = list(ECHOES).index(name)
                return refusal(REFUSALS[at % len(REFUSALS)], ECHOES[name])
            case "escaped":
                return refusal(400, ECHOES[name], escaped=True)
            case "busy":
                return refusal(429, ALL) if self.met[f"order {kind} {name}"] == 1 else refusal(400, ALL)
            case "lost":
                return FAULTS[name]
        return answer(200, json.dumps({"id": generation, "status": "queued", "echo": ALL}), headers=(JSON,))

    def _look(self, generation: str) -> Action:
        kind, _, name = self._case_of.get(generation, "unknown, ").partition(", ")
        match kind:
            case "unknown":
                return refusal(404, ALL)
            case "failed":
                error = {"name": ECHOES[name][:200], "message": ECHOES[name], "detail": [{"msg": ALL}]}
                return answer(200, json.dumps({"id": generation, "status": "error", "error": error}), headers=(JSON,))
            case "looks":
                more = {"another": answer(200, json.dumps({"id": f"x{KEY}", "status": ALL}), headers=(JSON,))}
                if fault := self._next("look", FAULTS | more | {str(n): refusal(n, ALL) for n in (*REFUSALS, 429)}):
                    return fault
                elsewhere = {"url": f"https://evil.example/{SIGNED}"}
                self.met["look elsewhere"] += 1
                if self.met["look elsewhere"] == 1:
                    return self._completed(generation, elsewhere)
                gone = {"message": ALL}
                return answer(200, json.dumps({"id": generation, "status": "failed", "error": gone}), headers=(JSON,))
        return self._completed(generation, {"url": f"{self.base_url}/files/{generation}/{SIGNED}"})

    def _completed(self, generation: str, video: object) -> Action:
        state = {
            "id": generation,
            "status": "completed",
            "video": video,
            "meta": {"usage": {"credits_used": 1_300_000}},
        }
        return answer(200, json.dumps(state), headers=(JSON,))

    def _log(self) -> Action:
        rows: list[dict[str, object]] = [{"created": "now", "status": ALL, "model": KEY, "inference_id": SIGNED}]
        odd = answer(200, json.dumps({"data": rows, "pagination": {}}), headers=(JSON,))
        if fault := self._next("log", FAULTS | {"odd row": odd, "401": refusal(401, ALL), "429": refusal(429, ALL)}):
            return fault
        entries = [
            {
                "created": datetime.now(UTC).isoformat(),
                "status": "failed",
                "model": f"alibaba/wan-2-6-i2v {ALL}",
                "cost": {"credits": 0, "echo": KEY},
                "inference_id": generation,
                "client_request_id": name,
            }
            for name, generation in self._case_of.items()
            if not name.startswith("gen-")
        ]
        return answer(200, json.dumps({"data": entries, "pagination": {"has_more": False}}), headers=(JSON,))


def cases() -> Sequence[str]:
    """What is to be ordered so that every fault is met."""
    told = [f"{kind}, {name}" for kind in ("refused", "escaped", "failed") for name in ECHOES]
    return [*told, *(f"lost, {name}" for name in FAULTS), "looks, ", "busy, ", "done, "]
