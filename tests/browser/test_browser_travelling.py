"""A saved video is dropped on the page, as a file manager drops it: what is ordered then is the same request."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess, running_app
from tests.browser import screen
from tests.kept_videos import write_video

pytestmark = pytest.mark.browser

WORDS = "A gull “glides” past 🐦\nand lands: \\ it's <b>there</b>"
KEY = "a-key-for-tests-1234"

A_DROP = """async ([name, content]) => {
  const bytes = await (await fetch("data:video/mp4;base64," + content)).blob();
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, {type: "video/mp4"}));
  const options = {bubbles: true, cancelable: true, dataTransfer: transfer};
  const target = document.querySelector("h1");
  const over = new DragEvent("dragover", options);
  target.dispatchEvent(over);
  const drop = new DragEvent("drop", options);
  target.dispatchEvent(drop);
  return [over.defaultPrevented, drop.defaultPrevented];
}"""


class Provider:
    """Takes every order, is done with it at once, and knows each byte that it was sent."""

    def __init__(self, film: bytes) -> None:
        self.orders: list[bytes] = []
        provider = self

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                provider.orders.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.say(json.dumps({"id": f"gen-{len(provider.orders)}", "status": "queued"}).encode())

            def do_GET(self) -> None:
                if self.path.startswith("/film"):
                    self.say(film, "video/mp4")
                elif self.path.startswith("/v2/video/generations"):
                    usage = {"credits_used": 1_300_000}
                    said = {"status": "completed", "video": {"url": provider.url + "/film"}, "meta": {"usage": usage}}
                    self.say(json.dumps(said | {"id": self.path.partition("generation_id=")[2]}).encode())
                else:
                    self.send_error(404)

            def say(self, body: bytes, kind: str = "application/json") -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: what it was asked is in `orders`."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def listening(self) -> Iterator[Provider]:
        """While it answers."""
        thread = threading.Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    film = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(film, seconds=10)
    with Provider(film.read_bytes()).listening() as provider:
        yield provider


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[AppProcess]:
    """An app with a key, which takes that one for the provider."""
    settings = {"AIMLAPI_KEY": KEY, "AIMLAPI_BASE_URL": provider.url, "STUDIO_DAILY_BUDGET_USD": "50"}
    with running_app(tmp_path_factory.mktemp("app"), settings=settings) as app:
        yield app


def ordered(page: Page, provider: Provider) -> bytes:
    """What is sent for the form as it stands."""
    before = len(provider.orders)
    screen.create_button(page).click()
    page.locator(f"{screen.BOARD} video").wait_for()
    screen.settled(page)
    assert len(provider.orders) == before + 1
    return provider.orders[-1]


def made(page: Page, action: str, folder: Path) -> Path:
    """What is saved of an edit of the video that is shown large."""
    screen.choose(screen.cards(page), action)
    dialog = page.get_by_role("dialog")
    if action == "Trim":
        dialog.get_by_role("slider").first.press("ArrowRight")
        expect(dialog.get_by_text("0.1 s")).to_be_visible()
        dialog.get_by_role("button", name="Trim").click()
    path = screen.saved(page, dialog.get_by_role("link", name="Download ("), folder)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    return path


def test_whatever_was_saved_of_a_video_and_is_dropped_orders_the_same_request_byte_for_byte(
    page: Page, provider: Provider, tmp_path: Path
) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    page.get_by_text("More options").click()
    page.get_by_role("spinbutton", name="Seed").fill("7")
    page.get_by_role("textbox", name="What to avoid").fill("blur, 'text' & \"hands\"")
    page.get_by_role("radiogroup", name="Length").get_by_text("10 sec").click()
    screen.settled(page)
    screen.say(page, WORDS)
    request = ordered(page, provider)
    asked = json.loads(request)
    assert (asked["prompt"], asked["seed"], asked["duration"]) == (WORDS, 7, 10)
    assert asked["image_url"].startswith("data:image/jpeg;base64,")
    films = [
        screen.saved(page, screen.cards(page).get_by_role("link", name="Download", exact=True), tmp_path),
        made(page, "Trim", tmp_path),
        made(page, "Back and forth", tmp_path),
    ]
    assert len({film.name for film in films}) == 3
    for film in films:
        page.get_by_role("button", name="Start fresh").click()
        expect(screen.prompt(page)).to_have_value("")
        expect(screen.picture(page)).to_have_count(0)
        content = base64.b64encode(film.read_bytes()).decode()
        assert page.evaluate(A_DROP, [film.name, content]) == [True, True]
        expect(screen.prompt(page)).to_have_value(WORDS)
        screen.picture(page).wait_for()
        screen.settled(page)
        assert ordered(page, provider) == request, film.name
