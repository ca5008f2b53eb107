"""Words are divided into shots whose times add up to the length, and put together again."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.orders.shots import SHOTS_MAX, as_shots, as_words, is_in_shots, shots_in

STORY = "She opens the door. A dog runs in! They dance"


def test_each_sentence_is_a_shot_and_the_times_add_up() -> None:
    assert as_shots(STORY, 5) == (
        "Shot 1 [0-2s]: She opens the door.\nShot 2 [2-4s]: A dog runs in!\nShot 3 [4-5s]: They dance"
    )
    assert as_words(as_shots(STORY, 5)) == "She opens the door.\nA dog runs in!\nThey dance"


@pytest.mark.parametrize("text", ["", "She waves", "She waves."])
def test_one_thing_alone_is_one_shot(text: str) -> None:
    assert as_shots(text, 5) == text
    assert not is_in_shots(text)


def test_shots_of_another_length_get_its_times() -> None:
    again = as_shots(as_shots(STORY, 5), 15)
    assert re.findall(r"\[(.*?)\]", again) == ["0-5s", "5-10s", "10-15s"]
    assert shots_in("Shot 1: a cat Shot 2 [ 3 - 5 s ]: a dog") == ("a cat", "a dog")


@given(
    st.lists(st.text("abc é猫😀,", min_size=1, max_size=9).filter(lambda part: part.strip() != ""), max_size=12),
    st.integers(1, 15),
)
def test_no_word_is_lost_and_the_times_cover_the_length_without_a_gap(parts: list[str], seconds: int) -> None:
    text = ". ".join(parts)
    written = as_shots(text, seconds)
    letters = "".join(text.split())
    assert "".join(as_words(written).split()) == letters
    times = [(int(begin), int(end)) for begin, end in re.findall(r"\[(\d+)-(\d+)s\]", written)]
    if times:
        assert len(times) <= SHOTS_MAX
        assert times[0][0] == 0
        assert times[-1][1] == seconds
        assert all(begin < end for begin, end in times)
        assert all(one[1] == other[0] for one, other in pairwise(times))
