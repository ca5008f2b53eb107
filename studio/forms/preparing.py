"""How what a visitor gives is made fit to send: outside tests, in processes of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from studio.orders.framing import Frame
from studio.pictures.framing import FramedPicture
from studio.pictures.prepare import Picture
from studio.sounds.prepare import Sound


class Prepare(Protocol):
    """Prepares an upload; as studio.pictures.prepare.prepare."""

    def __call__(self, data: bytes, *, enlarge: bool = ...) -> Picture: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparing:
    """What is done to the bytes of strangers."""

    picture: Prepare
    frame: Callable[[bytes, Frame], FramedPicture]
    """As studio.pictures.framing.framed."""
    sound: Callable[[bytes], Sound]
    """As studio.sounds.prepare.prepare."""
