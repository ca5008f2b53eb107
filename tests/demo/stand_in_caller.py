"""Talks to a stand-in as a client of the provider would, with pictures made here."""

from __future__ import annotations

import base64
import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import requests
from PIL import Image

KEY = "a-key-for-tests"
PATH = "/v2/video/generations"


def picture(width: int = 240, height: int = 240) -> Image.Image:
    """Soft shapes and a little grain: quick to encode, and every place looks different."""
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    waves = [np.sin(9 * across + 5 * down), np.cos(7 * down - 3 * across), np.sin(12 * across * down + 2)]
    grain = np.random.default_rng(1).normal(0, 6, (height, width, 1))
    return Image.fromarray(np.clip(128 + 80 * np.stack(waves, axis=2) + grain, 0, 255).astype(np.uint8))


def as_data_url(image: Image.Image, kind: str = "JPEG") -> str:
    out = io.BytesIO()
    image.save(out, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Talks to a stand-in as a client of the provider would."""

    base_url: str
    key: str = KEY

    def order(self, prompt: str = "static", **fields: Any) -> dict[str, Any]:
        body = {
            "model": "alibaba/wan-2-6-i2v",
            "prompt": prompt,
            "image_url": PICTURE_URL,
            "resolution": "720p",
            "duration": 5,
            "seed": 1,
            "generate_audio": False,
        }
        return {name: value for name, value in (body | fields).items() if value is not ...}

    def post(self, body: Any, *, client_request_id: str | None = None, timeout: float = 30) -> requests.Response:
        headers = self.headers | ({} if client_request_id is None else {"X-Client-Request-Id": client_request_id})
        return requests.post(self.base_url + PATH, json=body, headers=headers, timeout=timeout)

    def place(self, prompt: str = "static", **fields: Any) -> str:
        answer = self.post(self.order(prompt, **fields))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def look(self, generation_id: str) -> requests.Response:
        return self.get(f"{PATH}?generation_id={generation_id}")

    def get(self, path: str) -> requests.Response:
        return requests.get(self.base_url + path, headers=self.headers, timeout=30)

    def ended(self, generation_id: str) -> dict[str, Any]:
        """The answer that shows the end of a generation."""
        seen: dict[str, Any] = {}

        def has_ended() -> bool:
            answer = self.look(generation_id)
            seen.update(answer.json() if answer.ok else {})
            return seen.get("status") in ("completed", "error")

        wait_until(has_ended)
        return seen

    def log_rows(self) -> list[dict[str, Any]]:
        return list(self.get("/v2/logs?period=1h&limit=100").json()["data"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


PICTURE_URL = as_data_url(picture())


def wait_until(claim: Callable[[], bool], limit_s: float = 30) -> None:
    """Returns as soon as the claim holds; fails after the limit."""
    never = threading.Event()
    end = time.monotonic() + limit_s
    while not claim():
        assert time.monotonic() < end, f"not so within {limit_s} s"
        never.wait(0.03)
