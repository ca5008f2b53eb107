"""Nobody else on this computer reads what is kept."""

from __future__ import annotations

from pathlib import Path

from studio.storage.private_files import keep_private
from tests.app_process import running_app


def modes(folder: Path) -> dict[str, int]:
    """The permissions of the folder and all in it, except what is only there while it is made."""
    paths = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder)): path.stat().st_mode & 0o777 for path in paths}


def laid_open(folder: Path) -> None:
    """An installation of before: everybody may read."""
    for name in ("media/videos/ab", "scratch", "demo"):
        (folder / name).mkdir(parents=True)
    for name in ("kineograph.db", "kineograph.db-journal", "cookie-secret", "media/videos/ab/abc.mp4", "demo/x.jpg"):
        (folder / name).write_bytes(b"x")
        (folder / name).chmod(0o644)
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def test_what_was_open_to_everybody_before_is_shut(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    laid_open(folder)
    keep_private(folder)
    assert {mode & 0o077 for mode in modes(folder).values()} == {0}
    assert modes(folder)["media/videos/ab"] == 0o700
    assert modes(folder)["media/videos/ab/abc.mp4"] == 0o600


def test_a_folder_that_holds_other_things_too_is_left_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    laid_open(folder)
    (folder / "letter.txt").write_text("Dear")
    (folder / "letter.txt").chmod(0o644)
    keep_private(folder)
    after = modes(folder)
    assert (after["."], after["letter.txt"]) == (0o755, 0o644)
    assert {mode & 0o077 for name, mode in after.items() if name not in (".", "letter.txt")} == {0}


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    laid_open(folder)
    elsewhere.write_text("somebody else's")
    elsewhere.chmod(0o644)
    (folder / "media" / "link").symlink_to(elsewhere)
    keep_private(folder)
    assert elsewhere.stat().st_mode & 0o777 == 0o644


def test_a_running_app_keeps_everything_to_itself(tmp_path: Path) -> None:
    (tmp_path / "app" / "data").mkdir(parents=True)
    with running_app(tmp_path / "app") as app:
        found = modes(app.data_dir)
    assert "kineograph.db" in found
    assert {name: oct(mode) for name, mode in found.items() if mode & 0o077} == {}
