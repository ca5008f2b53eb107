"""python -m tests.chromium: makes sure that there is a Chromium for the browser tests and the bench.

The system's own comes first, then what Playwright has downloaded before, then Debian's package where that may be
installed, then Playwright's own download. Where all of that fails, it names the one command to type.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""What the system's package calls it: Debian, Ubuntu and Fedora, Google's own."""
SHELL = "chromium-headless-shell"
"""Debian's Chromium without a window's parts: the same pages for two thirds of the work (17 s of CPU against 27)."""

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Every name but our own address fails at once: nothing leaves this computer, and a page that tries is found out.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

QUICK = (
    "--js-flags=--no-opt --no-maglev --min-semi-space-size=32 --single-threaded-gc",
    "--in-process-gpu",
    "--num-raster-threads=1",
)
"""For tests only, and not where something is measured: a page that lives for seconds never earns back what compiling
its scripts a second and a third time costs (a tenth of its work), nor what tidies its memory beside it; and several
browsers draw on few cores, where a process and threads of their own for it are in each other's way (another tenth)."""

PLAYWRIGHT_INSTALL = (sys.executable, "-m", "playwright", "install", "chromium")


class NoChromium(Exception):
    """There is no Chromium, and none could be had. The message says what to type."""


def arguments() -> list[str]:
    """What Chromium is started with. Its sandbox does not work for root, and for nobody else is it given up."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--no-sandbox", *ARGUMENTS] if is_root else list(ARGUMENTS)


def quick_arguments() -> list[str]:
    """The same, for pages that live for seconds."""
    return [*arguments(), *QUICK]


def chromium_path() -> str | None:
    """The program of a Chromium that is already here; None where there is none. Installs nothing."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    return on_path or _playwrights_own()


def quick_path() -> str:
    """The program that draws pages with the least work; raises NoChromium where there is none at all.

    Not where a test needs a camera, a profile of its own, or one of the window's own pages.
    """
    return shutil.which(SHELL) or needed_path()


def needed_path() -> str:
    """The same; raises NoChromium where there is none."""
    path = chromium_path()
    if path is None:
        raise NoChromium(f"There is no Chromium for the browser tests. Type: {_what_to_type()}")
    return path


def make_sure() -> str:
    """The program of a Chromium, installed now if need be; raises NoChromium with the command to type."""
    if (path := chromium_path()) is not None:
        return path
    for attempt in (_from_debian, _from_playwright):
        if attempt() and (path := chromium_path()) is not None:
            return path
    return needed_path()


def _playwrights_own() -> str | None:
    try:
        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Error:
        return None
    return path if os.path.isfile(path) else None


def _from_debian() -> bool:
    if not _may_apt():
        return False
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quietly, check=False)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    return subprocess.run(install, env=quietly, check=False).returncode == 0


def _from_playwright() -> bool:
    return subprocess.run(PLAYWRIGHT_INSTALL, check=False).returncode == 0


def _may_apt() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _what_to_type() -> str:
    if shutil.which("apt-get") is None:
        return " ".join(PLAYWRIGHT_INSTALL)
    return "sudo apt-get install -y chromium"


if __name__ == "__main__":
    try:
        print(f"Chromium: {make_sure()}")
    except NoChromium as none:
        sys.exit(str(none))
