"""Preparing a stranger's sound in a process of its own: `studio.sandbox` says what that keeps away from the app."""

from __future__ import annotations

import json
import logging

from studio.sandbox import ChildDied, NoSlot, Sandbox, TookTooLong, serve
from studio.sounds.prepare import Sound, SoundRefusal, SoundRefused, prepare

MODULE = "studio.sounds.prepare_in_sandbox"
MEMORY_LIMIT_BYTES = 512 * 1024 * 1024
"""Address space of a child. The largest upload takes a third of it, most of that the libraries."""
CONCURRENT = 2
"""Sounds prepared at the same time in this process: few videos are given one."""
_TURN_WAIT_S = 30.0
"""How long an upload waits for its turn behind others before it is told to come back."""
_TAKEN, _REFUSED = b"S", b"R"
"""What the answer is. Said first and by us: no upload can say it."""

_log = logging.getLogger(__name__)


class SoundProcesses:
    """Prepares sounds in children, at most `concurrent` at once. Safe for threads.

    None is kept ready: a start takes half a second, and few videos are given a sound.
    """

    def __init__(self, *, concurrent: int = CONCURRENT, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._sandbox = Sandbox(
            MODULE, concurrent=concurrent, slot_wait_s=_TURN_WAIT_S, memory_limit_bytes=memory_limit_bytes
        )

    def prepare(self, data: bytes, *, timeout_s: float = 10.0) -> Sound:
        """As `sounds.prepare.prepare`, and whatever the bytes do to the decoder, this process lives on.

        Raises SoundRefused: besides its reasons there, TOOK_TOO_LONG after `timeout_s` seconds of wall or processor
        time (or half a minute of waiting behind others), and UNREADABLE where the decoder crashed or wanted too much
        memory. No child outlives the call. Raises RuntimeError after `close()`.
        """
        # A child with nothing to do leaves without an answer.
        if not data:
            raise SoundRefused(SoundRefusal.EMPTY)
        try:
            answer = self._sandbox.run(data, timeout_s=timeout_s)
        except (NoSlot, TookTooLong):
            raise SoundRefused(SoundRefusal.TOOK_TOO_LONG) from None
        except ChildDied as died:
            _log.warning("decoding a sound broke off", extra={"code": str(died)})
            raise SoundRefused(SoundRefusal.UNREADABLE) from None
        if answer[:1] == _TAKEN:
            return Sound(mp3=answer[1:])
        said = json.loads(answer[1:])
        raise SoundRefused(SoundRefusal(said["refusal"]), **said["facts"])

    def close(self) -> None:
        """Takes no more sounds. Those under way come to their end."""
        self._sandbox.close()


def _answer(upload: bytes) -> bytes:
    try:
        return _TAKEN + prepare(upload).mp3
    except SoundRefused as refused:
        return _REFUSED + json.dumps({"refusal": refused.refusal, "facts": dict(refused.facts)}).encode()


if __name__ == "__main__":
    serve(_answer)
