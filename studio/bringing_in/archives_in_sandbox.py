"""Looking into a stranger's ZIP in a process of its own: `studio.sandbox` says what that keeps away from the app.

A directory may be as large as the file, a member may unpack to a thousand times its size, and its name may lead
anywhere. So a child reads the directory, a member comes out under a name of ours, and never larger than it may be.
"""

from __future__ import annotations

import errno
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.sandbox import ChildDied, Sandbox, TookTooLong, serve

MODULE = "studio.bringing_in.archives_in_sandbox"
MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024
"""Address space of a child. The directory of 10,000 files takes some 20 MB, a sheet of the largest size 100."""
FILM_MAX_BYTES = 512 * 1024 * 1024
"""Of one film, as of a download (studio.worker.poll)."""
BESIDE_MAX_BYTES = 20 * 1024 * 1024
"""Of a picture or a sound."""
SHEET_MAX_BYTES = 16 * 1024 * 1024
FILMS_MAX = 2_000
"""Of one archive; further ones are left out, and can be brought in another."""
_SHEET = "videos.json"
_LOOK_LIMIT_S, _UNPACK_LIMIT_S = 30.0, 120.0
_PIECE = 1024 * 1024
_CODINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What programs write. Of what is broken in others Python tells as of a disk that fails."""


class ArchiveBroken(Exception):
    """It cannot be read, or the member cannot. The message is for the log."""


@dataclass(frozen=True, slots=True)
class Member:
    """A film in an archive."""

    name: str
    """What it is called there."""
    folder: str
    """Where the names that its sheet gives begin; empty, or with a slash at its end."""
    said: dict[str, Any] | None
    """What the sheet says of it; None where there is no sheet, or it does not say anything."""

    def beside(self, name: str) -> str:
        """Where another file of it is, as the sheet calls that."""
        return self.folder + name

    @property
    def own_name(self) -> str:
        """What the sheet calls the film, and other films go by."""
        return self.name.removeprefix(self.folder).removesuffix(".mp4")


def sandbox() -> Sandbox:
    """Children that look into archives, one at a time."""
    return Sandbox(
        MODULE,
        concurrent=1,
        slot_wait_s=None,
        memory_limit_bytes=MEMORY_LIMIT_BYTES,
        file_limit_bytes=FILM_MAX_BYTES,
    )


def films(sandbox: Sandbox, path: Path) -> list[Member]:
    """The films in an archive, in the order of its sheet, which is that of their days. Raises ArchiveBroken."""
    said = _asked(sandbox, {"archive": os.fspath(path)}, _LOOK_LIMIT_S)
    return [Member(one["name"], said["folder"], one["said"]) for one in said["films"]]


def unpack(sandbox: Sandbox, path: Path, name: str, out: Path, *, at_most: int) -> None:
    """Write a member at `out`. Raises ArchiveBroken where there is none, where it is larger or not whole; OSError."""
    asked = {"archive": os.fspath(path), "name": name, "out": os.fspath(out), "at_most": at_most}
    _asked(sandbox, asked, _UNPACK_LIMIT_S)


def _asked(sandbox: Sandbox, work: dict[str, Any], limit_s: float) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(sandbox.run(json.dumps(work).encode(), timeout_s=limit_s))
    except TookTooLong:
        raise ArchiveBroken(f"not done after {limit_s:.0f} s") from None
    except ChildDied as died:
        raise ArchiveBroken(f"the process died: {died}") from None
    if "broken" in said:
        raise ArchiveBroken(str(said["broken"]))
    if "errno" in said:
        raise OSError(said["errno"], os.strerror(said["errno"]))
    return said


# The child's side.

_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,  # a version or a coding that nobody here knows
    RuntimeError,  # it wants a password
    EOFError,
    KeyError,  # there is no such member
    ValueError,  # a name or a number that makes no sense
    OverflowError,
)
"""How zipfile says that an archive is none, or not whole. Any other error is a mistake of ours, and is told as one."""


def _answer(work: bytes) -> bytes:
    asked = json.loads(work)
    try:
        with zipfile.ZipFile(asked["archive"]) as archive:
            said = _unpacked(archive, asked) if "name" in asked else _looked(archive)
    except _BROKEN as broken:
        said = {"broken": f"{type(broken).__name__}: {broken}"[:200]}
    except OSError as error:
        if error.errno == errno.EFBIG:
            said = {"broken": "larger than a film may be"}
        elif error.errno == errno.EINVAL:  # a place before the file's beginning
            said = {"broken": "it leads nowhere"}
        else:
            said = {"errno": error.errno or errno.EIO}
    return json.dumps(said).encode()


def _looked(archive: zipfile.ZipFile) -> dict[str, Any]:
    names = [one.filename for one in archive.infolist() if not one.is_dir() and not _is_a_systems(one.filename)]
    sheet = min((name for name in names if name.rpartition("/")[2] == _SHEET), key=len, default=None)
    folder = "" if sheet is None else sheet.removesuffix(_SHEET)
    films = [name for name in names if name.lower().endswith(".mp4")]
    said = {} if sheet is None else dict(_in_sheet(_read(archive, sheet, SHEET_MAX_BYTES), folder))
    known = [name for name in said if name in set(films)]
    further = [name for name in films if name not in said]
    return {
        "folder": folder,
        "films": [{"name": name, "said": said.get(name)} for name in (*known, *further)[:FILMS_MAX]],
    }


def _is_a_systems(name: str) -> bool:
    """What macOS puts beside every file."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._")


def _in_sheet(sheet: bytes, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        said = json.loads(sheet)
    except (ValueError, RecursionError):
        return
    videos = said.get("videos") if isinstance(said, dict) else None
    for one in videos if isinstance(videos, list) else ():
        if isinstance(one, dict) and isinstance(one.get("video"), str):
            yield folder + one["video"], one


def _read(archive: zipfile.ZipFile, name: str, at_most: int) -> bytes:
    if archive.getinfo(name).compress_type not in _CODINGS:
        return b""
    with archive.open(name) as member:
        data = member.read(at_most + 1)
    return data if len(data) <= at_most else b""


def _unpacked(archive: zipfile.ZipFile, asked: dict[str, Any]) -> dict[str, Any]:
    left = int(asked["at_most"])
    if archive.getinfo(asked["name"]).compress_type not in _CODINGS:
        return {"broken": "coded in a way that is hardly ever used"}
    with archive.open(asked["name"]) as member, Path(asked["out"]).open("wb") as out:
        while piece := member.read(_PIECE):
            left -= len(piece)
            if left < 0:
                return {"broken": "larger than it may be"}
            out.write(piece)
    return {}


if __name__ == "__main__":
    serve(_answer)
