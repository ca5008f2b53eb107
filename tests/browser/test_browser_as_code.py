"""An order as code, copied from the page and run as it stood there: it orders the very same video."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import FilePayload, Page, expect

from studio.as_code.programs import PROVIDER_URL, Language
from studio.jobs.job import Job
from studio.queue.job_store import Store
from studio.storage.media import Media
from tests import photos
from tests.app_process import AppProcess, running_app
from tests.browser import screen
from tests.running_demo import access_of, ordered

pytestmark = pytest.mark.browser

STARTED_BY = {
    Language.CURL: ["bash"],
    Language.PYTHON: [sys.executable],
    Language.JAVASCRIPT: [shutil.which("node") or compute_driver_executable()[0]],
}
TABS = {Language.CURL: "cURL", Language.PYTHON: "Python", Language.JAVASCRIPT: "JavaScript"}
EVERY_15_S = {
    Language.CURL: "sleep 15",
    Language.PYTHON: "POLL_EVERY_S = 15",
    Language.JAVASCRIPT: "POLL_EVERY_S = 15",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """An app whose owner offers a model that can end in a picture, too."""
    offered = {"STUDIO_MODELS": "alibaba/wan-2-6-i2v,bytedance/seedance-1-0-pro-i2v"}
    with running_app(tmp_path_factory.mktemp("app"), settings=offered) as app:
        yield app


def copied(page: Page, language: Language) -> str:
    """What the button beside the program puts on the clipboard."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name=TABS[language]).click()
    panel = dialog.get_by_role("tabpanel").filter(visible=True)
    panel.get_by_test_id("stCode").hover()
    panel.get_by_role("button", name="Copy to clipboard").click()
    panel.get_by_role("button", name="Copied").wait_for()
    # No page of ours may read the clipboard: it is pasted, as a person does.
    editor = page.context.new_page()
    editor.set_content("<textarea></textarea>")
    editor.locator("textarea").press("Control+V")
    pasted = editor.locator("textarea").input_value()
    editor.close()
    return pasted


def made(app: AppProcess, page: Page) -> tuple[Job, Media]:
    """The visitor's last job, and where its pictures are."""
    database = app.open_database()
    try:
        [job] = Store(database).finished(screen.visitor_of(app, page.context), limit=1)
    finally:
        database.close()
    return job, Media((app.data_dir / "media").as_uri())


def seeded(page: Page) -> None:
    """A seed, without which no two videos are the same."""
    page.get_by_text("More options").click()
    page.get_by_role("spinbutton", name="Seed").fill("7")
    page.get_by_role("spinbutton", name="Seed").press("Enter")
    screen.settled(page)


@pytest.mark.parametrize("ends_in_a_picture", [False, True], ids=["one picture", "and an ending picture"])
def test_what_the_page_shows_as_code_makes_the_same_video_in_each_language(
    app: AppProcess, new_tab: Callable[..., Page], tmp_path: Path, ends_in_a_picture: bool
) -> None:
    page = new_tab(permissions=["clipboard-write"])
    screen.open_page(page)
    screen.give_picture(page)
    if ends_in_a_picture:
        page.get_by_role("combobox", name="Model").click()
        page.get_by_role("option", name="Seedance 1.0 Pro").click()
        page.get_by_role("region", name="Ending picture", exact=True).locator("input[type=file]").set_input_files(
            FilePayload(name="end.jpg", mimeType="image/jpeg", buffer=photos.jpeg(900, 700))
        )
        page.get_by_alt_text("The picture that your video ends in").wait_for()
    seeded(page)
    words = f"It's \"quoted\" 'twice' $HOME `x` \\n, {ends_in_a_picture}"
    screen.say(page, words)
    screen.create_button(page).click()
    page.locator(f"{screen.BOARD} video").wait_for()
    screen.settled(page)
    screen.choose(screen.cards(page), "Show as code")
    expect(page.get_by_role("dialog").get_by_text("curl").first).to_be_visible()
    programs = {language: copied(page, language) for language in Language}

    job, media = made(app, page)
    assert job.video is not None
    (tmp_path / "picture.jpg").write_bytes(media.read(job.order.picture_key))
    assert bool(job.order.ending_picture_key) == ends_in_a_picture
    if ends_in_a_picture:
        (tmp_path / "ending.jpg").write_bytes(media.read(job.order.ending_picture_key))
    film, [*_, by_the_page] = media.read(job.video.video_key), ordered(app)
    demo = access_of(app)
    assert by_the_page["settings"]["prompt"] == words
    for language, program in programs.items():
        for shown, instead in ((PROVIDER_URL, demo.base_url), (EVERY_15_S[language], EVERY_15_S[language][:-2] + "1")):
            assert program.count(shown) == 1
            program = program.replace(shown, instead)
        (tmp_path / language.file_name).write_text(program, "utf-8")
        ran = subprocess.run(
            [*STARTED_BY[language], language.file_name],
            cwd=tmp_path, env=os.environ | {"AIMLAPI_KEY": demo.key}, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr.decode()
        assert ordered(app)[-1] == by_the_page
        assert requests.get(ran.stdout.decode().strip(), timeout=30).content == film, "the same video, to the byte"
    assert len(ordered(app)) >= 1 + len(programs), "each run was an order of its own"
