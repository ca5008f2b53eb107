"""What tests of the app without a screen work with."""

from __future__ import annotations

import io
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from tests.studio.front import Front
from tests.studio.internet import PUBLIC, Internet, Opened, Script
from tests.studio.shop import Shop
from tests.videoapi.scripted_server import ScriptedServer


@pytest.fixture(scope="session")
def tiny_mp4(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real, whole MP4: half a second of moving H.264, 160 × 90."""
    path = tmp_path_factory.mktemp("video") / "tiny.mp4"
    across = np.linspace(0, 255, 160, dtype=np.uint8)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for number in range(6):
            pixels = np.broadcast_to(np.roll(across, number * 9)[None, :, None], (90, 160, 3))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")))
        container.mux(stream.encode())
    return path.read_bytes()


@pytest.fixture(scope="session")
def small_jpeg() -> bytes:
    """A prepared picture, as far as anything behind the form can tell."""
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((480, 360)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def store(database: Database) -> Store:
    """Jobs in a real database, SQLite and PostgreSQL; the pace does not hold anything up."""
    return Store(database, polls_per_s=1e9)


@pytest.fixture
def media(tmp_path: Path) -> Media:
    """Media in a folder of this test's own."""
    return Media((tmp_path / "media").as_uri())


@pytest.fixture
def front(database: Database, store: Store, media: Media) -> Front:
    """What a screen asks, over that database."""
    return Front(database, store, media)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    database = Database(sqlite_url)
    yield Store(database, polls_per_s=1e9)
    database.close()


@pytest.fixture
def shop(sqlite_store: Store, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes) -> Shop:
    """On SQLite: for claims in which the database does not matter."""
    return Shop(sqlite_store, tmp_path, small_jpeg, tiny_mp4)


@pytest.fixture
def any_shop(store: Store, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes) -> Shop:
    """On SQLite and on PostgreSQL."""
    return Shop(store, tmp_path, small_jpeg, tiny_mp4)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of two hosts of this test's own, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    names = "subjectAltName=DNS:pictures.example,DNS:xn--bcher-kva.example"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=pictures"]
    command += ["-addext", names, "-keyout", str(path), "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.fixture
def internet(certificate: Path) -> Iterator[Opened]:
    """Opens a server with a script, and what leads to it: `pictures.example` unless a test names others."""
    with ExitStack() as opened:

        def open_(
            script: Script, *, names: dict[str, Sequence[str]] | None = None, tls: bool = True
        ) -> tuple[ScriptedServer, Internet]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server = opened.enter_context(ScriptedServer(script, tls=context if tls else None))
            return server, Internet(server, certificate, names or {"pictures.example": [PUBLIC]})

        yield open_
