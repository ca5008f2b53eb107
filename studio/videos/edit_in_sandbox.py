"""Editing a video in a process of its own: `studio.sandbox` says what that keeps away from the app.

Videos go in and out as files, because a chain of them is too large for a pipe: the child may write as much as a result
may have, and tells in a file beside it how far it is.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from studio.sandbox import ChildDied, Sandbox, TookTooLong, serve
from studio.videos.animations import save_gif, save_webp
from studio.videos.edit import Edit, EditRefusal, EditRefused, Kind
from studio.videos.editing import back_and_forth, frame_at, joined, last_frame, trim

MODULE = "studio.videos.edit_in_sandbox"
MEMORY_LIMIT_BYTES = 2 * 1024 * 1024 * 1024
"""Address space of a child, as of those that check videos. Frames held at once are bounded to 256 MB."""
FILE_LIMIT_BYTES = 512 * 1024 * 1024
"""Of a result: ten videos of 1080p joined are some 300 MB."""
CONCURRENT = 2
"""Edits at the same time in this process; an encoder uses several cores by itself."""
EDIT_LIMIT_S = 300.0
"""Fifteen seconds of 1080p, forward and backward, took 112 on two cores that six others wanted as well."""
_NICE = 10
"""Edits give way to the checks of videos that are paid for, and to the pages."""


def edit_here(edit: Edit, sources: Sequence[Path], out: Path, progress: Callable[[float], None]) -> None:
    """Make the edit of these videos at `out`, in this process. Raises EditRefused and OSError."""
    source = sources[0]
    match edit.kind:
        case Kind.GIF:
            save_gif(source, out, progress)
        case Kind.WEBP:
            save_webp(source, out, progress)
        case Kind.FRAME:
            frame_at(source, out, edit.start_ms / 1000)
        case Kind.LAST_FRAME:
            last_frame(source, out)
        case Kind.TRIM:
            trim(source, out, edit.start_ms / 1000, edit.end_ms / 1000, progress)
        case Kind.BACK_AND_FORTH:
            back_and_forth(source, out, progress)
        case Kind.JOINED:
            joined(sources, out, progress)


def edit_with(
    sandbox: Sandbox, edit: Edit, sources: Sequence[Path], out: Path, *, timeout_s: float = EDIT_LIMIT_S
) -> None:
    """The same in a child: whatever the video does to the decoder, this process lives on.

    `out` ends as the edit's name does. What is there after an error is for the caller to remove. Raises EditRefused,
    OSError, and RuntimeError after the sandbox was closed.
    """
    work = {
        "kind": edit.kind,
        "start_ms": edit.start_ms,
        "end_ms": edit.end_ms,
        "sources": [os.fspath(source.absolute()) for source in sources],
        "out": os.fspath(out.absolute()),
    }
    try:
        said = json.loads(sandbox.run(json.dumps(work).encode(), timeout_s=timeout_s))
    except TookTooLong:
        raise EditRefused(EditRefusal.TOOK_TOO_LONG, f"not done after {timeout_s:.0f} s") from None
    except ChildDied as died:
        raise EditRefused(EditRefusal.UNREADABLE, f"the process died: {died}") from None
    finally:
        progress_file(out).unlink(missing_ok=True)
    if "refused" in said:
        raise EditRefused(EditRefusal(said["refused"]), str(said["detail"]))
    if "errno" in said:
        raise OSError(said["errno"], os.strerror(said["errno"]))


def progress_file(out: Path) -> Path:
    """Where the child says how far it is with the result: one byte, the hundredths that are done."""
    return out.with_name(f"{out.name}.progress")


def read_progress(out: Path) -> float:
    """How far the child is with the result, from 0 to 1."""
    try:
        said = progress_file(out).read_bytes()
    except FileNotFoundError:
        return 0.0
    return min(said[0], 100) / 100 if said else 0.0


def sandbox(*, memory_limit_bytes: int = MEMORY_LIMIT_BYTES, file_limit_bytes: int = FILE_LIMIT_BYTES) -> Sandbox:
    """Children that edit videos. None is kept ready: nobody minds half a second here."""
    return Sandbox(
        MODULE,
        concurrent=CONCURRENT,
        slot_wait_s=None,
        memory_limit_bytes=memory_limit_bytes,
        file_limit_bytes=file_limit_bytes,
    )


def _answer(work: bytes) -> bytes:
    asked: dict[str, Any] = json.loads(work)
    out = Path(asked["out"])
    edit = Edit(kind=Kind(asked["kind"]), start_ms=int(asked["start_ms"]), end_ms=int(asked["end_ms"]))
    try:
        with progress_file(out).open("wb", buffering=0) as told:
            edit_here(edit, [Path(source) for source in asked["sources"]], out, _telling(told.fileno()))
    except EditRefused as refused:
        return json.dumps({"refused": refused.reason, "detail": str(refused)}).encode()
    except OSError as error:
        if error.errno == errno.EFBIG:  # the limit of this process
            return json.dumps({"refused": EditRefusal.TOO_LARGE, "detail": str(error)}).encode()
        return json.dumps({"errno": error.errno or errno.EIO}).encode()
    return b"{}"


def _telling(file: int) -> Callable[[float], None]:
    last = -1

    def tell(share: float) -> None:
        nonlocal last
        percent = int(share * 100)
        if percent != last:
            last = percent
            os.pwrite(file, bytes([percent]), 0)

    return tell


if __name__ == "__main__":
    os.nice(_NICE)
    serve(_answer, cores=os.cpu_count() or 1)
