"""Words become camera moves; moves become smooth paths that never leave the picture."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from demo.film.camera import fitted, plan
from demo.film.moves import Move, moves_in
from demo.film.views import Point, View, eased

MIDDLE = Point(x=0.5, y=0.5)
CORNER = Point(x=0.82, y=0.2)

PROMPTS = [
    "",
    "static",
    "zoom in",
    "zoom out",
    "push in",
    "pull back",
    "pan left",
    "pan right",
    "tilt up",
    "tilt down",
    "orbit",
    "camera rolls clockwise",
    "handheld",
    "parallax",
    "fast zoom in, pan left and rotate, handheld",
]
ASPECTS = [16 / 9, 9 / 16, 1.0, 4.0, 0.25]


@pytest.mark.parametrize(
    ("prompt", "moves"),
    [
        ("a cat in the sun", set()),
        ("The camera slowly zooms in on her face", {Move.ZOOM_IN}),
        ("zooming out to reveal the valley", {Move.ZOOM_OUT}),
        ("camera pans slowly to the left", {Move.PAN_LEFT}),
        ("Pan right, then tilt up", {Move.PAN_RIGHT, Move.TILT_UP}),
        ("tilt down", {Move.TILT_DOWN}),
        ("dolly in", {Move.PUSH_IN}),
        ("dolly out slowly", {Move.PULL_BACK}),
        ("slow push-in", {Move.PUSH_IN}),
        ("orbit shot", {Move.ORBIT}),
        ("the camera rotates counterclockwise", {Move.ROLL}),
        ("handheld, shaky", {Move.HANDHELD}),
        ("hand-held documentary style", {Move.HANDHELD}),
        ("static shot", {Move.STATIC}),
        ("fixed camera, zoom in", {Move.ZOOM_IN}),
        ("parallax", {Move.PARALLAX}),
        # What the subject does says nothing about the camera.
        ("she looks up and turns left", set()),
        ("a dancer spins, her dress rolling", set()),
        ("a dog shakes itself", set()),
        ("the company expands", set()),
    ],
)
def test_words_name_the_camera_move(prompt: str, moves: set[Move]) -> None:
    assert moves_in(prompt) == moves


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("multi", [False, True])
def test_no_view_leaves_the_picture(prompt: str, aspect: float, multi: bool) -> None:
    for seed in range(3):
        for shot in plan(prompt, seed=seed, frames=150, aspect=aspect, subject=CORNER, multi=multi):
            for view in shot:
                for right, below in ((-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.5)):
                    cos, sin = math.cos(view.roll) / view.zoom, math.sin(view.roll) / view.zoom
                    x = view.x + right * cos - below * sin / aspect
                    y = view.y + right * sin * aspect + below * cos
                    assert -1e-6 <= x <= 1 + 1e-6
                    assert -1e-6 <= y <= 1 + 1e-6


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_path_has_no_jerk_in_it(prompt: str) -> None:
    (shot,) = plan(prompt, seed=3, frames=150, aspect=1.5, subject=CORNER, multi=False)
    corners = [(view.x - 0.5 / view.zoom, view.y - 0.5 / view.zoom, view.roll / 2) for view in shot]
    for axis in range(3):
        steps = [b[axis] - a[axis] for a, b in pairwise(corners)]
        # In shares of the width: 0.0008 of 1280 pixels is one pixel of change in speed from frame to frame.
        assert max(abs(b - a) for a, b in pairwise(steps)) < 0.0008


@pytest.mark.parametrize("prompt", ["", "static", "zoom in", "push in"])
def test_a_video_begins_with_the_whole_picture(prompt: str) -> None:
    (shot,) = plan(prompt, seed=1, frames=150, aspect=1.5, subject=CORNER, multi=False)
    assert shot[0].zoom == pytest.approx(1, abs=0.03)
    assert shot[-1].zoom > 1.05 or prompt == "static"


def test_pulling_out_ends_with_the_whole_picture() -> None:
    (shot,) = plan("zoom out", seed=1, frames=150, aspect=1.5, subject=CORNER, multi=False)
    assert shot[0].zoom > 1.2
    assert shot[-1] == View(light=pytest.approx(1))


@pytest.mark.parametrize(
    ("prompt", "axis", "sign"),
    [("pan right", "x", 1), ("pan left", "x", -1), ("tilt up", "y", -1), ("tilt down", "y", 1)],
)
def test_the_camera_goes_where_the_words_say(prompt: str, axis: str, sign: int) -> None:
    (shot,) = plan(prompt, seed=1, frames=150, aspect=1.5, subject=MIDDLE, multi=False)
    assert sign * (getattr(shot[-1], axis) - getattr(shot[0], axis)) > 0.1


def test_zooming_in_keeps_the_subject_in_its_place_on_screen() -> None:
    (shot,) = plan("zoom in", seed=1, frames=150, aspect=1.5, subject=CORNER, multi=False)
    places = [((CORNER.x - view.x) * view.zoom, (CORNER.y - view.y) * view.zoom) for view in shot]
    assert max(x for x, _ in places) - min(x for x, _ in places) < 1e-9
    assert max(y for _, y in places) - min(y for _, y in places) < 1e-9


def test_fast_goes_further_than_slow() -> None:
    def travel(prompt: str) -> float:
        (shot,) = plan(prompt, seed=1, frames=150, aspect=1.5, subject=MIDDLE, multi=False)
        return shot[-1].zoom

    assert travel("fast zoom in") > travel("zoom in") > travel("slow zoom in") > 1.1


def test_the_same_seed_gives_the_same_path_and_another_seed_another() -> None:
    def path(seed: int) -> list[list[View]]:
        return plan("", seed=seed, frames=30, aspect=1.5, subject=MIDDLE, multi=False)

    assert path(4) == path(4)
    assert path(4) != path(5)


@pytest.mark.parametrize(("frames", "shots"), [(150, 2), (300, 3), (450, 4)])
def test_several_shots_fill_exactly_the_length(frames: int, shots: int) -> None:
    parts = plan("zoom in", seed=1, frames=frames, aspect=1.5, subject=CORNER, multi=True)
    assert len(parts) == shots
    assert sum(map(len, parts)) == frames
    for before, after in pairwise(parts):
        assert abs(after[0].zoom / before[-1].zoom - 1) > 0.1, "a cut that changes little looks like a fault"


def test_easing_starts_and_ends_at_rest() -> None:
    assert (eased(0), eased(0.5), eased(1)) == (0, pytest.approx(0.5), 1)
    assert eased(0.01) < 0.0005
    assert all(b > a for a, b in pairwise(eased(n / 100) for n in range(101)))


def test_fitting_draws_closer_no_more_than_needed() -> None:
    (view,) = fitted([View(x=0.6)], 1.0)
    assert view.zoom == pytest.approx(1.25, rel=1e-6)
    assert fitted([View()], 1.0) == [View()]
