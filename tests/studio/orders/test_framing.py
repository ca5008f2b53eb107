"""The frame: always the shape that was chosen, inside the picture, fit to be sent, and what was chosen is kept."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from demo.film.render import frame_size
from studio.orders.framing import (
    MAX_SENT_SIDE,
    MIN_SENT_SIDE,
    ZOOM_MAX,
    Aspect,
    Box,
    Crop,
    Fit,
    Frame,
    Framing,
    Shape,
    Size,
    aspect_of,
    crop_box,
    frame_of,
    is_too_small,
    video_size,
)
from videoapi.models import MODELS

SHORT_SIDES = sorted({quality.short_side_px for model in MODELS.values() for quality in model.qualities})
crops = st.builds(Crop, x=st.floats(0, 1), y=st.floats(0, 1), zoom=st.floats(1, ZOOM_MAX))


@st.composite
def framings(draw: st.DrawFn) -> Framing:
    """As a person gets there: a crop for some shapes, then a shape and a fit."""
    framing = Framing()
    for shape, crop in draw(st.lists(st.tuples(st.sampled_from(Shape), crops), max_size=4)):
        framing = framing.with_shape(shape).with_crop(crop)
    return framing.with_shape(draw(st.sampled_from(Shape))).with_fit(draw(st.sampled_from(Fit)))


@st.composite
def prepared(draw: st.DrawFn) -> Size:
    """The size of a prepared picture."""
    short = draw(st.integers(MIN_SENT_SIDE, MAX_SENT_SIDE))
    long = draw(st.integers(short, min(MAX_SENT_SIDE, 4 * short)))
    return draw(st.sampled_from([(short, long), (long, short)]))


def is_of_shape(size: Size, shape: Shape) -> bool:
    assert shape.ratio is not None
    return size[0] * shape.ratio[1] == size[1] * shape.ratio[0]


@given(prepared(), framings())
def test_the_part_lies_inside_the_picture(picture: Size, framing: Framing) -> None:
    box = crop_box(picture, framing)
    assert 0 <= box.left < box.right <= picture[0]
    assert 0 <= box.top < box.bottom <= picture[1]


@given(prepared(), framings())
def test_what_is_sent_has_just_the_shape_that_was_chosen_and_the_size_that_the_model_takes(
    picture: Size, framing: Framing
) -> None:
    size = frame_of(picture, framing).size
    # Both published limits for Wan 2.6 agree on these.
    assert min(size) >= 360
    assert max(size) <= 2000
    if framing.shape is not Shape.AS_THE_PICTURE:
        assert is_of_shape(size, framing.shape)


@given(prepared(), framings())
def test_the_part_is_the_largest_that_there_is_where_nobody_zooms(picture: Size, framing: Framing) -> None:
    framing = framing.with_fit(Fit.CROP).with_crop(Crop(x=framing.crop.x, y=framing.crop.y))
    width, height = crop_box(picture, framing).size
    across, down = framing.shape.ratio or picture
    assert width + across > picture[0] or height + down > picture[1], "one step larger does not fit"


@given(prepared(), framings())
def test_the_middle_of_the_part_is_where_it_was_chosen_as_far_as_there_is_room(picture: Size, framing: Framing) -> None:
    box = crop_box(picture, framing.with_fit(Fit.CROP))
    for begin, end, wanted, side in (
        (box.left, box.right, framing.crop.x * picture[0], picture[0]),
        (box.top, box.bottom, framing.crop.y * picture[1], picture[1]),
    ):
        half = (end - begin) / 2
        nearest = min(max(wanted, half), side - half)
        assert abs((begin + end) / 2 - nearest) <= 0.5


@given(prepared(), framings(), st.floats(1, ZOOM_MAX), st.floats(1, ZOOM_MAX))
def test_who_zooms_in_never_sees_more(picture: Size, framing: Framing, one: float, other: float) -> None:
    near, far = (
        crop_box(picture, framing.with_crop(Crop(zoom=zoom))).size for zoom in (max(one, other), min(one, other))
    )
    assert near[0] <= far[0]
    assert near[1] <= far[1]


@given(prepared(), framings())
def test_the_whole_picture_is_seen_undistorted_and_touches_two_sides(picture: Size, framing: Framing) -> None:
    assume(framing.fit is not Fit.CROP)
    frame = frame_of(picture, framing)
    assert frame.box == (0, 0, *picture)
    width, height = frame.inner_size
    assert width <= frame.size[0]
    assert height <= frame.size[1]
    assert width == frame.size[0] or height == frame.size[1]
    # As wide to its height as it was, to the pixel.
    assert abs(width - height * picture[0] / picture[1]) <= max(1.0, picture[0] / picture[1])


@given(st.sampled_from(Fit), st.sampled_from(Shape), st.integers(1, 400), st.integers(1, 400), crops)
def test_a_tiny_picture_can_be_framed_too(fit: Fit, shape: Shape, width: int, height: int, crop: Crop) -> None:
    frame = frame_of((width, height), Framing(shape=shape, fit=fit).with_crop(crop))
    assert min(frame.box.size) >= 1
    assert frame.box.right <= width
    assert frame.box.bottom <= height
    assert min(frame.inner_size) >= 1


@given(st.lists(st.tuples(st.sampled_from(Shape), crops), min_size=1, max_size=8))
def test_each_shape_remembers_its_crop_while_others_are_tried(choices: list[tuple[Shape, Crop]]) -> None:
    framing = Framing()
    for shape, crop in choices:
        framing = framing.with_shape(shape).with_crop(crop)
    last = dict(choices)
    for shape in Shape:
        assert framing.with_shape(shape).crop == last.get(shape, Crop())
    assert framing.with_fit(Fit.WHOLE_PLAIN).with_fit(Fit.CROP) == framing.with_fit(Fit.CROP)


@given(framings(), st.sampled_from(Shape), crops)
def test_a_part_can_be_chosen_for_a_shape_that_is_no_longer_the_present_one(
    framing: Framing, shape: Shape, crop: Crop
) -> None:
    changed = framing.with_crop(crop, shape)
    assert changed.shape is framing.shape
    assert changed.with_shape(shape).crop == crop
    for other in set(Shape) - {shape}:
        assert changed.with_shape(other).crop == framing.with_shape(other).crop


@given(prepared(), framings(), framings())
def test_frames_have_the_same_name_only_where_they_are_the_same(picture: Size, one: Framing, other: Framing) -> None:
    first, second = frame_of(picture, one), frame_of(picture, other)
    assert (first.name == second.name) == (first == second)


def test_the_same_shape_another_picture_begins_in_the_middle() -> None:
    chosen = Framing(shape=Shape.TALL, fit=Fit.CROP).with_crop(Crop(x=0.1))
    assert chosen.for_another_picture() == Framing(shape=Shape.TALL)


@pytest.mark.parametrize(
    ("picture", "framing", "frame"),
    [
        # All of it: nothing to draw.
        ((1500, 1000), Framing(), ((0, 0, 1500, 1000), (1500, 1000))),
        ((1920, 1080), Framing(shape=Shape.WIDE), ((0, 0, 1920, 1080), (1920, 1080))),
        ((1500, 1000), Framing(fit=Fit.WHOLE_PLAIN), ((0, 0, 1500, 1000), (1500, 1000))),
        # The largest 9:16 of a landscape, in its middle and at its ends.
        ((2000, 1440), Framing(shape=Shape.TALL), ((595, 0, 1405, 1440), (810, 1440))),
        ((2000, 1440), Framing(shape=Shape.TALL).with_crop(Crop(x=0)), ((0, 0, 810, 1440), (810, 1440))),
        ((2000, 1440), Framing(shape=Shape.TALL).with_crop(Crop(x=1)), ((1190, 0, 2000, 1440), (810, 1440))),
        ((2000, 1440), Framing().with_crop(Crop(zoom=2)), ((500, 360, 1500, 1080), (1000, 720))),
        # 360 × 640 of 360 × 640 are left; of 360 × 480 not enough for 16:9.
        ((360, 480), Framing(shape=Shape.WIDE), ((4, 141, 356, 339), (640, 360))),
        # All of a portrait, in a frame as large as the model takes.
        ((1125, 2000), Framing(shape=Shape.WIDE, fit=Fit.WHOLE_PLAIN), ((0, 0, 1125, 2000), (2000, 1125))),
        ((800, 600), Framing(shape=Shape.SQUARE, fit=Fit.WHOLE_BLURRED), ((0, 0, 800, 600), (800, 800))),
    ],
)
def test_the_frame_of_a_picture(
    picture: Size, framing: Framing, frame: tuple[tuple[int, int, int, int], tuple[int, int]]
) -> None:
    box, size = frame
    assert frame_of(picture, framing) == Frame(box=Box(*box), size=size, fit=framing.fit)
    assert frame_of(picture, framing).shows_just(picture) == (box == (0, 0, *picture) and size == picture)


@pytest.mark.parametrize(
    ("picture", "framing", "too_small"),
    [
        ((640, 360), Framing(shape=Shape.TALL), True),
        ((1440, 1080), Framing(shape=Shape.TALL), False),
        ((1440, 1080), Framing(shape=Shape.TALL).with_crop(Crop(zoom=2)), True),
        ((640, 360), Framing(shape=Shape.TALL, fit=Fit.WHOLE_BLURRED), False),
        ((640, 360), Framing(), False),
    ],
)
def test_a_part_that_is_smaller_than_the_model_takes_is_said_to_be(
    picture: Size, framing: Framing, too_small: bool
) -> None:
    assert is_too_small(picture, framing) == too_small
    frame = frame_of(picture, framing)
    # A frame of whole steps is up to one step larger than the picture in it.
    assert (min(frame.inner_size) > 1.03 * min(frame.box.size)) == too_small, "and it is enlarged"


@given(prepared(), st.sampled_from(SHORT_SIDES))
def test_the_size_that_is_shown_before_is_the_size_of_the_video(picture: Size, short_side_px: int) -> None:
    shown = video_size(picture, short_side_px)
    assert shown == frame_size(picture, short_side_px)
    assert shown[0] % 2 == shown[1] % 2 == 0
    assert min(shown) == short_side_px


@pytest.mark.parametrize(
    ("shape", "at_720p", "at_1080p"),
    [
        (Shape.WIDE, (1280, 720), (1920, 1080)),
        (Shape.TALL, (720, 1280), (1080, 1920)),
        (Shape.SQUARE, (720, 720), (1080, 1080)),
        (Shape.LANDSCAPE, (960, 720), (1440, 1080)),
        (Shape.PORTRAIT, (720, 960), (1080, 1440)),
    ],
)
@given(picture=prepared(), crop=crops, fit=st.sampled_from(Fit))
def test_a_video_of_a_shape_has_the_usual_size_to_the_pixel(
    shape: Shape, at_720p: Size, at_1080p: Size, picture: Size, crop: Crop, fit: Fit
) -> None:
    sent = frame_of(picture, Framing(shape=shape, fit=fit).with_crop(crop)).size
    assert (video_size(sent, 720), video_size(sent, 1080)) == (at_720p, at_1080p)


@pytest.mark.parametrize(
    ("picture", "aspect"),
    [
        ((1600, 900), Aspect.LANDSCAPE),
        ((900, 1600), Aspect.PORTRAIT),
        ((1000, 1000), Aspect.SQUARE),
        ((1000, 1100), Aspect.SQUARE),
        ((1100, 1000), Aspect.SQUARE),
        ((1000, 1101), Aspect.PORTRAIT),
        ((1101, 1000), Aspect.LANDSCAPE),
        ((800, 1000), Aspect.PORTRAIT),
    ],
)
def test_a_picture_is_upright_wide_or_neither(picture: Size, aspect: Aspect) -> None:
    assert aspect_of(picture) is aspect


@pytest.mark.parametrize(
    "values",
    [
        {"x": -0.01}, {"x": 1.01}, {"y": -1}, {"y": 2}, {"zoom": 0.99}, {"zoom": 0}, {"zoom": ZOOM_MAX + 0.01},
        {"x": float("nan")}, {"y": float("inf")}, {"zoom": float("nan")}, {"zoom": float("inf")},
    ],
)  # fmt: skip
def test_what_is_no_part_of_a_picture_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no part"):
        Crop(**values)
