"""Frames, sound and files: what a person would see and hear."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from demo.film import camera, render, sound, subject, watermark
from demo.film.camera import plan
from demo.film.views import View
from demo.orders.given_files import PictureUnreadable, load_picture
from demo.rendering import make_video
from tests.demo.stand_in_caller import picture

SMALL = (320, 180)


def _video(folder: Path, name: str = "video.mp4", **wanted: Any) -> Path:
    wanted = {"prompt": "zoom in", "seed": 1, "short_side": 180, "frames": 12} | wanted
    make_video.make_video(wanted.pop("image", picture(480, 270)), folder / name, **wanted)
    return folder / name


def _decoded(path: Path) -> list[Image.Image]:
    with av.open(str(path), mode="r") as container:
        return [frame.to_image() for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def five_seconds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _video(
        tmp_path_factory.mktemp("full"), image=picture(900, 600), prompt="a beach", short_side=720, frames=150
    )


def test_five_seconds_at_720p_are_what_the_model_delivers(five_seconds: Path) -> None:
    with av.open(str(five_seconds), mode="r") as container:
        (video,), (audio,) = container.streams.video, container.streams.audio
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.width, context.height, video.average_rate) == (1080, 720, 30)
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48_000, "stereo")
        assert sum(1 for _ in container.decode(video=0)) == 150
        assert float(video.duration * video.time_base) == 5
        assert float(audio.duration * audio.time_base) == pytest.approx(5, abs=0.03)


def test_the_index_comes_before_the_pictures(five_seconds: Path) -> None:
    data = five_seconds.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_sound_starts_and_ends_in_silence_and_stays_below_6_dbfs(five_seconds: Path) -> None:
    with av.open(str(five_seconds), mode="r") as container:
        heard = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert np.abs(heard).max() < 10 ** (-6 / 20)
    assert np.abs(heard[:, :480]).max() < 0.003
    assert np.abs(heard[:, -2400:]).max() < 0.01
    assert np.sqrt((heard**2).mean()) > 0.01, "soft, but there"
    assert np.abs(np.corrcoef(heard)[0, 1]) < 0.95, "left and right differ"


def test_the_first_frame_has_the_colours_of_the_picture(five_seconds: Path) -> None:
    first = np.asarray(_decoded(five_seconds)[0], dtype=float)
    wanted = np.asarray(picture(900, 600).resize((1080, 720), Image.Resampling.BICUBIC), dtype=float)
    assert np.abs((first - wanted).mean(axis=(0, 1))).max() < 2.0
    assert np.abs(first - wanted).mean() < 6


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (200, 140, 90)])
def test_plain_colours_come_back_as_they_were(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    path = _video(tmp_path, image=Image.new("RGB", (300, 300), colour), prompt="static", frames=2, with_sound=False)
    seen = _decoded(path)[0].getpixel((20, 20))
    assert isinstance(seen, tuple)
    assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= 6


def test_a_silent_order_has_no_audio_stream(tmp_path: Path) -> None:
    with av.open(str(_video(tmp_path, with_sound=False)), mode="r") as container:
        assert len(container.streams.audio) == 0


def test_the_same_request_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    one, same = _video(tmp_path, "one.mp4", prompt=""), _video(tmp_path, "same.mp4", prompt="")
    other = _video(tmp_path, "other.mp4", prompt="", seed=2)
    assert one.read_bytes() == same.read_bytes()
    assert one.read_bytes() != other.read_bytes()


@pytest.mark.parametrize(
    "prompt", ["", "zoom out", "pan left", "tilt up", "orbit", "camera rolls", "handheld", "parallax"]
)
@pytest.mark.parametrize("size", [(480, 270), (270, 480), (1080, 270)])
def test_nothing_outside_the_picture_is_ever_shown(prompt: str, size: tuple[int, int]) -> None:
    # A bright picture: black, grey or mirrored borders would all be darker than anything in it.
    bright = np.full((size[1], size[0], 3), 235, np.uint8)
    bright[::7, :, 0] = 215
    image = Image.fromarray(bright)
    shown = render.frame_size(size, 90)
    scene = subject.look_at(picture(*size))
    shots = plan(prompt, seed=1, frames=150, aspect=shown[0] / shown[1], subject=scene.subject, multi=False)
    every_tenth = [[view for number, view in enumerate(shot) if number % 10 == 0] for shot in shots]
    for frame in render.frames(image, every_tenth, scene.nearness, shown, None):
        rim = np.concatenate([frame.y[0], frame.y[-1], frame.y[:, 0], frame.y[:, -1]])
        assert rim.min() > 200


def _shift(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """How far the middle of the frame has moved, in pixels: least squares over its gradients."""
    # Without their means: a change of light is no move.
    before, after = before - before.mean(), after - after.mean()
    rows, columns = (slice(size // 4, -size // 4) for size in before.shape)
    down, across = np.gradient((before + after) / 2)
    across, down, change = across[rows, columns], down[rows, columns], (after - before)[rows, columns]
    matrix = np.array([[(across**2).sum(), (across * down).sum()], [(across * down).sum(), (down**2).sum()]])
    x, y = np.linalg.solve(matrix, -np.array([(across * change).sum(), (down * change).sum()]))
    return float(x), float(y)


def _unevenness(frames: list[np.ndarray]) -> float:
    """The largest change of speed from one frame to the next, in pixels a frame."""
    steps = [_shift(before, after) for before, after in pairwise(frames)]
    return max(max(abs(b[axis] - a[axis]) for a, b in pairwise(steps)) for axis in (0, 1))


def _smooth_texture(width: int, height: int, radius: int = 3) -> Image.Image:
    noise = np.random.default_rng(3).normal(size=(height, width))
    soft = subject._blurred(noise, radius)
    return Image.fromarray(np.uint8(128 + 50 * np.clip(soft / soft.std(), -2.5, 2.5))).convert("RGB")


@pytest.mark.parametrize("prompt", ["slow pan right", "slow zoom in", "tilt up", "", "orbit"])
def test_moves_are_smooth_to_a_fraction_of_a_pixel(prompt: str) -> None:
    image = _smooth_texture(640, 360)
    scene = subject.look_at(image)
    shots = plan(prompt, seed=2, frames=150, aspect=16 / 9, subject=scene.subject, multi=False)
    part = [shots[0][30:90]]
    assert _unevenness([frame.y for frame in render.frames(image, part, scene.nearness, SMALL, None)]) < 0.06


def test_a_frame_lies_exactly_on_the_picture_with_its_colour_in_the_place_players_expect() -> None:
    image = _smooth_texture(640, 360, radius=9)
    red = Image.merge("RGB", (image.getchannel(0), Image.new("L", image.size, 60), Image.new("L", image.size, 60)))
    (frame,) = render.frames(red, [[View()]], np.zeros((16, 16), np.float32), SMALL, None)
    wanted = np.asarray(red.resize(SMALL, Image.Resampling.LANCZOS).getchannel(0))
    scale = 0.2126 * 219 / 255
    assert _shift(wanted * scale, frame.y) == (pytest.approx(0, abs=0.03), pytest.approx(0, abs=0.03))
    halved = frame.y.reshape(90, 2, 160, 2).mean(axis=(1, 3))
    contrast = frame.cr.std() / halved.std()
    # H.264's usual place for colour: on the left of two pixels, a quarter of its own pitch from their middle.
    assert _shift(halved * contrast, frame.cr) == (pytest.approx(0.25, abs=0.04), pytest.approx(0, abs=0.04))


def test_whole_pixel_cropping_would_not_pass_as_smooth() -> None:
    image = _smooth_texture(640, 360)
    shots = plan(
        "slow pan right", seed=2, frames=150, aspect=16 / 9, subject=subject.look_at(image).subject, multi=False
    )
    frames = []
    for view in shots[0][30:90]:
        width, height = 640 / view.zoom, 360 / view.zoom
        left, top = round(view.x * 640 - width / 2), round(view.y * 360 - height / 2)
        crop = image.crop((left, top, left + round(width), top + round(height))).resize(SMALL, Image.Resampling.BICUBIC)
        frames.append(np.asarray(crop.convert("L")))
    assert _unevenness(frames) > 0.3


def test_fine_detail_does_not_shimmer_when_the_picture_is_much_larger_than_the_video() -> None:
    # Lines one pixel apart, six times finer than the video: only their grey can be shown, steadily.
    lines = np.zeros((1080, 1920, 3), np.uint8)
    lines[:, ::2] = 255
    views = [View(x=0.5 + step / 5000, zoom=1.2) for step in range(8)]
    nearness = np.zeros((16, 16), np.float32)
    for frame in render.frames(Image.fromarray(lines), [views], nearness, SMALL, None):
        assert frame.y[20:-20, 20:-20].std() < 1.5


@pytest.mark.parametrize(
    ("picture_size", "short_side", "size"),
    [
        ((1920, 1080), 720, (1280, 720)),
        ((1080, 1920), 1080, (1080, 1920)),
        ((1000, 1000), 720, (720, 720)),
        ((4000, 1000), 720, (2880, 720)),
        ((1000, 9000), 720, (720, 2880)),
        ((1919, 1281), 720, (1078, 720)),
        ((333, 500), 1080, (1080, 1622)),
    ],
)
def test_the_short_side_is_as_ordered_and_the_aspect_the_pictures(
    picture_size: tuple[int, int], short_side: int, size: tuple[int, int]
) -> None:
    assert render.frame_size(picture_size, short_side) == size


@pytest.mark.parametrize("size", [(1200, 240), (240, 1200), (241, 333)])
def test_odd_and_very_long_pictures_become_videos(tmp_path: Path, size: tuple[int, int]) -> None:
    image = _decoded(_video(tmp_path, image=picture(*size), short_side=90, frames=2))[0]
    assert image.width % 2 == image.height % 2 == 0
    assert min(image.size) == 90
    assert max(image.size) <= 360


def test_several_shots_have_hard_cuts(tmp_path: Path) -> None:
    frames = [np.asarray(frame.convert("L"), float) for frame in _decoded(_video(tmp_path, multi=True, frames=60))]
    jumps = [np.abs(after - before).mean() for before, after in pairwise(frames)]
    assert int(np.argmax(jumps)) == 29
    assert jumps[29] > 5 * sorted(jumps)[-2]


def _far(one: Image.Image, other: Image.Image) -> float:
    """How much two frames differ, 0 to 255 on average; the watermark's corner apart."""
    difference = np.abs(np.asarray(one, float) - np.asarray(other, float))
    return float(difference[: -one.height // 5].mean())


@pytest.mark.parametrize(
    ("prompt", "shape"),
    [("", (480, 270)), ("fast zoom in", (300, 500)), ("zoom out", (500, 300)), ("pan left", (480, 270))],
)
def test_a_video_with_an_ending_picture_begins_in_the_one_and_ends_in_the_other(
    tmp_path: Path, prompt: str, shape: tuple[int, int]
) -> None:
    begins, ends = picture(480, 270), ImageOps.invert(picture(*shape))
    frames = _decoded(_video(tmp_path, image=begins, last=ends, prompt=prompt, frames=60, multi=True))
    assert len(frames) == 60
    assert _far(frames[0], begins.resize(SMALL)) < 6
    assert _far(frames[-1], ImageOps.fit(ends, SMALL)) < 6, "the middle of it, in the shape of the first"
    jumps = [_far(before, after) for before, after in pairwise(frames)]
    assert max(jumps) < 12, "no cut anywhere: one passes into the other"
    assert _far(frames[30], frames[0]) > 10
    assert _far(frames[30], frames[-1]) > 10


@pytest.mark.parametrize("prompt", ["fast zoom in", "pan left", "camera rolls", "handheld", ""])
def test_the_same_picture_twice_makes_a_loop_without_a_seam(prompt: str) -> None:
    image = picture(480, 270)
    scene = subject.look_at(image)
    (views,) = plan(prompt, seed=1, frames=60, aspect=16 / 9, subject=scene.subject, multi=False)
    twice = ((image, scene.nearness), (image, scene.nearness))
    frames = list(render.passage(twice, camera.at_rest_at_both_ends(views, 16 / 9), SMALL, watermark.drawn(SMALL)))
    for plane in ("y", "cb", "cr"):
        assert np.array_equal(getattr(frames[0], plane), getattr(frames[-1], plane))
    assert np.abs(frames[30].y.astype(float) - frames[0].y).mean() > 2, "it has moved meanwhile"


def test_every_frame_is_marked_as_a_demo() -> None:
    plane = np.full((180, 320), 100, np.uint8)
    laid = watermark.drawn(SMALL).on_luma(plane.copy())
    changed = np.argwhere(laid != plane)
    assert len(changed) > 50
    assert changed[:, 0].min() > 120
    assert changed[:, 1].min() > 220
    assert laid.max() > 160


def test_the_subject_is_found_where_the_detail_is() -> None:
    plain = np.full((300, 450, 3), 90, np.uint8)
    grain = np.random.default_rng(2).integers(0, 255, (70, 70, 3), dtype=np.uint8)
    plain[60:130, 290:360] = grain
    found = subject.look_at(Image.fromarray(plain)).subject
    assert (found.x, found.y) == (pytest.approx(325 / 450, abs=0.06), pytest.approx(95 / 300, abs=0.08))


def test_a_face_draws_the_camera_more_than_a_busy_shirt() -> None:
    scene = np.full((600, 400, 3), (150, 155, 160), np.uint8)
    scene[280:560, 90:310] = np.random.default_rng(4).integers(0, 90, (280, 220, 3), dtype=np.uint8)
    across, down = np.meshgrid(np.arange(400), np.arange(600))
    scene[((across - 200) / 60) ** 2 + ((down - 180) / 80) ** 2 < 1] = (214, 162, 134)
    assert subject.look_at(Image.fromarray(scene)).subject.y < 0.45


def test_a_plain_picture_has_its_subject_near_the_middle() -> None:
    scene = subject.look_at(Image.new("RGB", (400, 300), "navy"))
    assert (scene.subject.x, scene.subject.y) == (pytest.approx(0.5, abs=0.02), pytest.approx(0.45, abs=0.05))
    assert np.abs(scene.nearness[[0, -1]]).max() < 0.01


@pytest.mark.parametrize(
    "prompt", ["waves on a beach", "rain at night", "a campfire", "a busy street", "wind", "portrait"]
)
@pytest.mark.parametrize("seed", [0, -3, 2**40])
def test_a_soundscape_is_soft_and_has_no_clicks(prompt: str, seed: int) -> None:
    heard = sound.soundscape(prompt, seed=seed, samples=48_000)
    assert heard.shape == (2, 48_000)
    assert 0.1 < np.abs(heard).max() <= sound.PEAK + 1e-6
    assert np.abs(heard[:, [0, -1]]).max() < 1e-3


def test_sound_depends_on_the_words_and_the_seed() -> None:
    def heard(prompt: str, seed: int) -> bytes:
        return sound.soundscape(prompt, seed=seed, samples=4800).tobytes()

    assert heard("sea", 1) == heard("sea", 1)
    assert len({heard("sea", 1), heard("sea", 2), heard("rain", 1)}) == 3


def test_transparency_lies_on_white_and_exif_is_not_obeyed() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 260), (255, 0, 0, 0)).save(out, "PNG")
    assert load_picture(out.getvalue()).getpixel((5, 5)) == (255, 255, 255)
    turned = Image.Exif()
    turned[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (300, 260)).save(out, "JPEG", exif=turned)
    assert load_picture(out.getvalue()).size == (300, 260)


def test_a_picture_with_too_many_pixels_is_not_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (8001, 300)).save(out, "PNG")
    with pytest.raises(PictureUnreadable, match="too many"):
        load_picture(out.getvalue())


SETTINGS: dict[str, Any] = {
    "prompt": "static",
    "seed": 1,
    "resolution": "720p",
    "duration": 0,
    "shot_type": "single",
    "enhance_prompt": True,
    "generate_audio": False,
    "audio_url": None,
}
"""What is kept of an order, as a renderer is given it."""


def test_a_given_file_that_is_no_picture_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"<html>")
    error = make_video.make(SETTINGS, make_video.Given(tmp_path / "a.jpg", None, None), tmp_path / "v.mp4")
    assert error is not None
    assert error["name"] == "InvalidImage.FileFormat"


@pytest.mark.parametrize(
    ("shot_type", "enhance_prompt", "shots"),
    [("single", True, 1), ("single", False, 1), ("multi", False, 1), ("multi", True, 2)],
)
def test_there_are_several_shots_only_where_the_words_may_be_improved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shot_type: str, enhance_prompt: bool, shots: int
) -> None:
    """The provider's own rule: without it a form could promise what the real service would leave out."""
    planned: list[int] = []

    def counted(*given: Any, **wanted: Any) -> list[list[View]]:
        made = plan(*given, **wanted)
        planned.append(len(made))
        return [views[:1] for views in made]

    monkeypatch.setattr(camera, "plan", counted)
    picture(480, 270).save(tmp_path / "a.jpg")
    settings = SETTINGS | {"duration": 5, "shot_type": shot_type, "enhance_prompt": enhance_prompt}
    given = make_video.Given(tmp_path / "a.jpg", None, None)
    assert make_video.make(settings, given, tmp_path / "v.mp4", draft=True) is None
    assert planned == [shots]


def _tone(seconds: float) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        samples = np.sin(2 * np.pi * 440 * np.arange(round(16_000 * seconds)) / 16_000) * 12_000
        file.writeframes(samples.astype("<i2").tobytes())
    return out.getvalue()


def test_given_sound_takes_the_place_of_made_up_sound_and_is_followed_by_silence(tmp_path: Path) -> None:
    path = _video(tmp_path, frames=60, audio=_tone(1.0), with_sound=False)
    with av.open(str(path), mode="r") as container:
        heard = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert np.abs(heard[:, 10_000:40_000]).max() > 0.2
    assert np.abs(heard[:, 60_000:]).max() < 0.01


def test_given_sound_that_cannot_be_played_is_refused(tmp_path: Path) -> None:
    with pytest.raises(make_video.CannotBeMade, match="not supported"):
        _video(tmp_path, audio=b"RIFF....WAVEfmt broken")


def test_a_render_that_fails_leaves_no_file_in_the_place_of_the_video(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = render.frames

    def three_and_no_more(*given: Any) -> Iterator[render.Frame]:
        yield from islice(frames(*given), 3)
        raise MemoryError("no room for the fourth")

    monkeypatch.setattr(render, "frames", three_and_no_more)
    with pytest.raises(MemoryError, match="no room for the fourth"):
        _video(tmp_path)
    # Beside it is what was written so far, so that this was no failure before the writing.
    assert [path.name for path in tmp_path.iterdir()] == ["video.mp4.part"]
