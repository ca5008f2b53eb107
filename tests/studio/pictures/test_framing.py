"""A framed picture shows what was chosen, pixel by pixel, and is fit to be sent."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from bench.upload_corpus import exif, saved, scene
from studio.orders.framing import Box, Crop, Fit, Frame, Framing, Shape, frame_of
from studio.pictures.file_types import jpeg_segments
from studio.pictures.framing import FramedPicture, framed
from studio.pictures.prepare import MAX_SENT_BYTES, PictureRefused, Refusal, prepare
from studio.pictures.prepare_in_sandbox import PictureProcesses

RED, BLUE, GREEN = (220, 30, 30), (30, 30, 220), (20, 180, 60)


@pytest.fixture(scope="module")
def processes() -> Iterator[PictureProcesses]:
    made = PictureProcesses()
    yield made
    made.close()


def halves(width: int = 1280, height: int = 720) -> Image.Image:
    """The left half red, the right half blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def sent(image: Image.Image) -> bytes:
    return prepare(saved(image, "PNG")).jpeg


def pixels(jpeg: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        return np.asarray(image.convert("RGB"), dtype=np.int16)


def shows(part: np.ndarray, colour: tuple[int, int, int], *, within: float = 6) -> bool:
    return bool(np.abs(part - np.array(colour)).mean() < within)


def made(image: Image.Image, framing: Framing) -> tuple[np.ndarray, FramedPicture, Frame]:
    jpeg = sent(image)
    frame = frame_of(image.size, framing)
    picture = framed(jpeg, frame)
    seen = pixels(picture.jpeg)
    assert seen.shape == (frame.size[1], frame.size[0], 3)
    return seen, picture, frame


@pytest.mark.parametrize(("x", "colour"), [(0.2, RED), (0.8, BLUE)])
def test_the_tall_crop_of_a_landscape_shows_the_part_that_was_chosen(x: float, colour: tuple[int, int, int]) -> None:
    seen, _, frame = made(halves(), Framing(shape=Shape.TALL).with_crop(Crop(x=x)))
    assert frame.size == (405, 720)
    assert shows(seen, colour)


def test_the_middle_shows_both_halves_with_the_border_where_it_was() -> None:
    seen, _, frame = made(halves(), Framing(shape=Shape.SQUARE))
    assert shows(seen[:, : frame.size[0] // 2 - 4], RED)
    assert shows(seen[:, frame.size[0] // 2 + 4 :], BLUE)


def test_a_crop_is_the_pixels_of_the_picture_themselves() -> None:
    picture = scene((1280, 720))
    seen, _, frame = made(picture, Framing(shape=Shape.LANDSCAPE).with_crop(Crop(x=0.3, y=0.6, zoom=1.5)))
    assert np.abs(seen - np.asarray(picture.crop(frame.box), dtype=np.int16)).mean() < 4


def test_what_is_too_small_is_enlarged_smoothly() -> None:
    """By Lanczos: between two neighbours there are new shades, and the edge overshoots, as no other filter does it."""
    edge = Image.new("RGB", (640, 360), (90, 90, 90))
    edge.paste((160, 160, 160), (320, 0, 640, 360))
    seen, _, frame = made(edge, Framing(shape=Shape.TALL).with_crop(Crop(zoom=2)))
    assert frame.size == (360, 640)
    assert frame.box.size == (99, 176)
    row = seen[320, :, 0]
    assert row.min() < 87
    assert row.max() > 163
    assert ((row > 100) & (row < 150)).any()


@pytest.mark.parametrize("fit", [Fit.WHOLE_BLURRED, Fit.WHOLE_PLAIN])
def test_the_whole_picture_stands_in_the_middle_of_the_frame(fit: Fit) -> None:
    picture = scene((1280, 720))
    seen, _, frame = made(picture, Framing(shape=Shape.TALL, fit=fit))
    assert frame.inner_size == (1125, 633)
    top = (frame.size[1] - 633) // 2
    inner = np.asarray(picture.resize((1125, 633), Image.Resampling.LANCZOS), dtype=np.int16)
    assert np.abs(seen[top : top + 633] - inner).mean() < 4


def test_the_plain_border_has_the_colour_of_the_edge_beside_it() -> None:
    image = Image.new("RGB", (1280, 720), GREEN)
    image.paste(RED, (100, 60, 1180, 660))
    beside, _, _ = made(image, Framing(shape=Shape.TALL, fit=Fit.WHOLE_PLAIN))
    assert shows(beside[:600], GREEN)
    assert shows(beside[-600:], GREEN)
    halved, _, frame = made(halves(720, 1280), Framing(shape=Shape.WIDE, fit=Fit.WHOLE_PLAIN))
    between = tuple((red + blue) // 2 for red, blue in zip(RED, BLUE, strict=True))
    assert shows(halved[:, : (frame.size[0] - frame.inner_size[0]) // 2 - 4], between), "left red and right blue"


def test_the_blurred_border_is_the_picture_out_of_focus() -> None:
    lines = np.zeros((720, 1280, 3), dtype=np.uint8)
    lines[:, ::8] = 255
    lines[360:] //= 4
    seen, _, frame = made(Image.fromarray(lines), Framing(shape=Shape.TALL, fit=Fit.WHOLE_BLURRED))
    above, below = seen[:600], seen[-600:]
    assert above[300].std() < 4, "no line can be made out"
    assert above.mean() > 2 * below.mean(), "what is bright above is bright above"
    assert frame.inner_size[0] == frame.size[0]


def test_a_photo_stored_on_its_side_is_turned_before_it_is_framed() -> None:
    upright = Image.new("RGB", (720, 1280), RED)
    upright.paste(BLUE, (0, 640, 720, 1280))
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    picture = prepare(saved(stored, "JPEG", quality=95, exif=exif(orientation=6)))
    framing = Framing(shape=Shape.WIDE).with_crop(Crop(y=0))
    top = framed(picture.jpeg, frame_of((picture.width, picture.height), framing))
    bottom = framed(picture.jpeg, frame_of((picture.width, picture.height), framing.with_crop(Crop(y=1))))
    assert shows(pixels(top.jpeg), RED)
    assert shows(pixels(bottom.jpeg), BLUE)


def test_nothing_but_pixels_is_in_it_and_it_is_small_enough() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (2000, 2000, 3), dtype=np.uint8)
    jpeg = prepare(saved(Image.fromarray(noise), "JPEG", quality=70)).jpeg
    picture = framed(jpeg, frame_of((2000, 2000), Framing(shape=Shape.LANDSCAPE)))
    segments, scan = jpeg_segments(picture.jpeg)
    assert scan is not None
    assert {marker for marker, _ in segments} <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
    assert len(picture.jpeg) <= MAX_SENT_BYTES
    assert prepare(picture.jpeg).jpeg == picture.jpeg, "framed, it is a prepared picture again"


def test_its_small_version_shows_the_same() -> None:
    _, picture, _ = made(halves(), Framing(shape=Shape.TALL).with_crop(Crop(x=1)))
    small = pixels(picture.thumbnail)
    assert small.shape[1] <= 400
    assert shows(small, BLUE)


@pytest.mark.parametrize("fit", Fit)
def test_framed_in_a_child_it_is_the_same_picture_every_time(processes: PictureProcesses, fit: Fit) -> None:
    jpeg = sent(scene((1280, 720)))
    frame = frame_of((1280, 720), Framing(shape=Shape.PORTRAIT, fit=fit))
    assert processes.frame(jpeg, frame) == framed(jpeg, frame) == framed(jpeg, frame)


def test_a_decoder_that_does_not_end_is_ended(processes: PictureProcesses) -> None:
    data = saved(Image.new("L", (2000, 2000), 128), "JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    endless = data[:last] + data[last:-2] * 5000 + data[-2:]
    with pytest.raises(PictureRefused) as caught:
        processes.frame(endless, frame_of((2000, 2000), Framing(shape=Shape.WIDE)), timeout_s=1.0)
    assert caught.value.refusal == Refusal.TOOK_TOO_LONG


def test_an_upload_cannot_ask_to_be_framed(processes: PictureProcesses) -> None:
    """It begins with what a request begins with, and is still an upload."""
    jpeg = saved(scene(), "JPEG")
    wanted = b'F{"box": [0, 0, 300, 300], "size": [300, 300], "fit": "crop"}\n'
    with pytest.raises(PictureRefused) as caught:
        processes.prepare(wanted + jpeg)
    assert caught.value.refusal == Refusal.NOT_A_PICTURE


def test_a_frame_for_another_picture_is_an_error_and_no_picture() -> None:
    with pytest.raises(ValueError, match="another picture"):
        framed(sent(halves(640, 480)), Frame(box=Box(0, 0, 700, 480), size=(700, 480), fit=Fit.CROP))
