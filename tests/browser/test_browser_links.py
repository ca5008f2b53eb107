"""A picture behind a link, through the page: from a host of the open internet it comes, from nowhere else."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess, running_app
from tests.browser import screen
from tests.photos import jpeg
from tests.videoapi.scripted_server import Action, Received, ScriptedServer, answer

pytestmark = pytest.mark.browser

HOST = "https://pictures.example"


def there(request: Received) -> Action:
    """What the host has: a picture, what leads to it, and what leads to this computer."""
    match request.line.split()[1].partition("?")[0]:
        case "/p.jpg":
            return answer(302, headers=[("Location", "/q.jpg")])
        case "/q.jpg":
            return answer(200, jpeg(800, 600), headers=[("Content-Type", "image/jpeg")])
        case "/inside":
            return answer(302, headers=[("Location", "https://127.0.0.1/q.jpg")])
        case _:
            return answer(404)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=pictures"]
    command += ["-addext", "subjectAltName=DNS:pictures.example", "-keyout", str(path), "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


@contextmanager
def host(certificate: Path) -> Iterator[ScriptedServer]:
    """The server that the one public host stands for; begun where it is needed, as it waits 10 s for a request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ScriptedServer(there, tls=context) as server:
        _port_file(certificate).write_text(str(server.port))
        yield server


def _port_file(certificate: Path) -> Path:
    return certificate.with_name("port")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, certificate: Path) -> Iterator[AppProcess]:
    """An app from which that host can be reached."""
    settings = {
        "PYTHONPATH": str(Path(__file__).with_name("one_public_host")),
        "PUBLIC_HOST_PORT_FILE": str(_port_file(certificate)),
        "PUBLIC_HOST_CERTIFICATE": str(certificate),
    }
    with running_app(tmp_path_factory.mktemp("app"), settings=settings) as app:
        yield app


def give_link(page: Page, link: str) -> None:
    field = page.get_by_role("textbox", name="Link to a picture")
    field.fill(link)
    field.press("Enter")


def test_a_link_brings_its_picture_onto_the_form_and_a_video_comes_of_it(page: Page, certificate: Path) -> None:
    screen.open_page(page)
    with host(certificate) as server:
        give_link(page, f"{HOST}/gone.jpg")
        expect(page.get_by_role("alert")).to_have_count(1)
        give_link(page, f"{HOST}/p.jpg?size=large")
        screen.is_sent_as(page, 800, 600)
        expect(page.get_by_role("alert")).to_have_count(0)
    # Each is asked for, and nothing else is. A link that failed was seen to be asked for twice on a busy machine.
    asked = dict.fromkeys(request.line.split()[1] for request in server.requests)
    assert list(asked) == ["/gone.jpg", "/p.jpg?size=large", "/q.jpg"]
    assert all("cookie" not in request.headers for request in server.requests)
    screen.order(page, "From a link")
    screen.playing(screen.video(page, "From a link"))


def test_a_link_that_leads_on_to_this_computer_is_refused(page: Page, certificate: Path) -> None:
    screen.open_page(page)
    with host(certificate) as server:
        give_link(page, f"{HOST}/inside")
        expect(page.get_by_role("alert")).to_contain_text("public")
    assert server.connections == 1, "and nothing after it was connected to"
    expect(screen.picture(page)).to_have_count(0)
