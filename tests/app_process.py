"""The app as `make run` starts it: a server process of its own, on a free port, with a data folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import requests

from studio.storage.database import Database

ROOT = Path(__file__).resolve().parent.parent

START_LIMIT_S = 60.0
"""A start takes two seconds; a machine busy with rendering may need ten times that."""
END_LIMIT_S = 30.0
"""The app's own grace for running steps, and the demo's."""


def wait_until(claim: Callable[[], bool], what: str, limit_s: float = 30.0) -> None:
    """Returns as soon as the claim holds; fails, saying `what` did not come about, after the limit."""
    never = threading.Event()
    end = time.monotonic() + limit_s
    while not claim():
        assert time.monotonic() < end, f"within {limit_s:.0f} s it was not so that {what}"
        never.wait(0.02)


class AppProcess:
    """A running app. It and everything it starts are in one process group, so that none can be overlooked."""

    def __init__(
        self, folder: Path, *, pace: float, settings: Mapping[str, str] | None = None, secrets_toml: str = ""
    ) -> None:
        self.data_dir = folder / "data"
        self.log = folder / "app.log"
        self._home = folder / "home"
        self._pace = pace
        self._settings = dict(settings or {})
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: list[int] = []
        # Not started where a developer's .env lies: with a real key in it, these tests would spend money.
        streamlits = self._home / ".streamlit"
        streamlits.mkdir(parents=True)
        (streamlits / "config.toml").symlink_to(ROOT / ".streamlit" / "config.toml")
        if secrets_toml:
            (streamlits / "secrets.toml").write_text(secrets_toml, "utf-8")

    @property
    def url(self) -> str:
        """Where the app answers, without a slash at the end; the same after every start."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The server's process id; once started."""
        assert self._process is not None
        return self._process.pid

    def open_database(self) -> Database:
        """Its database, beside it; to be closed by who asks."""
        return Database(f"sqlite:///{self.data_dir / 'kineograph.db'}")

    def start(self) -> None:
        """Start it; returns when /healthz says that it can work, and that it works on the demo."""
        streamlit = Path(sys.executable).with_name("streamlit")
        with self.log.open("ab") as log:
            self._process = self._spawn([str(streamlit), "run", str(ROOT / "app.py")], log)
        self._groups.append(self._process.pid)
        wait_until(self._is_healthy, f"{self.url}/healthz answered 200; the app said:\n{self.said()}", START_LIMIT_S)

    def kill(self) -> None:
        """End the server without warning (SIGKILL); returns when it and all that it started are gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the server to end (SIGTERM); returns when it and all that it started are gone."""
        self._end(signal.SIGTERM)

    def said(self) -> str:
        """Its log, over all starts."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def left_running(self) -> list[str]:
        """The command lines of processes that this app started and that are still there."""
        return [name for group in self._groups for name in _members(group)]

    def end_for_good(self) -> None:
        """Whatever state it is in, nothing of it runs on."""
        for group in self._groups:
            if _members(group):
                os.killpg(group, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(END_LIMIT_S)

    def _spawn(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        ours = ("AIMLAPI_", "STUDIO_", "STREAMLIT_")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        settings = {
            "STUDIO_DATA_DIR": str(self.data_dir),
            "STUDIO_DEMO_PACE": str(self._pace),
            # Rendering is most of what a test of a video waits for; what needs the real size asks for it.
            "STUDIO_DEMO_DRAFT": "true",
        }
        # A crash below Python leaves no word in the log without it.
        settings["PYTHONFAULTHANDLER"] = "1"
        return subprocess.Popen(
            [*command, "--server.port", str(self._port), "--server.address", "127.0.0.1"],
            cwd=self._home,
            env=clean | settings | self._settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def _is_healthy(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the app ended by itself:\n{self.said()}"
        try:
            answer = requests.get(f"{self.url}/healthz", timeout=5)
        except requests.RequestException:
            return False
        if answer.status_code != 200:
            return False
        on_this_computer = self._settings.get("AIMLAPI_BASE_URL", "").startswith("http://127.0.0.1:")
        assert answer.json()["backend"] == "demo" or on_this_computer, "a test must never spend money"
        return True

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        ended = self._process.poll()
        assert ended is None, f"the app had ended by itself, with code {ended}; it said:\n{self.said()}"
        self._process.send_signal(how)
        self._process.wait(END_LIMIT_S)
        wait_until(lambda: not self.left_running(), f"nothing was left running: {self.left_running()}", END_LIMIT_S)


@contextmanager
def running(app: AppProcess) -> Iterator[None]:
    """The app, started; afterwards ended on request, and nothing of it runs on. Its log may have traces in it."""
    try:
        app.start()
        yield
        app.stop()
    finally:
        app.end_for_good()


@contextmanager
def running_app(
    folder: Path, *, pace: float = 0.2, settings: Mapping[str, str] | None = None, secrets_toml: str = ""
) -> Iterator[AppProcess]:
    """A started app; afterwards it has ended on request, left no process, and reported no error of its own making.

    `settings` go into its environment, `secrets_toml` into its file of secrets.
    """
    app = AppProcess(folder, pace=pace, settings=settings, secrets_toml=secrets_toml)
    with running(app):
        yield app
    assert "Traceback" not in app.said(), f"the app met an error it did not expect:\n{app.said()}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _members(group: int) -> list[str]:
    """The living processes of a group, by their command lines."""
    if not Path("/proc/self/stat").exists():
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return []
        return [f"process group {group}"]
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            state, _parent, its_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            # A zombie has ended; in a container nobody may be there to bury it.
            if int(its_group) == group and state != "Z":
                found.append((folder / "cmdline").read_text().replace("\0", " ").strip() or folder.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
