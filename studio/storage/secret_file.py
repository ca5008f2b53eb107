"""The secret that cookies are signed with, in a file: made once, the same for all servers that share the folder."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from pathlib import Path

SECRET_MIN = 32
"""Characters. What is shorter was cut off, or could be guessed; ours has 43."""


class SecretCutOff(RuntimeError):
    """The secret in the data folder is too short to sign with."""


def secret_in(folder: Path) -> str:
    """The secret kept in a folder, made at the first call; readable by its owner only, as is a folder made for it.

    Servers that start at once get the same one. Raises SecretCutOff rather than sign with a short one.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "cookie-secret"
    if not path.exists():
        # A random name: in two containers that share the folder, the process numbers may be the same.
        made = folder / f"cookie-secret.{secrets.token_hex(8)}"
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(descriptor)  # a secret that a power cut left empty would let anybody sign
        _first_stands(made, path)
        _sync_folder(folder)
    secret = path.read_text()
    if len(secret.strip()) < SECRET_MIN:
        raise SecretCutOff(
            f"{path} holds fewer than {SECRET_MIN} characters; put back a copy of it, or delete it: visitors then lose "
            "their galleries"
        )
    return secret


def _sync_folder(folder: Path) -> None:
    """The name is on the disk as well: without it a power cut would cost every visitor their gallery."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network folders cannot; the file itself is on the disk.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _first_stands(made: Path, path: Path) -> None:
    """Put a whole file into its place unless one is there already; `made` is used up."""
    try:
        # A link, not a rename: where two servers start at once, the first secret stands and both use it.
        os.link(made, path)
    except FileExistsError:
        pass
    except OSError as error:
        if error.errno not in _NO_LINKS:
            made.unlink()
            raise
        _first_stands_by_lock(made, path)
    made.unlink(missing_ok=True)


_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
"""What file systems without hard links answer: FAT and exFAT, SMB, many of FUSE, some volumes of containers."""


def _first_stands_by_lock(made: Path, path: Path) -> None:
    # A rename replaces, so the looking and the renaming are made one by a lock. Not the name itself with O_EXCL: that
    # would be there before its content, for others to read half of, and for ever half where this process is killed.
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            made.replace(path)
    finally:
        os.close(lock)
