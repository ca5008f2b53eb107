"""Who opened the link: recognised by a signed cookie, and nobody can be somebody else."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from studio.access.visitors import COOKIE, HOST_PREFIX, Known, Visitors, undated_until
from studio.storage.secret_file import SecretCutOff, secret_in
from tests.studio.strategies import NOON

ROOT = Path(__file__).resolve().parents[3]
VISITORS = Visitors("a secret of this test")
HOST = HOST_PREFIX + COOKIE


def test_a_visitor_is_recognised_by_the_cookie() -> None:
    visitor = VISITORS.new()
    assert VISITORS.read(VISITORS.cookie(visitor)) == visitor


def test_no_two_visitors_are_the_same_and_none_can_be_guessed() -> None:
    made = {VISITORS.new() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(len(visitor) == 32 and set(visitor) <= set("0123456789abcdef") for visitor in made)


def test_a_cookie_can_stand_in_a_header() -> None:
    cookie = VISITORS.cookie(VISITORS.new())
    assert cookie.isascii()
    assert not set(cookie) & set(' ,;"\\\r\n')


@pytest.mark.parametrize(
    "cookie",
    [
        None,
        "",
        ".",
        "a" * 32,
        VISITORS.cookie("a" * 32)[:-1],
        VISITORS.cookie("a" * 32) + "x",
        "x" + VISITORS.cookie("a" * 32),
        VISITORS.cookie("a" * 32).split(".")[0],
        Visitors("another secret").cookie("a" * 32),
        "é.\xff\x00",
        "." * 10_000,
        "a" * 100_000,
    ],
    ids=range(12),  # a cookie holds a date: by its text two processes would not name it alike
)
def test_a_cookie_that_we_did_not_sign_is_nobody(cookie: str | None) -> None:
    assert VISITORS.read(cookie) is None


def test_a_changed_cookie_is_nobody() -> None:
    cookie = VISITORS.cookie("a" * 32)
    for place, letter in enumerate(cookie):
        changed = cookie[:place] + ("A" if letter != "A" else "B") + cookie[place + 1 :]
        # The last letter of base64 has bits that mean nothing.
        assert VISITORS.read(changed) in ((None, "a" * 32) if place == len(cookie) - 1 else (None,))


@given(st.text(max_size=200))
def test_whatever_a_browser_sends_is_read_without_a_fall(cookie: str) -> None:
    assert VISITORS.read(cookie) is None


def test_a_cookie_is_good_for_400_days_and_due_after_one() -> None:
    moment = [NOON]
    visitors = Visitors("a secret of this test", now=lambda: moment[0])
    cookie = visitors.cookie("a" * 32)
    for days, known in ((0, Known("a" * 32, is_due=False)), (2, Known("a" * 32, is_due=True)), (401, None)):
        moment[0] = NOON + timedelta(days=days)
        assert visitors.of({COOKIE: cookie}) == known
    # A server whose clock is behind takes it all the same.
    moment[0] = NOON - timedelta(minutes=5)
    assert visitors.of({COOKIE: cookie}) == Known("a" * 32, is_due=False)


def test_another_secret_takes_over_without_anybody_losing_a_gallery() -> None:
    before = Visitors("the first secret")
    after = Visitors("the second secret", older_secrets=["one before", "the first secret"])
    assert after.read(before.cookie("a" * 32)) == "a" * 32
    assert before.read(after.cookie("a" * 32)) is None, "what is signed now is signed with the new one"
    assert Visitors("the second secret").read(after.cookie("a" * 32)) == "a" * 32


def test_cookies_of_before_the_date_are_taken_as_long_as_they_live_and_no_longer() -> None:
    moment = [NOON]
    old = URLSafeSerializer("a secret of this test", salt="visitor").dumps("a" * 32)
    visitors = Visitors("a secret of this test", undated_until=undated_until(NOON), now=lambda: moment[0])
    for secure in (False, True):
        assert visitors.of({COOKIE: old}, secure=secure) == Known("a" * 32, is_due=True)
    moment[0] = NOON + timedelta(days=400)
    assert visitors.of({COOKIE: old}) is None
    assert VISITORS.of({COOKIE: old}) is None, "an installation that never made them takes none"
    assert undated_until(None) is None


def test_over_https_only_the_name_counts_that_no_neighbour_can_set() -> None:
    plain, host = VISITORS.cookie("a" * 32), VISITORS.cookie("b" * 32, name=HOST)
    assert VISITORS.of({COOKIE: plain}, secure=True) is None
    for secure in (False, True):
        assert VISITORS.of({COOKIE: plain, HOST: host}, secure=secure) == Known("b" * 32, is_due=False)
    # Signed for the one name, it says nothing under the other.
    assert VISITORS.of({HOST: plain}) is None
    assert VISITORS.of({COOKIE: host}) is None


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    secret = secret_in(tmp_path)
    assert len(secret) >= 40
    assert secret_in(tmp_path) == secret
    assert [path.name for path in tmp_path.iterdir()] == ["cookie-secret"]
    assert (tmp_path / "cookie-secret").stat().st_mode & 0o777 == 0o600


def test_the_secret_is_whole_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut there is the whole of it, or none: an empty one under the right name would sign for anybody."""
    seen: list[tuple[str, int | str]] = []
    fsync, link = os.fsync, os.link

    def synced(descriptor: int) -> None:
        found = os.fstat(descriptor)
        seen.append(("the folder", "on the disk") if stat.S_ISDIR(found.st_mode) else ("on the disk", found.st_size))
        fsync(descriptor)

    def linked(made: Path, place: Path) -> None:
        seen.append(("in its place", place.name))
        link(made, place)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    secret = secret_in(tmp_path)
    assert seen == [("on the disk", len(secret)), ("in its place", "cookie-secret"), ("the folder", "on the disk")]


def test_servers_that_start_at_once_sign_with_the_same_secret(tmp_path: Path) -> None:
    barrier, secrets = threading.Barrier(8), []

    def start() -> None:
        barrier.wait(10)
        secrets.append(secret_in(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(secrets) == 8
    assert len(set(secrets)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["cookie-secret"]


_WITHOUT_LINKS = """
import errno, os, sys
from pathlib import Path

def hear(event, arguments):
    if event == "os.link":
        raise OSError(int(sys.argv[2]), os.strerror(int(sys.argv[2])))

sys.addaudithook(hear)
from studio.storage.secret_file import secret_in
sys.stdin.read()
print(secret_in(Path(sys.argv[1])))
"""
"""A server on a file system without hard links: to each link the system says no."""


@pytest.mark.parametrize("says", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
def test_where_there_are_no_hard_links_servers_that_start_at_once_agree_too(tmp_path: Path, says: int) -> None:
    folder = tmp_path / "data"
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", _WITHOUT_LINKS, str(folder), str(says)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for server in servers:
        assert server.stdin is not None
        server.stdin.close()
        server.stdin = None
    secrets = {server.communicate()[0] for server in servers}
    assert [server.returncode for server in servers] == [0] * 4
    assert len(secrets) == 1
    assert len(secrets.pop().strip()) >= 40
    assert sorted(path.name for path in folder.iterdir()) == ["cookie-secret", "cookie-secret.lock"]
    assert (folder / "cookie-secret").stat().st_mode & 0o777 == 0o600


def test_another_error_of_the_link_is_told_and_leaves_nothing_lying_about(tmp_path: Path) -> None:
    server = subprocess.run(
        [sys.executable, "-c", _WITHOUT_LINKS, str(tmp_path), str(errno.EIO)],
        cwd=ROOT,
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Input/output error" in server.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", ["", "\n", "half-of-a-secret"])
def test_a_secret_that_was_cut_off_signs_nothing(tmp_path: Path, left: str) -> None:
    (tmp_path / "cookie-secret").write_text(left)
    with pytest.raises(SecretCutOff, match="cookie-secret"):
        secret_in(tmp_path)


def test_a_folder_that_is_made_for_it_is_its_owners_alone_and_another_stays_as_it_is(tmp_path: Path) -> None:
    secret_in(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    (tmp_path / "shared").mkdir(mode=0o755)
    secret_in(tmp_path / "shared")
    assert (tmp_path / "shared").stat().st_mode & 0o777 == 0o755
