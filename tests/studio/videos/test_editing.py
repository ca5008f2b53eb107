"""What is made of a finished video is exactly that: frames by their number, sound by when it is heard."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from studio.pictures.prepare import prepare
from studio.videos import editing
from studio.videos.animations import save_gif, save_webp
from studio.videos.edit import EditRefusal, EditRefused
from studio.videos.editing import back_and_forth, frame_at, joined, last_frame, trim
from studio.videos.validate import check_whole
from tests.studio.videos.numbered_film import RATE, beeps_s, draw, number_in, numbers, shown
from tests.studio.videos.test_validate import turn

FRAME_S = 1 / RATE
IN_STEP_S = 0.004
"""A beep is found where it gets loud, a few cycles after its start."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames 0 to 39, a keyframe every ten; a beep with frames 5 and 25."""
    return draw(tmp_path_factory.mktemp("film") / "film.mp4", beeps=(5, 25))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.mp4"


def coded(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def is_ready_for_browsers(path: Path) -> bool:
    facts = check_whole(path)
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        kinds = (context.name, context.pix_fmt)
    data = path.read_bytes()
    return facts.frames > 0 and kinds == ("h264", "yuv420p") and 0 < data.find(b"moov") < data.find(b"mdat")


# Trim.


@pytest.mark.parametrize(
    ("start", "end"), [(3, 17), (0, 7), (33, 40), (9, 11), (10, 20), (0, 40), (20, 40), (10, 33), (1, 40)]
)
def test_a_trim_is_exact_to_a_frame_wherever_the_keyframes_are(film: Path, out: Path, start: int, end: int) -> None:
    if end - start < 3:
        with pytest.raises(EditRefused, match="too_short"):
            trim(film, out, start / RATE, end / RATE)
        return
    trim(film, out, start / RATE, end / RATE)
    assert numbers(out) == list(range(start, end))
    assert [at for at, _ in shown(out)] == pytest.approx([n * FRAME_S for n in range(end - start)], abs=1e-4)
    facts = check_whole(out)
    assert (facts.frames, facts.duration_s) == (end - start, pytest.approx((end - start) * FRAME_S, abs=0.001))
    assert is_ready_for_browsers(out)
    beeps = [number for number in (5, 25) if start <= number < end]
    heard = beeps_s(out) if beeps else []
    assert heard == pytest.approx([(number - start) * FRAME_S for number in beeps], abs=IN_STEP_S)


def test_a_trim_between_keyframes_takes_the_coded_video_over_as_it_is(film: Path, tmp_path: Path) -> None:
    between, beside = tmp_path / "between.mp4", tmp_path / "beside.mp4"
    trim(film, between, 10 / RATE, 30 / RATE)
    assert coded(between) == coded(film)[10:30]
    trim(film, beside, 11 / RATE, 30 / RATE)
    assert not set(coded(beside)) & set(coded(film))


@pytest.mark.parametrize(
    ("start_s", "end_s", "why"),
    [
        (-0.1, 1.0, EditRefusal.OUTSIDE),
        (0.0, 1.7, EditRefusal.OUTSIDE),
        (1.0, 0.5, EditRefusal.OUTSIDE),
        (1.0, 1.0, EditRefusal.OUTSIDE),
        (0.5, 0.55, EditRefusal.TOO_SHORT),
    ],
)
def test_a_trim_that_makes_no_sense_is_refused(
    film: Path, out: Path, start_s: float, end_s: float, why: EditRefusal
) -> None:
    with pytest.raises(EditRefused) as refused:
        trim(film, out, start_s, end_s)
    assert refused.value.reason is why


def test_a_silent_video_is_trimmed_without_a_word(tmp_path: Path, out: Path) -> None:
    trim(draw(tmp_path / "silent.mp4", beeps=None), out, 0.2, 0.6)
    assert numbers(out) == list(range(5, 15))
    assert not check_whole(out).has_sound


def test_progress_grows_up_to_the_end(film: Path, out: Path) -> None:
    told: list[float] = []
    trim(film, out, 0.04, 1.0, told.append)
    assert told == sorted(told)
    assert (len(told), told[-1]) == (24, 1.0)


# Back and forth.


@pytest.mark.parametrize("held", [10**9, 7 * 160 * 96 * 3 // 2])
def test_back_and_forth_mirrors_in_time_and_turns_without_a_stop(
    film: Path, out: Path, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "_HELD_BYTES", held)
    back_and_forth(film, out)
    assert numbers(out) == [*range(40), *range(38, 0, -1)]
    seen = shown(out)
    for at in range(1, 39):
        difference = np.abs(seen[at][1].astype(int) - seen[-at][1].astype(int))
        assert difference.mean() < 2, at
    assert np.diff([at for at, _ in seen]) == pytest.approx(FRAME_S, abs=1e-4)
    facts = check_whole(out)
    assert (facts.frames, facts.has_sound, facts.duration_s) == (78, False, pytest.approx(78 * FRAME_S, abs=0.001))
    assert is_ready_for_browsers(out)


def test_a_picture_has_no_way_back(tmp_path: Path, out: Path) -> None:
    with pytest.raises(EditRefused) as refused:
        back_and_forth(draw(tmp_path / "two.mp4", frames=2), out)
    assert refused.value.reason is EditRefusal.TOO_SHORT


# Joined.


def test_a_chain_is_as_long_as_its_parts_without_a_gap_and_not_coded_anew(
    film: Path, tmp_path: Path, out: Path
) -> None:
    second = draw(tmp_path / "second.mp4", first=100, frames=33, beeps=(0, 32))
    joined([film, second, film], out)
    assert numbers(out) == [*range(40), *range(100, 133), *range(40)]
    assert coded(out) == coded(film) + coded(second) + coded(film)
    assert [at for at, _ in shown(out)] == pytest.approx([n * FRAME_S for n in range(113)], abs=1e-4)
    with av.open(str(out)) as container:
        due = [packet.dts for packet in container.demux(video=0) if packet.size]
    assert all(one < other for one, other in pairwise(due))
    facts = check_whole(out)
    assert (facts.frames, facts.duration_s) == (113, pytest.approx(113 * FRAME_S, abs=0.001))
    assert beeps_s(out) == pytest.approx([n * FRAME_S for n in (5, 25, 40, 72, 78, 98)], abs=IN_STEP_S)
    assert is_ready_for_browsers(out)


def test_the_sound_of_a_chain_has_no_gap_at_its_seams(tmp_path: Path, out: Path) -> None:
    humming = draw(tmp_path / "humming.mp4", beeps=range(40))
    joined([humming, humming, humming], out)
    with av.open(str(out)) as container:
        samples = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    # Two hundredths of a second each: twenty cycles of the hum.
    loudness = [np.abs(piece).max() for piece in np.array_split(samples[: 120 * 1920], 240)]
    assert min(loudness) > 0.4


def test_a_chain_of_unlike_parts_has_the_first_ones_size_and_nothing_is_stretched(
    film: Path, tmp_path: Path, out: Path
) -> None:
    tall = draw(tmp_path / "tall.mp4", first=100, frames=20, size=(96, 160), beeps=None)
    joined([film, tall, film], out)
    facts = check_whole(out)
    assert (facts.width, facts.height, facts.frames) == (160, 96, 100)
    assert facts.duration_s == pytest.approx(4.0, abs=0.001)
    seen = shown(out)
    assert np.diff([at for at, _ in seen]) == pytest.approx(FRAME_S, abs=1e-4)
    middle = seen[50][1]
    left, inside, right = middle[:, :50], middle[:, 52:108], middle[:, 110:]
    assert max(left.max(), right.max()) < 40
    assert number_in(inside) == 110
    assert [number_in(pixels) for _, pixels in seen[60:]] == list(range(40))
    assert beeps_s(out) == pytest.approx([n * FRAME_S for n in (5, 25, 65, 85)], abs=IN_STEP_S)
    assert is_ready_for_browsers(out)


def test_a_chain_goes_on_from_a_trim_and_a_mirror(film: Path, tmp_path: Path, out: Path) -> None:
    cut, mirrored = tmp_path / "cut.mp4", tmp_path / "mirrored.mp4"
    trim(film, cut, 3 / RATE, 13 / RATE)
    back_and_forth(cut, mirrored)
    joined([film, cut, mirrored], out)
    assert numbers(out) == [*range(40), *range(3, 13), *range(3, 13), *range(11, 3, -1)]
    assert np.diff([at for at, _ in shown(out)]) == pytest.approx(FRAME_S, abs=1e-4)


# Pictures.


@pytest.mark.parametrize(("at_s", "number"), [(0.0, 0), (0.039, 0), (0.04, 1), (0.5, 12), (1.56, 39), (1.6, 39)])
def test_a_frame_is_the_one_that_is_shown_at_that_moment(film: Path, tmp_path: Path, at_s: float, number: int) -> None:
    for name, kind in (("frame.png", "PNG"), ("frame.jpg", "JPEG")):
        frame_at(film, tmp_path / name, at_s)
        with Image.open(tmp_path / name) as image:
            assert (image.format, image.size) == (kind, (160, 96))
            assert number_in(np.asarray(image)) == number


@pytest.mark.parametrize("at_s", [-0.01, 1.7, 60])
def test_there_is_no_frame_outside(film: Path, tmp_path: Path, at_s: float) -> None:
    with pytest.raises(EditRefused) as refused:
        frame_at(film, tmp_path / "frame.jpg", at_s)
    assert refused.value.reason is EditRefusal.OUTSIDE


def test_the_last_frame_is_fit_to_be_the_next_picture(tmp_path: Path) -> None:
    large = draw(tmp_path / "large.mp4", frames=13, size=(1280, 720))
    last_frame(large, tmp_path / "last.jpg")
    picture = prepare((tmp_path / "last.jpg").read_bytes())
    assert (picture.width, picture.height, picture.changes) == (1280, 720, ())
    with Image.open(tmp_path / "last.jpg") as image:
        assert number_in(np.asarray(image)) == 12


def test_what_is_stored_turned_comes_out_upright(film: Path, tmp_path: Path, out: Path) -> None:
    turned = tmp_path / "turned.mp4"
    turned.write_bytes(film.read_bytes())
    turn(turned, 180)
    frame_at(turned, tmp_path / "frame.png", 0.2)
    with Image.open(tmp_path / "frame.png") as image:
        assert number_in(np.asarray(image.rotate(180))) == 5
    trim(turned, out, 0, 0.4)
    assert [number_in(pixels[::-1, ::-1]) for _, pixels in shown(out)] == list(range(10))
    joined([film, turned], out)
    assert [number_in(pixels[::-1, ::-1]) for _, pixels in shown(out)[40:]] == list(range(40))


# Animated pictures.


def gif_frames(path: Path) -> list[int]:
    """The number of each frame, told apart by PyAV as by a browser."""
    with av.open(str(path)) as container:
        return [number_in(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def test_a_gif_plays_for_ever_at_the_speed_of_the_video(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.gif"
    save_gif(film, out)
    assert gif_frames(out) == [number * 2 for number in range(20)]
    with Image.open(out) as image:
        assert (image.format, image.info["loop"], image.n_frames, image.size) == ("GIF", 0, 20, (160, 96))
        durations = []
        for number in range(image.n_frames):
            image.seek(number)
            durations.append(image.info["duration"])
    assert durations == [80] * 20
    assert sum(durations) == check_whole(film).duration_s * 1000


@pytest.mark.parametrize("frames", [37, 38, 39, 41])
@pytest.mark.parametrize(("save", "name"), [(save_gif, "out.gif"), (save_webp, "out.webp")])
def test_an_animation_lasts_as_long_as_its_video_also_where_that_is_no_whole_tick(
    save: Callable[..., None], name: str, frames: int, tmp_path: Path
) -> None:
    save(draw(tmp_path / "film.mp4", frames=frames), tmp_path / name)
    lasts_ms = 0
    with Image.open(tmp_path / name) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            lasts_ms += image.info["duration"]
    assert lasts_ms == frames * 40


def test_a_gif_has_colours_of_its_own(film: Path, tmp_path: Path) -> None:
    save_gif(film, tmp_path / "out.gif")
    with av.open(str(tmp_path / "out.gif")) as container:
        first = next(container.decode(video=0)).to_ndarray(format="rgb24")
    colours = {tuple(colour) for colour in first[72:].reshape(-1, 3)[::7]}
    assert any(abs(int(r) - 220) < 8 and abs(int(g) - 120) < 8 and abs(int(b) - 40) < 8 for r, g, b in colours)


def test_a_webp_plays_for_ever_at_the_speed_of_the_video(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.webp"
    save_webp(film, out)
    seen, length_ms = [], 0
    with Image.open(out) as image:
        assert (image.format, image.info["loop"], image.size) == ("WEBP", 0, (160, 96))
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            length_ms += image.info["duration"]
            seen.append(number_in(np.asarray(image.convert("RGB"))))
    assert seen == [number * 2 for number in range(20)]
    assert length_ms == 1600


@pytest.mark.parametrize(("save", "name"), [(save_gif, "out.gif"), (save_webp, "out.webp")])
def test_an_animation_is_made_smaller_until_it_fits(save: Callable[..., None], name: str, tmp_path: Path) -> None:
    noisy, out = draw(tmp_path / "noisy.mp4", frames=12, size=(640, 360), noise=True), tmp_path / name
    save(noisy, out)
    with Image.open(out) as image:
        assert image.size == (480, 270)
    at_first = out.stat().st_size
    save(noisy, out, max_bytes=at_first // 3)
    assert out.stat().st_size <= at_first // 3
    with Image.open(out) as image:
        assert max(image.size) < 480
        assert image.width / image.height == pytest.approx(16 / 9, rel=0.02)
    with pytest.raises(EditRefused) as refused:
        save(noisy, out, max_bytes=1000)
    assert refused.value.reason is EditRefusal.TOO_LARGE


# What is no whole video.


@pytest.mark.parametrize("how", ["cut", "zeroed", "other", "empty"])
def test_a_broken_video_is_refused_as_unreadable(film: Path, tmp_path: Path, out: Path, how: str) -> None:
    data = film.read_bytes()
    half = len(data) // 2
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(
        {"cut": data[:half], "zeroed": data[:half] + bytes(len(data) - half), "other": b"<html>", "empty": b""}[how]
    )
    for make in (
        lambda: trim(broken, out, 0.04, 1.6),
        lambda: back_and_forth(broken, out),
        lambda: last_frame(broken, out.with_suffix(".jpg")),
    ):
        with pytest.raises(EditRefused) as refused:
            make()
        assert refused.value.reason is EditRefusal.UNREADABLE


def test_a_video_that_is_not_there_is_an_error_of_the_disk(tmp_path: Path, out: Path) -> None:
    with pytest.raises(FileNotFoundError):
        trim(tmp_path / "none.mp4", out, 0, 1)
