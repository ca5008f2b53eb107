"""Where the browser puts the frame is where the server cuts, to the step of whole pixels; it stays on the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from components.create.crop_box import GEOMETRY
from studio.orders.framing import MIDDLE, ZOOM_MAX, Crop, Framing, Shape, Size, crop_box

pytestmark = pytest.mark.browser

Numbers = dict[str, float]
Run = Callable[..., Any]

FRAME_OF = "([crop, largest]) => frameOf(crop, largest)"
PULLED_ABOUT = """([crop, largest, zoomMax, hands]) => {
  let frame = frameOf(crop, largest);
  return hands.map(([hand, across, down, corner]) => {
    const before = frame;
    if (hand === "move") frame = movedBy(frame, across, down);
    if (hand === "size") frame = ofSize(frame, across, largest, zoomMax);
    if (hand === "pull") frame = pulledBy(frame, corner, across, down, largest, zoomMax);
    return {before, frame, crop: cropOf(frame, largest, zoomMax)};
  });
}"""
NEARLY = 1e-9

shapes = st.sampled_from([shape for shape in Shape if shape is not Shape.AS_THE_PICTURE])
sizes = st.tuples(st.integers(360, 2000), st.integers(360, 2000))
crops = st.builds(Crop, x=st.floats(0, 1), y=st.floats(0, 1), zoom=st.floats(1, ZOOM_MAX))
hands = st.tuples(
    st.sampled_from(["move", "size", "pull"]),
    st.floats(-2, 2),
    st.floats(-2, 2),
    st.tuples(st.sampled_from([-1, 1]), st.sampled_from([-1, 1])),
)


@pytest.fixture(scope="module")
def run(browser: Browser) -> Run:
    """Runs the geometry as the browser has it."""
    page = browser.new_page()
    return lambda what, *values: page.evaluate(f"values => {{ {GEOMETRY}; return ({what})(values); }}", list(values))


def numbers(crop: Crop) -> Numbers:
    return {"x": crop.x, "y": crop.y, "zoom": crop.zoom}


def largest_of(picture: Size, framing: Framing) -> Numbers:
    width, height = crop_box(picture, framing.with_crop(MIDDLE)).size
    return {"width": width / picture[0], "height": height / picture[1]}


@settings(max_examples=150)
@given(picture=sizes, shape=shapes, crop=crops)
def test_the_frame_is_where_the_server_cuts(run: Run, picture: Size, shape: Shape, crop: Crop) -> None:
    framing = Framing(shape=shape).with_crop(crop)
    box, shown = crop_box(picture, framing), run(FRAME_OF, numbers(crop), largest_of(picture, framing))
    assert shape.ratio is not None
    # The server cuts so many times the shape's ratio: up to one of them less than its share of the largest.
    for side, start, end, step, whole in (
        ("width", box.left, box.right, shape.ratio[0], picture[0]),
        ("height", box.top, box.bottom, shape.ratio[1], picture[1]),
    ):
        begins = shown["left" if side == "width" else "top"] * whole
        assert -1 < shown[side] * whole - (end - start) < step + 1
        assert abs(begins - start) < step + 1
        assert abs(begins + shown[side] * whole - end) < step + 1


@settings(max_examples=150)
@given(picture=sizes, shape=shapes, crop=crops, hands=st.lists(hands, min_size=1, max_size=6))
def test_whatever_a_hand_does_the_frame_keeps_its_shape_and_stays_on_the_picture(
    run: Run, picture: Size, shape: Shape, crop: Crop, hands: list[tuple[str, float, float, tuple[int, int]]]
) -> None:
    framing = Framing(shape=shape).with_crop(crop)
    largest = largest_of(picture, framing)
    for (hand, _across, _down, corner), step in zip(
        hands, run(PULLED_ABOUT, numbers(crop), largest, ZOOM_MAX, hands), strict=True
    ):
        before, frame = step["before"], step["frame"]
        assert frame["left"] >= -NEARLY
        assert frame["top"] >= -NEARLY
        assert frame["left"] + frame["width"] <= 1 + NEARLY
        assert frame["top"] + frame["height"] <= 1 + NEARLY
        assert frame["width"] / largest["width"] == pytest.approx(frame["height"] / largest["height"])
        assert 1 / ZOOM_MAX - NEARLY <= frame["width"] / largest["width"] <= 1 + NEARLY
        if hand == "pull":
            for start, side, towards in (("left", "width", corner[0]), ("top", "height", corner[1])):
                held = [one[start] + (one[side] if towards < 0 else 0) for one in (before, frame)]
                assert held[0] == pytest.approx(held[1]), "the opposite corner stays"
        # What the server is told is a part of the picture, and stands for this very frame.
        told = Crop(**step["crop"])
        again = run(FRAME_OF, numbers(told), largest)
        assert again == pytest.approx(frame, abs=5e-4)


@pytest.mark.parametrize(
    ("corner", "across", "down", "frame"),
    [
        # From the middle half of the picture, each corner outwards by a quarter of its side, and inwards.
        ((1, 1), 0.125, 0.125, (0.25, 0.25, 0.625, 0.625)),
        ((-1, -1), -0.125, -0.125, (0.125, 0.125, 0.625, 0.625)),
        ((1, -1), 0.125, -0.125, (0.25, 0.125, 0.625, 0.625)),
        ((-1, 1), 0.125, -0.125, (0.375, 0.25, 0.375, 0.375)),
        # Further than there is room, and smaller than may be.
        ((1, 1), 3, 3, (0.25, 0.25, 0.75, 0.75)),
        ((1, 1), -3, -3, (0.25, 0.25, 0.2, 0.2)),
    ],
)
def test_a_corner_follows_the_hand(
    run: Run, corner: tuple[int, int], across: float, down: float, frame: tuple[float, float, float, float]
) -> None:
    whole = {"width": 1, "height": 1}
    [pulled] = run(PULLED_ABOUT, numbers(Crop(zoom=2)), whole, ZOOM_MAX, [("pull", across, down, corner)])
    assert tuple(pulled["frame"][name] for name in ("left", "top", "width", "height")) == pytest.approx(frame)
