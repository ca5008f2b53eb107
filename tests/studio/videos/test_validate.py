"""A video is whole only if everything it promises is there and decodes."""

from __future__ import annotations

import io
import multiprocessing
import random
import threading
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from bench.damaged_videos import BODIES, DAMAGES, RECIPES, Recipe, make_video, place_of, verdict
from studio.videos.mp4_index import IndexBroken, read_index
from studio.videos.validate import VideoBroken, VideoFacts, check_whole, poster

Maker = Callable[[Recipe], Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Makes a video once, however many claims are made about it."""
    folder = tmp_path_factory.mktemp("videos")

    def make(recipe: Recipe) -> Path:
        path = folder / f"{recipe.name}.mp4"
        if not path.exists():
            make_video(path, recipe)
        return path

    return make


def remuxed(source: Path, target: Path, *, options: dict[str, str], rotation: int | None = None) -> Path:
    """The same coded video in another kind of file."""
    with av.open(str(source)) as old, av.open(str(target), "w", options=options) as new:
        streams = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                new.mux(packet)
    if rotation is not None:
        turn(target, rotation)
    return target


def turn(path: Path, degrees: int) -> None:
    """Writes a rotation into the video's track header, as a phone held upright does (ISO 14496-12, 8.3.2)."""
    data = bytearray(path.read_bytes())
    at = data.find(b"tkhd") + 4 + 40  # Version 0: 40 bytes before the matrix.
    one, minus = (1 << 16).to_bytes(4, "big"), (-1 << 16).to_bytes(4, "big", signed=True)
    zero = bytes(4)
    matrix = {90: [zero, one, zero, minus, zero, zero], 180: [minus, zero, zero, zero, minus, zero]}[degrees]
    data[at : at + 24] = b"".join(matrix)
    path.write_bytes(data)


def picture(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    image.load()
    return image


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_whole_video_is_accepted_with_its_facts(recipe: Recipe, made: Maker) -> None:
    path = made(recipe)
    assert check_whole(path) == VideoFacts(
        width=recipe.width,
        height=recipe.height,
        duration_s=recipe.frames / recipe.fps,
        frames=recipe.frames,
        fps=float(recipe.fps),
        has_sound=recipe.sound,
        bytes=path.stat().st_size,
    )


def encode(codec: str, path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=24)
        stream.width, stream.height, stream.pix_fmt = 192, 128, "yuv420p"
        for number in range(8):
            pixels = np.full((128, 192, 3), 20 * number, dtype=np.uint8)
            pixels[:64, : 20 * (number + 1)] = 200
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())


@pytest.mark.parametrize("codec", ["libvpx-vp9", "libsvtav1"])
def test_the_other_codecs_that_browsers_play_are_accepted(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    # In a process of its own: run by root, SVT-AV1 makes whoever encodes a real-time process before which all others
    # wait, and so does whatever that one starts later.
    encoding = multiprocessing.get_context("spawn").Process(target=encode, args=(codec, path))
    encoding.start()
    encoding.join()
    assert encoding.exitcode == 0
    assert check_whole(path).frames == 8


def test_a_codec_that_browsers_do_not_play_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=24)
        stream.width, stream.height, stream.pix_fmt = 192, 128, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((128, 192, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode())
    with pytest.raises(VideoBroken, match="mpeg4"):
        check_whole(path)


def test_a_file_with_sound_alone_is_refused(made: Maker, tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(made(RECIPES[0]))) as old, av.open(str(path), "w") as new:
        stream = new.add_stream_from_template(old.streams.audio[0])
        for packet in old.demux(old.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    with pytest.raises(VideoBroken, match="no video"):
        check_whole(path)


def test_another_container_is_refused_whatever_it_is_called(made: Maker, tmp_path: Path) -> None:
    matroska = remuxed(made(RECIPES[0]), tmp_path / "video.mkv", options={})
    with pytest.raises(VideoBroken, match="no box at 0"):
        check_whole(matroska.rename(tmp_path / "video.mp4"))


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("mov", {}),
        ("mp4", {"movflags": "frag_keyframe+empty_moov"}),
        ("mp4", {"movflags": "use_metadata_tags"}),
        ("mp4", {"use_editlist": "0"}),
    ],
    ids=["QuickTime", "fragmented", "with tags", "without an edit list"],
)
def test_other_ways_of_writing_the_same_video_are_accepted(
    suffix: str, options: dict[str, str], made: Maker, tmp_path: Path
) -> None:
    path = remuxed(made(RECIPES[0]), tmp_path / f"video.{suffix}", options=options)
    facts = check_whole(path)
    assert (facts.frames, facts.has_sound) == (RECIPES[0].frames, True)


def test_a_video_that_an_edit_list_shows_only_a_part_of_is_accepted(made: Maker, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    source = made(RECIPES[2])
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None and packet.pts is not None:
                # Times before zero are written, and left out when the video is shown.
                packet.pts -= 10_000
                packet.dts -= 10_000
                packet.stream = stream
                new.mux(packet)
    assert b"elst" in path.read_bytes()
    assert check_whole(path).frames == RECIPES[2].frames


def test_a_video_stored_turned_is_measured_as_it_is_shown(made: Maker, tmp_path: Path) -> None:
    path = remuxed(made(RECIPES[2]), tmp_path / "video.mp4", options={}, rotation=90)
    facts = check_whole(path)
    assert (facts.width, facts.height) == (192, 320)


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_video_is_refused(kind: str, made: Maker, tmp_path: Path) -> None:
    rng = random.Random(f"damaged {kind}")
    path = tmp_path / "damaged.mp4"
    for number in range(15):
        whole = made(RECIPES[number % len(RECIPES)]).read_bytes()
        damaged = DAMAGES[kind](whole, rng)
        assert damaged != whole
        path.write_bytes(damaged)
        assert isinstance(verdict(path), str), f"{kind}, number {number}, passed for whole"


@pytest.mark.parametrize("table", [b"stsz", b"stco", b"stsc", b"stts"])
@pytest.mark.parametrize("recipe", RECIPES[:1], ids=lambda recipe: recipe.name)
def test_no_byte_of_a_sample_table_can_be_turned_around_unnoticed(
    table: bytes, recipe: Recipe, made: Maker, tmp_path: Path
) -> None:
    whole = made(recipe).read_bytes()
    path = tmp_path / "flipped.mp4"
    index, _ = place_of(whole, b"moov")
    sound = whole.rindex(table, index)
    # Past the count; of stsc the first row's two numbers, of the others every third byte.
    size = int.from_bytes(whole[sound - 4 : sound], "big")
    for at in (
        range(sound + 8, min(sound + 20, sound + size - 4))
        if table == b"stsc"
        else range(sound + 12, sound + size - 4, 3)
    ):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        assert isinstance(verdict(path), str), f"byte {at - sound} of {table!r} passed"


def test_a_hole_in_the_picture_of_a_codec_that_hides_it_is_refused(made: Maker, tmp_path: Path) -> None:
    whole = made(RECIPES[4])
    data = bytearray(whole.read_bytes())
    with av.open(str(whole)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size and packet.pos is not None]
    # A quarter of each picture, past its first bytes: the decoder conceals some of these and says nothing.
    path = tmp_path / "video.mp4"
    for packet in packets:
        if packet.size < 3000:
            continue
        start = (packet.pos or 0) + packet.size // 2
        path.write_bytes(data[:start] + bytes(packet.size // 4) + data[start + packet.size // 4 :])
        assert isinstance(verdict(path), str)


def test_a_frame_that_the_decoder_silently_skips_is_missed(made: Maker, tmp_path: Path) -> None:
    whole = made(RECIPES[2])
    data = bytearray(whole.read_bytes())
    with av.open(str(whole)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    at, end = packets[-1].pos or 0, (packets[-1].pos or 0) + packets[-1].size
    while at < end:
        data[at + 4] = data[at + 4] & 0xE0 | 12  # Filler data (H.264, table 7-1): allowed, and no picture.
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    path = tmp_path / "video.mp4"
    path.write_bytes(data)
    with pytest.raises(VideoBroken, match="of 48 frames"):
        check_whole(path)


def test_a_box_after_the_media_that_is_cut_off_is_missed(made: Maker, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(made(RECIPES[0]).read_bytes() + b"\0\0\0\x40free")
    with pytest.raises(VideoBroken, match="free"):
        check_whole(path)


def test_a_fragment_that_promises_more_than_it_holds_is_refused(made: Maker, tmp_path: Path) -> None:
    path = remuxed(made(RECIPES[2]), tmp_path / "video.mp4", options={"movflags": "frag_keyframe+empty_moov"})
    data = bytearray(path.read_bytes())
    count = data.index(b"trun") + 8
    assert int.from_bytes(data[count : count + 4], "big") == RECIPES[2].frames
    data[count : count + 4] = (RECIPES[2].frames + 1).to_bytes(4, "big")
    path.write_bytes(data)
    assert isinstance(verdict(path), str)


@pytest.mark.parametrize(
    ("body", "why"),
    [*zip(BODIES, ("box CTYP at 0 says", "no box at 0", "no box at 0", "not an MP4"), strict=True)],
    ids=["HTML", "XML", "JSON", "nothing"],
)
def test_an_error_page_with_the_name_of_a_video_is_refused(body: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(body)
    with pytest.raises(VideoBroken, match=why):
        check_whole(path)


@pytest.mark.parametrize("part", [0.25, 0.5, 0.75, 0.95, 0.999])
def test_a_part_of_a_faststart_file_is_refused_though_its_index_and_first_frame_are_there(
    part: float, made: Maker, tmp_path: Path
) -> None:
    whole = made(RECIPES[0]).read_bytes()
    path = tmp_path / "part.mp4"
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(VideoBroken, match=r"box mdat .* says"):
        check_whole(path)


def test_the_last_byte_is_missed(made: Maker, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    whole = made(RECIPES[0]).read_bytes()
    start, end = place_of(whole, b"mdat")
    path.write_bytes(whole[:-1])
    with pytest.raises(VideoBroken, match=f"box mdat at {start} says {end - start} bytes, {end - start - 1} are there"):
        check_whole(path)


def test_a_hole_in_the_sound_alone_is_refused(made: Maker, tmp_path: Path) -> None:
    whole = made(RECIPES[0])
    data = bytearray(whole.read_bytes())
    with av.open(str(whole)) as container:
        packets = [packet for packet in container.demux(audio=0) if packet.size and packet.pos is not None]
    start, size = packets[20].pos, packets[20].size
    assert start is not None
    data[start : start + size] = bytes(size)
    path = tmp_path / "video.mp4"
    path.write_bytes(data)
    # The decoder says so: the index has nothing against it.
    with pytest.raises(VideoBroken, match="InvalidDataError"):
        check_whole(path)


def test_a_missing_file_is_not_called_a_broken_video(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"video\.mp4"):
        check_whole(tmp_path / "video.mp4")
    with pytest.raises(FileNotFoundError, match=r"video\.mp4"):
        poster(tmp_path / "video.mp4")


def test_the_index_is_read_as_the_file_was_written(made: Maker) -> None:
    video, sound = read_index(made(RECIPES[0]))
    assert (video.handler, video.samples) == ("vide", RECIPES[0].frames)
    assert sound.handler == "soun"
    whole = made(RECIPES[0]).read_bytes()
    start, end = place_of(whole, b"mdat")
    assert video.sample_bytes + sound.sample_bytes == end - start - 8


FTYP = b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"


@pytest.mark.parametrize(
    ("boxes", "why"),
    [
        (b"\x00\x00\x00\x04free", "says 4 bytes, 8 are there"),
        (b"\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x02", "says 2 bytes, 16 are there"),
        (b"\x00\x00\x00\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff", "says 18446744073709551615 bytes, 16 are there"),
        (FTYP + b"\x00\x00\x00\x00moov", "no tracks in the index"),
        (FTYP + b"\x00\x00\x00\x10moov\x00\x00\x00\x08trak", "no mdia box"),
        (FTYP + b"\x00\x00\x00\x08moov" * 2, "two indexes"),
        (b"\x00\x00\x00\x08", "4 stray bytes at 0"),
        (b"\x00\x00", "2 stray bytes at 0"),
    ],
)
def test_boxes_that_contradict_themselves_are_refused_and_nothing_hangs(boxes: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(boxes)
    with pytest.raises(IndexBroken, match=why):
        read_index(path)


def test_the_poster_is_the_first_frame_where_that_shows_something(made: Maker) -> None:
    image = picture(poster(made(RECIPES[2]), width=160))
    assert image.size == (160, 96)
    with av.open(str(made(RECIPES[2]))) as container:
        frames = [frame.to_image().resize(image.size) for frame in container.decode(video=0)]
    seen = np.asarray(image, dtype=int)
    assert int(np.argmin([np.abs(seen - np.asarray(frame, dtype=int)).mean() for frame in frames])) == 0


def test_the_poster_is_taken_when_a_fade_in_shows_something(made: Maker) -> None:
    path = made(Recipe(name="fades-in", fades_in=40, sound=False))
    assert np.asarray(picture(poster(path)).convert("L")).mean() > 18


def test_the_poster_of_a_plain_beginning_is_taken_later(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 192, 128, "yuv420p"
        for number in range(20):
            pixels = np.full((128, 192, 3), 235, dtype=np.uint8)
            if number >= 10:
                pixels[:, :96] = 30
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    assert np.asarray(picture(poster(path)).convert("L")).std() > 50


def test_a_spark_in_the_dark_is_not_yet_a_poster(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 192, 128, "yuv420p"
        for number in range(20):
            pixels = np.zeros((128, 192, 3), dtype=np.uint8)
            pixels[50:74, 80:104] = 255
            if number >= 10:
                pixels[:, :96] = 140
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    assert np.asarray(picture(poster(path)).convert("L")).mean() > 50


def test_a_video_that_stays_black_still_has_a_poster(made: Maker) -> None:
    path = made(Recipe(name="black", fades_in=60_000, sound=False))
    assert picture(poster(path)).size == (640, 384)


@pytest.mark.parametrize("degrees", [90, 180])
def test_a_poster_stands_upright(degrees: int, made: Maker, tmp_path: Path) -> None:
    turned = remuxed(made(RECIPES[2]), tmp_path / "turned.mp4", options={}, rotation=degrees)
    # Both as large as the film is, so that nothing but the turn differs.
    straight = picture(poster(made(RECIPES[2]), width=320))
    # The matrix for 90 says: show it turned a quarter clockwise.
    expected = straight.rotate(-degrees, expand=True)
    shown = picture(poster(turned, width=expected.width))
    assert shown.size == expected.size
    assert np.abs(np.asarray(shown, dtype=int) - np.asarray(expected, dtype=int)).mean() < 6


def test_no_poster_is_taken_from_what_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(BODIES[0])
    with pytest.raises(VideoBroken, match="InvalidDataError"):
        poster(path)


def test_two_videos_checked_at_once_do_not_disturb_each_other(made: Maker, tmp_path: Path) -> None:
    whole = made(RECIPES[0])
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(DAMAGES["zeroed hole"](whole.read_bytes(), random.Random(4)))
    found: dict[Path, list[VideoFacts | str]] = {whole: [], broken: []}

    def check(path: Path) -> None:
        found[path].extend(verdict(path) for _ in range(6))

    threads = [threading.Thread(target=check, args=(path,)) for path in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(facts, VideoFacts) for facts in found[whole])
    assert all(isinstance(why, str) for why in found[broken])
