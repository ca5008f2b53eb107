"""Checking a fetched video in a process of its own: `studio.sandbox` says what that keeps away from the app."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from studio.sandbox import ChildDied, Sandbox, TookTooLong, serve
from studio.videos.validate import VideoBroken, VideoFacts, check_whole, poster

MODULE = "studio.videos.validate_in_sandbox"
MEMORY_LIMIT_BYTES = 2 * 1024 * 1024 * 1024
"""Address space of a child. 4K with three threads needs a quarter of it (measured); the rest is for the sixteen threads
that FFmpeg starts at the most."""
CONCURRENT = 2
"""Videos checked at the same time in this process; decoding uses every core by itself."""
CHECK_LIMIT_S = 120.0
"""Fifteen seconds of 1080p take three on one slow core."""
CHECKS_MAX = 5
"""Checks of one video that may die. A machine short of memory is not the video's fault; five in a row are."""
CUT_OFF_MAX = 20
"""Checks in a row of which nobody saw the end, as the server went down in them. Servers are killed for other reasons
too: with five, a paid video was given up where one was killed every half second."""
ASIDE = "aside"
"""The folder beside the downloads for videos that could not be checked."""


class CheckDied(Exception):
    """Checking the video killed the process that did it, or took too long. Says nothing about whether it is whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeVideo:
    """A video of which everything is there."""

    facts: VideoFacts
    poster: bytes = field(repr=False)
    """As `videos.poster`."""


def check_here(path: Path) -> WholeVideo:
    """The facts and the poster of a whole video, found out in this process. Raises VideoBroken and OSError."""
    return WholeVideo(facts=check_whole(path), poster=poster(path))


def check_apart(path: Path) -> WholeVideo:
    """As `check_here`, and whatever the video does to the decoder, this process lives on. Raises CheckDied as well."""
    return check_with(_sandbox, path)


def warm_up() -> None:
    """Have a child ready for the next `check_apart`: a start takes it a third of a second. Returns at once."""
    _sandbox.warm_up()


def check_with(sandbox: Sandbox, path: Path, *, timeout_s: float = CHECK_LIMIT_S) -> WholeVideo:
    """The same, with these children."""
    try:
        answer = sandbox.run(os.fsencode(path.absolute()), timeout_s=timeout_s)
    except TookTooLong:
        raise CheckDied(f"not done after {timeout_s:.0f} s") from None
    except ChildDied as died:
        raise CheckDied(f"the process died: {died}") from None
    head, _, still = answer.partition(b"\n")
    said = json.loads(head)
    if "broken" in said:
        raise VideoBroken(str(said["broken"]))
    if "errno" in said:
        raise OSError(said["errno"], os.strerror(said["errno"]))
    return WholeVideo(facts=VideoFacts(**said), poster=still)


def sandbox(*, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> Sandbox:
    """Children that check videos. One is ready only while a video is awaited (`warm_up`)."""
    return Sandbox(MODULE, concurrent=CONCURRENT, slot_wait_s=None, memory_limit_bytes=memory_limit_bytes)


_sandbox = sandbox()


def _answer(work: bytes) -> bytes:
    try:
        whole = check_here(Path(os.fsdecode(work)))
    except VideoBroken as broken:
        return json.dumps({"broken": str(broken)}).encode() + b"\n"
    except OSError as error:  # says nothing about the video, so it rises again on the other side
        return json.dumps({"errno": error.errno or errno.EIO}).encode() + b"\n"
    return json.dumps(asdict(whole.facts)).encode() + b"\n" + whole.poster


if __name__ == "__main__":
    serve(_answer, cores=os.cpu_count() or 1)
