"""How long a video usually takes, and how large it comes out, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.messages.outlook import outlook, usually
from studio.jobs.usual import Usual

DASH = "\u2013"


@pytest.mark.parametrize(
    ("from_s", "to_s", "said"),
    [
        (21, 39, f"Usually 20{DASH}40 seconds"),
        (2, 4, "Usually about 5 seconds"),
        (31, 62, "Usually about 1 minute"),
        (100, 130, "Usually about 2 minutes"),
        (110, 240, f"Usually 2{DASH}4 minutes"),
        (20, 110, "Usually up to 2 minutes"),
        (20, 61, "Usually up to 1 minute"),
        (70, 1400, "Usually up to 23 minutes"),
    ],
)
def test_it_is_said_as_one_would_say_it(from_s: float, to_s: float, said: str) -> None:
    assert usually(Usual(from_s, to_s)) == said


def test_time_and_size_are_one_line_and_without_a_picture_the_time_alone() -> None:
    assert outlook(Usual(110, 240), (1280, 720)) == f"Usually 2{DASH}4 minutes · 1280 × 720"
    assert outlook(Usual(110, 240), None) == f"Usually 2{DASH}4 minutes"


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_it_is_always_one_short_line(one: float, other: float) -> None:
    said = outlook(Usual(min(one, other), max(one, other)), (1920, 1080))
    assert len(said) < 50
    assert "\n" not in said
    assert "{" not in said
