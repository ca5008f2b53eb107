"""The demo that a running app has started for itself: its process, where it answers, and what it was asked for."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psutil

from tests.app_process import AppProcess


def demo_of(app: AppProcess) -> psutil.Process:
    """The process that stands in for the provider."""
    found = {}
    for process in psutil.process_iter(["cmdline", "ppid"]):
        line = process.info["cmdline"] or []
        if "demo" in line and str(app.data_dir / "demo") in line:
            found[process.pid] = process
    # A child that it begins has its command line for a moment, until it is a program of its own.
    found = {pid: process for pid, process in found.items() if process.info["ppid"] not in found}
    assert len(found) == 1
    return next(iter(found.values()))


@dataclass(frozen=True, slots=True)
class Access:
    """What whoever orders there has to know."""

    base_url: str
    key: str


def access_of(app: AppProcess) -> Access:
    """Where it answers, and the key that it takes."""
    process = demo_of(app)
    [port] = {one.laddr.port for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN}
    return Access(f"http://127.0.0.1:{port}", process.environ()["DEMO_KEY"])


def ordered(app: AppProcess) -> list[dict[str, Any]]:
    """What it has kept of all orders so far, the oldest first: all but names and times."""
    path = app.data_dir / "demo" / "demo.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as ledger:
        rows = ledger.execute("SELECT model, settings, image_url, credits FROM generation ORDER BY rowid").fetchall()
    names = ("model", "settings", "image_url", "credits")
    return [dict(zip(names, (model, json.loads(said), *rest), strict=True)) for model, said, *rest in rows]
