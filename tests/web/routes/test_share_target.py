"""A photo from a phone's share menu comes onto its visitor's form; from anywhere else nothing does."""

from __future__ import annotations

import io
import json
import secrets
from typing import Any

import pytest
import requests
from PIL import Image

from studio import urls
from studio.access.visitors import COOKIE, Visitors
from studio.orders.drafts import Draft, read_draft
from studio.pictures.prepare import MAX_UPLOAD_BYTES
from studio.queue.job_store import Store
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess, wait_until
from tests.photos import jpeg

FROM_A_MENU = {"Origin": "null", "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}


class Phone:
    """A visitor's phone, and what is on their form."""

    def __init__(self, app: AppProcess) -> None:
        self.visitor = secrets.token_hex(16)
        self._app = app
        self.cookies = {COOKIE: Visitors(secret_in(app.data_dir)).cookie(self.visitor)}

    def share(self, headers: dict[str, str] = FROM_A_MENU, **sent: Any) -> requests.Response:
        sent = {"files": {"picture": ("photo.jpg", jpeg(), "image/jpeg")}, "cookies": self.cookies} | sent
        address = self._app.url + urls.SHARE_TARGET
        return requests.post(address, headers=headers, allow_redirects=False, timeout=60, **sent)

    def form(self) -> Draft:
        database = self._app.open_database()
        try:
            return read_draft(Store(database).draft(self.visitor))
        finally:
            database.close()

    def has_picture(self) -> bool:
        return self.form().picture is not None


@pytest.fixture
def phone(app: AppProcess) -> Phone:
    return Phone(app)


def led_to(answer: requests.Response) -> str:
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.headers["Location"]


@pytest.mark.parametrize("headers", [FROM_A_MENU, {}, {"Sec-Fetch-Site": "none"}])
def test_a_shared_photo_is_prepared_and_stands_on_the_form(phone: Phone, headers: dict[str, str]) -> None:
    assert led_to(phone.share(headers)) == "/"
    wait_until(phone.has_picture, "the photo is on the form", 30)


def test_its_words_fill_an_empty_form_and_take_nothing_from_a_filled_one(phone: Phone) -> None:
    assert led_to(phone.share(data={"title": "At the lake", "text": " It <b>rained</b> "})) == "/"
    assert phone.form().prompt == "At the lake It <b>rained</b>"
    assert led_to(phone.share(data={"text": "Something else"})) == "/"
    assert phone.form().prompt == "At the lake It <b>rained</b>"
    wait_until(phone.has_picture, "the photo is on the form", 30)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "none, cross-site"},
    ],
)
def test_a_page_of_another_site_puts_nothing_there(phone: Phone, headers: dict[str, str]) -> None:
    assert phone.share(headers).status_code == 403
    assert not phone.has_picture()


def test_a_browser_that_was_never_here_is_asked_to_share_once_more(phone: Phone) -> None:
    assert led_to(phone.share(cookies={})) == "/?shared=again"
    assert led_to(phone.share(cookies={COOKIE: "forged"})) == "/?shared=again"


@pytest.mark.parametrize(
    "sent",
    [
        {"files": {"another": ("photo.jpg", jpeg(), "image/jpeg")}},
        {"files": {"picture": ("photo.jpg", b"", "image/jpeg")}},
        {"files": [("picture", ("1.jpg", jpeg(), "image/jpeg")), ("picture", ("2.jpg", jpeg(), "image/jpeg"))]},
        {"files": None, "data": {"picture": "no file"}},
        {"files": None, "data": b"--x", "headers": FROM_A_MENU | {"Content-Type": "multipart/form-data; boundary=y"}},
        {"files": None, "data": b"x" * 99, "headers": FROM_A_MENU | {"Content-Type": "multipart/form-data"}},
        {"files": {"picture": ("p.jpg", jpeg(), "image/jpeg")}, "data": {str(number): "x" for number in range(50)}},
    ],
)
def test_what_is_no_single_photo_is_told(phone: Phone, sent: dict[str, Any]) -> None:
    assert led_to(phone.share(**sent)) == "/?shared=none"
    assert not phone.has_picture()


def test_what_is_too_large_is_not_even_read(phone: Phone) -> None:
    def never_sent() -> Any:
        yield b"--x\r\n"
        raise AssertionError("it was read on")

    headers = FROM_A_MENU | {"Content-Length": str(MAX_UPLOAD_BYTES + 100_000)}
    line = requests.Session()
    prepared = line.prepare_request(
        requests.Request("POST", phone._app.url + urls.SHARE_TARGET, headers=headers, cookies=phone.cookies)
    )
    prepared.headers["Content-Length"] = headers["Content-Length"]
    answer = line.send(prepared, allow_redirects=False, timeout=20)
    assert led_to(answer) == "/?shared=large"


def test_what_is_no_picture_is_told_on_the_form_as_of_an_upload(phone: Phone) -> None:
    files = {"picture": ("photo.jpg", b"%PDF-1.7\n" + b"words" * 100, "image/jpeg")}
    assert led_to(phone.share(files=files)) == "/"
    assert not phone.has_picture()


def test_the_manifest_says_what_there_is(app: AppProcess) -> None:
    answer = requests.get(app.url + urls.MANIFEST, timeout=30)
    assert answer.headers["Content-Type"].startswith("application/manifest+json")
    said = json.loads(answer.content)
    assert said["share_target"]["action"] == urls.SHARE_TARGET
    assert said["share_target"]["params"]["files"][0]["name"] == "picture"
    for icon in said["icons"]:
        png = requests.get(app.url + icon["src"], timeout=30)
        with Image.open(io.BytesIO(png.content)) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    assert requests.get(app.url + urls.installed_icon("another"), timeout=30).status_code == 404
