"""A film carries its title, words and picture for every player to see, and not one coded byte of it is another."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.videos.carried import STILL_MAX_BYTES, NotReadable, Tags, is_mp4, tags_in, with_tags
from studio.videos.mp4_index import read_index
from studio.videos.validate import check_whole
from tests.kept_videos import write_video
from tests.photos import jpeg

WORDS = "The tide\ncomes “in” \\ \x07 猫🐈‍⬛ " + "長" * 1400
STILL = jpeg()


def reader(data: bytes) -> Callable[[int, int], bytes]:
    return lambda start, stop: data[start:stop]


def tagged(data: bytes, tags: Tags) -> bytes:
    index = with_tags(reader(data), len(data), tags)
    assert index is not None
    whole = data[: index.start] + index.content + data[index.stop :]
    assert index.size(len(data)) == len(whole)
    return whole


def frames_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(frame.to_ndarray().tobytes()) for frame in container.decode(container.streams.video[0])]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One with its index in front, one with it at the end, one in fragments."""
    folder = tmp_path_factory.mktemp("films")
    write_video(folder / "in front.mp4")
    for name, options in (("at the end", {}), ("fragmented", {"movflags": "frag_keyframe+empty_moov"})):
        with (
            av.open(str(folder / "in front.mp4")) as old,
            av.open(str(folder / f"{name}.mp4"), "w", options=options) as new,
        ):
            stream = new.add_stream_from_template(old.streams.video[0])
            for packet in old.demux(old.streams.video[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    new.mux(packet)
    return {path.stem: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("where", ["in front", "at the end"])
def test_players_see_title_words_and_picture_and_decode_the_same_frames(
    films: dict[str, bytes], where: str, tmp_path: Path
) -> None:
    before, after = tmp_path / "before.mp4", tmp_path / "after.mp4"
    before.write_bytes(films[where])
    after.write_bytes(tagged(films[where], Tags(title="The tide", text=WORDS.replace("\x07", ""), still=STILL)))
    with av.open(str(after)) as container:
        assert container.metadata["title"] == "The tide"
        assert container.metadata["comment"] == WORDS.replace("\x07", "")
        pictures = [stream for stream in container.streams.video if stream.disposition & 0x400]
        assert [bytes(packet) for packet in container.demux(pictures[0]) if packet.size] == [STILL]
    assert frames_of(after) == frames_of(before)
    assert read_index(after) == read_index(before)
    assert check_whole(before).frames == 30


def test_what_was_put_in_is_read_back_and_a_second_time_takes_the_place_of_the_first(films: dict[str, bytes]) -> None:
    once = tagged(films["in front"], Tags(title="one", text=WORDS, still=STILL))
    assert tags_in(reader(once), len(once)) == Tags(title="one", text=WORDS, still=STILL)
    twice = tagged(once, Tags(title="two", text="2"))
    assert tags_in(reader(twice), len(twice)) == Tags(title="two", text="2")
    assert twice == tagged(films["in front"], Tags(title="two", text="2"))


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=200), text=st.text(min_size=1, max_size=2000))
def test_any_words_come_back_as_they_were(films: dict[str, bytes], title: str, text: str) -> None:
    film = tagged(films["in front"], Tags(title=title, text=text))
    assert tags_in(reader(film), len(film)) == Tags(title=title, text=text)


def test_only_the_index_is_ever_read(films: dict[str, bytes]) -> None:
    data, read = films["in front"], []

    def counted(start: int, stop: int) -> bytes:
        read.append(stop - start)
        return data[start:stop]

    index = with_tags(counted, len(data), Tags(title="", text="x"))
    assert index is not None
    assert sum(read) < len(data) / 2
    assert max(read) == index.stop - index.start


def test_a_film_in_fragments_goes_as_it_is(films: dict[str, bytes]) -> None:
    data = films["fragmented"]
    assert with_tags(reader(data), len(data), Tags(title="", text="x")) is None


def test_a_film_of_others_says_nothing(films: dict[str, bytes]) -> None:
    for name in ("in front", "at the end"):
        assert tags_in(reader(films[name]), len(films[name])) is None


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 10**6), change=st.binary(max_size=12), length=st.integers(0, 10**6))
def test_damaged_files_are_refused_and_nothing_worse(
    films: dict[str, bytes], at: int, change: bytes, length: int
) -> None:
    whole = tagged(films["at the end"], Tags(title="t", text="words", still=b"\xff\xd8still"))
    place = at % len(whole)
    broken = (whole[:place] + change + whole[place + len(change) :])[: length % len(whole) or None]
    for ask in (lambda: tags_in(reader(broken), len(broken)),
                lambda: with_tags(reader(broken), len(broken), Tags(title="", text="x"))):  # fmt: skip
        with contextlib.suppress(NotReadable):
            ask()


def test_boxes_that_go_on_for_ever_come_to_an_end() -> None:
    many = b"\0\0\0\x08free" * 20_000
    with pytest.raises(NotReadable, match="too many"):
        tags_in(reader(many), len(many))
    beyond = b"\0\0\0\x10moov\0\0\0\x63udta"
    with pytest.raises(NotReadable, match="beyond"):
        tags_in(reader(beyond), len(beyond))


def test_films_are_told_from_pictures_by_how_they_begin(films: dict[str, bytes]) -> None:
    assert is_mp4(films["in front"])
    assert not is_mp4(b"\0\0\0\x18ftypheic" + bytes(8))
    assert not is_mp4(b"\0\0\0\x18ftypavif" + bytes(8))
    assert not is_mp4(STILL)
    assert not is_mp4(b"")
    assert len(STILL) < STILL_MAX_BYTES
