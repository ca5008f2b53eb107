"""What stands before the pages, as a person meets it: not in the way, and with words where something is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, Page, WebSocketRoute, expect

from studio import clock
from studio.access.rate_limits import RateLimits
from studio.diagnostics.incidents import Incidents
from studio.storage.database import Database
from tests.app_process import AppProcess, running
from tests.browser import screen
from tests.browser.watch import Watch
from tests.chromium import arguments, needed_path
from tests.kept_videos import keep_videos
from tests.photos import jpeg
from web.middleware.uploads import OF_A_VISITOR, WINDOW

pytestmark = pytest.mark.browser


def database_of(app: AppProcess) -> Database:
    return app.open_database()


def test_a_photo_is_taken_with_the_camera(app: AppProcess, chromium: BrowserType, watch: Watch) -> None:
    # The policy has a hole of its own for the camera: its photo is a data: address until it is sent.
    pretend = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = chromium.launch(executable_path=needed_path(), args=[*arguments(), *pretend])
    page = browser.new_context(base_url=app.url, permissions=["camera"]).new_page()
    watch.follow(page)
    screen.open_page(page)
    page.get_by_text("Use the camera", exact=True).click()
    # The button is there before the first frame is.
    page.wait_for_function("() => document.querySelector('[data-testid=stCameraInput] video')?.videoWidth > 0")
    page.get_by_role("button", name="Take Photo", exact=True).click()
    screen.picture(page).wait_for()
    browser.close()


def test_a_script_from_elsewhere_does_not_run(page: Page, watch: Watch) -> None:
    screen.open_page(page)
    blocked = page.evaluate(
        """() => new Promise(done => {
             document.addEventListener("securitypolicyviolation", event => done(event.effectiveDirective));
             const script = document.createElement("script");
             script.textContent = "window.ran = true";
             document.body.append(script);
           })"""
    )
    assert blocked == "script-src-elem"
    assert page.evaluate("window.ran") is None
    assert [said for said in watch.seen if "Content Security Policy" in said] == watch.seen
    watch.seen.clear()


def test_no_other_site_can_show_the_app_in_a_frame(app: AppProcess, chromium: BrowserType, watch: Watch) -> None:
    # The page that says so is the window's, which Chromium's shell has not.
    browser = chromium.launch(executable_path=needed_path(), args=arguments())
    page = browser.new_page()
    watch.follow(page)
    page.set_content(f"<iframe src='{app.url}'></iframe>")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("refused to connect")
    assert all("frame-ancestors" in said or "X-Frame-Options" in said for said in watch.seen)
    watch.seen.clear()
    browser.close()


def test_an_upload_too_many_is_marked_and_the_page_goes_on(page: Page, app: AppProcess, watch: Watch) -> None:
    screen.open_page(page)
    database = database_of(app)
    rate_limits, scope = RateLimits(database), f"upload:{screen.visitor_of(app, page.context)}"
    while rate_limits.count(scope, clock.now(), limit=OF_A_VISITOR, per=WINDOW):
        pass
    watch.away = True  # a browser writes every answer of 429 into its console
    # Streamlit writes it there once more, in its own words, when it has read the answer.
    with (
        page.expect_console_message(lambda message: "AxiosError" in message.text),
        page.expect_response(re.compile("upload_file")) as refused,
    ):
        screen.upload(page, b"x" * 3_000_000, "large.jpg")
    assert refused.value.status == 429
    uploader = page.get_by_role("region", name="Picture")
    expect(uploader.get_by_text("large.jpg")).to_be_visible()
    watch.away = False
    # The window ends.
    with database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM tallies")
    database.close()
    screen.give_picture(page)


def test_a_file_whose_uploader_got_no_answer_is_given_again(page: Page) -> None:
    # As Streamlit (1.67.0) does where a page is drawn again just then: ForwardMsgQueue.clear keeps no such answer.
    lost: list[bytes] = []

    def line(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()

        def answered(message: str | bytes) -> None:
            if not lost and isinstance(message, bytes) and b"/_stcore/upload_file/" in message:
                lost.append(message)
            else:
                browser.send(message)

        server.on_message(answered)
        browser.on_message(server.send)

    page.route_web_socket(re.compile("/_stcore/stream"), line)
    screen.open_page(page)
    screen.give_picture(page)
    assert len(lost) == 1


@pytest.fixture
def breakable(tmp_path: Path) -> Iterator[AppProcess]:
    """An app of this test's own, whose log may have traces in it."""
    app = AppProcess(tmp_path / "breakable", pace=0.2)
    with running(app):
        yield app


def test_a_page_that_breaks_shows_a_sentence_and_a_reference_that_the_owner_finds_again(
    browser: Browser, breakable: AppProcess, tmp_path: Path
) -> None:
    page = browser.new_context(base_url=breakable.url).new_page()
    screen.open_page(page, "/gallery")
    [job] = keep_videos(breakable, screen.visitor_of(breakable, page.context), ["A wish of mine"], tmp_path)
    database = database_of(breakable)
    # A row that this version cannot read, as after a downgrade.
    with database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE jobs SET reason = 'from-the-future' WHERE id = '{job.id}'")
    page.reload()
    alert = page.get_by_role("alert").filter(has_text="Something went wrong on our side")
    alert.wait_for()
    screen.settled(page)
    for inside in ("Traceback", "ValueError", "from-the-future", ".py"):
        expect(page.get_by_text(inside)).to_have_count(0)
    [incident] = Incidents(database, clock.now).latest(9)
    expect(alert).to_contain_text(incident.reference)
    assert incident.what.startswith("ValueError at studio/")
    assert incident.what.endswith(", /gallery")

    # Nobody else's page is the worse for it, and neither is this one once the row is repaired.
    other = browser.new_context(base_url=breakable.url).new_page()
    screen.open_page(other, "/gallery")
    with database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE jobs SET reason = NULL WHERE id = '{job.id}'")
    database.close()
    page.reload()
    expect(page.get_by_text("A wish of mine")).to_be_visible()


def test_a_photo_shared_with_the_app_stands_on_the_form_when_the_page_opens(page: Page) -> None:
    screen.open_page(page)
    page.locator("link[rel=manifest]").wait_for(state="attached")
    # As a phone's share menu does: a form is sent from no page's script, and the browser goes where it leads.
    page.evaluate(
        """([bytes, words]) => {
          const form = document.createElement("form"), file = document.createElement("input");
          Object.assign(form, {method: "post", action: "/share-target", enctype: "multipart/form-data"});
          const held = new DataTransfer();
          held.items.add(new File([new Uint8Array(bytes)], "holiday.jpg", {type: "image/jpeg"}));
          Object.assign(file, {type: "file", name: "picture", files: held.files});
          const text = document.createElement("input");
          Object.assign(text, {name: "text", value: words});
          form.append(file, text);
          document.body.append(form);
          form.submit();
        }""",
        [list(jpeg()), "The tide comes in"],
    )
    screen.picture(page).wait_for()
    expect(screen.prompt(page)).to_have_value("The tide comes in")
    page.goto("/?shared=large")
    expect(page.get_by_role("alert")).to_contain_text("This photo is larger than 20 MB.")
