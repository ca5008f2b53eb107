"""One sending of one form by one visitor, as one name: what is sent twice is known by it. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import fields

from studio.orders.order import MODEL, Order, OrderSettings


def name_of_sending(visitor: str, nonce: str, order: Order, count: int = 1) -> str:
    """Names one sending of one form: two tabs may hold the same form, and each may have changed it since."""
    # In the order in which they have always been written: a form sent before an upgrade is the same form after it.
    names = ["prompt", "picture_key", *(setting.name for setting in fields(OrderSettings) if setting.name != "prompt")]
    # Not the sound's name: that says nothing of what is made.
    names += ["ending_picture_key", "sound_key"]
    left_out = {name for name, unsaid in _NAMED_ONLY_WHERE_CHOSEN.items() if getattr(order, name) == unsaid}
    written = ", ".join(f"{name}={getattr(order, name)!r}" for name in names if name not in left_out)
    several = f" {count} times" if count > 1 else ""
    return hashlib.sha256(f"{visitor}\n{nonce}\nOrder({written}){several}".encode()).hexdigest()


_NAMED_ONLY_WHERE_CHOSEN = {"model": MODEL.id, "ending_picture_key": "", "sound_key": ""}
"""What orders did not have at first, and what it was then."""
