"""Addresses of finished files: signed, and good for a day, as the provider's are."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Signs the addresses of files, and knows its own again."""

    secret: bytes
    life_s: int
    """How long a fresh address works."""

    def sign(self, file_name: str, now: float) -> str:
        """Path and query of an address that works for `life_s` seconds from `now`."""
        expires = int(now) + self.life_s
        query = urlencode(
            {"Expires": expires, "OSSAccessKeyId": "demo", "Signature": self._signature(file_name, str(expires))}
        )
        return f"/files/{file_name}?{query}"

    def is_genuine(self, file_name: str, expires: str, signature: str) -> bool:
        """Was this address given out here, for this file and this end?"""
        return hmac.compare_digest(self._signature(file_name, expires).encode(), signature.encode())

    def _signature(self, file_name: str, expires: str) -> str:
        digest = hmac.new(self.secret, f"{file_name}\n{expires}".encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()


def secret_in(folder: Path) -> bytes:
    """The signing secret of this data folder, made at its first use, so that addresses survive a restart."""
    path = folder / "address-secret"
    if not path.exists():
        part = path.with_name(path.name + ".part")
        part.touch(mode=0o600)
        part.write_bytes(secrets.token_bytes(32))
        part.replace(path)
    return path.read_bytes()
