"""Who opened the link: a random id in a signed cookie. No account, nothing about the person."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "kineograph_visitor"
COOKIE_LIFE_S = 400 * 24 * 3600
"""The longest life that browsers grant a cookie."""


class Visitors:
    """Makes new visitors and recognises old ones by their cookie."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeSerializer(secret, salt="visitor")

    def new(self) -> str:
        """A visitor never seen before: 32 hexadecimal digits."""
        return secrets.token_hex(16)

    def cookie(self, visitor: str) -> str:
        """What the visitor's browser keeps."""
        return str(self._signer.dumps(visitor))

    def read(self, cookie: str | None) -> str | None:
        """The visitor whose cookie this is; None where it is missing or not signed by us."""
        if not cookie:
            return None
        try:
            visitor = self._signer.loads(cookie)
        except BadSignature:
            return None
        return visitor if isinstance(visitor, str) else None


def secret_in(folder: Path) -> str:
    """The secret kept in a folder, made at the first call; readable by its owner only."""
    path = folder / "cookie-secret"
    if not path.exists():
        # A random name: in two containers that share the folder, the process numbers may be the same.
        made = folder / f"cookie-secret.{secrets.token_hex(8)}"
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(descriptor)  # a secret that a power cut left empty would let anybody sign
        # A link, not a rename: where two servers start at once, the first secret stands and both use it.
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text()
