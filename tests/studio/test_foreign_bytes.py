"""No bytes of a stranger are decoded in the app's own process: what could crash or feed a decoder meets a child's."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from PIL import Image, ImageFile

from bench.upload_corpus import saved, scene
from studio.orders.drafts import Draft
from studio.orders.framing import Framing, Shape
from studio.pictures.prepare import prepare
from studio.pictures.prepare_in_sandbox import PictureProcesses
from studio.pictures.thumbnails import WIDTH_PX, dimensions
from studio.queue.job_store import Store
from studio.sounds.prepare_in_sandbox import SoundProcesses
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.media_keys import thumbnail_key
from studio.worker.provider_mapping import request_of
from tests import sounds
from tests.studio.front import ME, Front
from tests.studio.installation import a_visitor_service
from tests.studio.strategies import NOON, an_order

ROOT = Path(__file__).resolve().parents[2]

DECODING = frozenset(
    {"prepare", "to_srgb", "framed", "thumbnail", "thumbnail_of", "check_whole", "check_here", "poster", "last_frame"}
    | {
        "save_gif",
        "save_webp",
        "frame_at",
        "trim",
        "back_and_forth",
        "joined",
        "edit_here",
        "frames",
        "sound",
        "look_of",
    }
)
"""What runs a decoder in the process that calls it."""
MAY = {
    "studio/pictures/prepare_in_sandbox.py": {"prepare", "framed"},
    "studio/pictures/framing.py": {"thumbnail_of"},
    "studio/pictures/prepare.py": {"to_srgb", "thumbnail_of"},
    "studio/sounds/prepare_in_sandbox.py": {"prepare"},
    "studio/videos/validate_in_sandbox.py": {"check_whole", "poster"},
    "studio/videos/edit_in_sandbox.py": {
        "save_gif",
        "save_webp",
        "frame_at",
        "last_frame",
        "trim",
        "back_and_forth",
        "joined",
    },
    "studio/videos/editing.py": {"frames", "sound", "look_of"},
    "studio/videos/animations.py": {"frames"},
    # Of the three samples, which are ours.
    "web/routes/media.py": {"thumbnail"},
}
DECODERS = frozenset({"PIL", "pillow_heif", "av", "cv2"})
IN_CHILDREN = {
    *("studio/pictures/srgb.py", "studio/pictures/prepare_in_sandbox.py", "studio/pictures/prepare.py"),
    *("studio/pictures/framing.py", "studio/pictures/metadata.py", "studio/pictures/thumbnails.py"),
    *("studio/videos/validate.py", "studio/videos/editing.py", "studio/videos/decoding.py"),
    *("studio/videos/animations.py", "studio/videos/mp4_writing.py", "studio/sounds/prepare.py"),
}


@pytest.fixture
def front(sqlite_url: str, media: Media) -> Iterator[Front]:
    database, processes = Database(sqlite_url), PictureProcesses()
    yield Front(database, Store(database), media, processes.prepare, frame=processes.frame)
    processes.close()
    database.close()


@pytest.fixture
def untouched() -> bytes:
    """A JPEG that is sent on byte for byte, as its maker made it."""
    jpeg = saved(scene((800, 600)), "JPEG")
    assert prepare(jpeg).jpeg == jpeg
    return jpeg


def test_an_upload_and_its_thumbnail_are_decoded_in_a_child_alone(
    front: Front, untouched: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("decoded in the app's own process")

    others = saved(scene((900, 700)), "PNG")
    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", refuse)
        patch.setattr(ImageFile.ImageFile, "load", refuse)
        patch.setattr(Image.Image, "save", refuse)
        kept = [front.visitor_service.forms.picture_files.add(data) for data in (untouched, others)]
        framing = Framing(shape=Shape.TALL)
        front.visitor_service.place(ME, Draft(picture=kept[0], framing=framing, prompt="The waves roll in."))
        job = front.visitor_service.place(ME, Draft(picture=kept[0], prompt="The waves roll in."))
        again = front.visitor_service.forms.filled_in.as_ordered(ME, job.id)
    assert again is not None
    assert again.picture is not None
    assert (again.picture.width, again.picture.height) == (800, 600)
    for picture, shape in zip(kept, ((400, 300), (400, 311)), strict=True):
        with Image.open(io.BytesIO(front.media.read(thumbnail_key(picture.key)))) as small:
            assert (small.format, small.size, small.mode) == ("JPEG", shape, "RGB")


def test_a_sound_is_decoded_and_encoded_in_a_child_alone(
    sqlite_url: str, media: Media, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("decoded in the app's own process")

    database, processes = Database(sqlite_url), SoundProcesses()
    service = a_visitor_service(database, Store(database), media, lambda: NOON, prepare_sound=processes.prepare)
    given = sounds.wav(4)
    with monkeypatch.context() as patch:
        patch.setattr(av, "open", refuse)
        sound = service.forms.sounds.take(ME, given, "tune.wav")
        order = an_order(sound_key=sound.key, sound_name=sound.name)
        assert service.forms.sounds.of(order) == sound, "its length is told without a decoder"
        assert request_of(order, b"", sound=media.read(sound.key)).audio_url is not None
    processes.close()
    service.close()
    database.close()


def test_the_thumbnail_is_the_picture(untouched: bytes) -> None:
    picture = prepare(untouched)
    with Image.open(io.BytesIO(picture.thumbnail)) as small, Image.open(io.BytesIO(untouched)) as large:
        assert small.width == WIDTH_PX
        ours, theirs = small.convert("RGB").resize((8, 6)), large.convert("RGB").resize((8, 6))
        differences = [abs(a - b) for a, b in zip(ours.tobytes(), theirs.tobytes(), strict=True)]
    assert max(differences) < 12
    assert picture.jpeg == untouched, "what is sent is not touched for it"


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 30}])
def test_the_size_of_a_prepared_picture_is_read_off_its_header(options: dict[str, object]) -> None:
    jpeg = saved(scene((523, 377)), "JPEG", **options)
    assert dimensions(jpeg) == (523, 377)
    with pytest.raises(ValueError, match="frame header"):
        dimensions(b"\xff\xd8\xff\xd9")


def test_only_what_runs_in_a_child_calls_a_decoder() -> None:
    calls: dict[str, set[str]] = {}
    imports: set[str] = set()
    for file in _files_of_the_app():
        name = file.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            is_ours = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("studio")
            # In studio.videos.edit a wish has the name of what is done for it.
            if is_ours and node.module != "studio.videos.edit":
                taken = {alias.name for alias in node.names} & DECODING
                if taken:
                    calls[name] = calls.get(name, set()) | taken
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(module.split(".")[0] in DECODERS for module in modules):
                imports.add(name)
    assert calls == MAY
    assert imports == IN_CHILDREN


def _files_of_the_app() -> Iterator[Path]:
    yield ROOT / "app.py"
    for folder in ("pages", "components", "web", "studio", "videoapi"):
        yield from sorted((ROOT / folder).rglob("*.py"))
