"""From an order to a file: the picture, the camera's path, frames, sound, and the MP4 in its place."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from demo.film import camera, given_sound, render, sound, subject, watermark
from demo.film.encode import write_mp4
from demo.orders.given_files import PICTURE_SIDES_PX, PictureUnreadable, load_picture

_DRAFT_DIVISOR = 4
"""A draft has the length and the frames of the real thing, and a sixteenth of its pixels."""


class CannotBeMade(Exception):
    """The order was accepted, but what came with it is not usable: how the provider names it, and its sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


@dataclass(frozen=True, slots=True)
class Given:
    """The files that an order came with."""

    picture: Path
    last: Path | None
    sound: Path | None


def make(settings: dict[str, Any], given: Given, destination: Path, *, draft: bool = False) -> dict[str, str] | None:
    """The video is whole in its place: None; or what went wrong, as the provider would put it."""
    try:
        make_video(
            _opened(given.picture),
            destination,
            prompt=settings["prompt"],
            seed=settings["seed"],
            short_side=int(settings["resolution"].lower().removesuffix("p")) // (_DRAFT_DIVISOR if draft else 1),
            frames=settings["duration"] * camera.FRAMES_PER_SECOND,
            # The provider's words: several shots take effect only when the prompt may be rewritten.
            multi=settings["shot_type"] == "multi" and settings["enhance_prompt"],
            with_sound=settings["generate_audio"],
            audio=None if given.sound is None else given.sound.read_bytes(),
            last=None if given.last is None else _opened(given.last),
        )
    except CannotBeMade as cannot:
        return {"name": cannot.name, "message": cannot.message}
    return None


def make_video(
    picture: Image.Image,
    destination: Path,
    *,
    prompt: str,
    seed: int,
    short_side: int,
    frames: int,
    multi: bool = False,
    with_sound: bool = True,
    audio: bytes | None = None,
    last: Image.Image | None = None,
) -> None:
    """Writes the video and only then puts it in its place. The same arguments give the same bytes.

    `audio`, a WAV or MP3, takes the place of the made-up sound. Raises CannotBeMade if it cannot be played. The last
    frame is `last`, where that is given, cut to the shape of the first: then there is one shot, however many were asked
    for.
    """
    picture = render.cropped(picture)
    size = render.frame_size(picture.size, short_side)
    scene = subject.look_at(picture)
    aspect = size[0] / size[1]
    shots = camera.plan(
        prompt, seed=seed, frames=frames, aspect=aspect, subject=scene.subject, multi=multi and last is None
    )
    samples = frames * sound.RATE_HZ // camera.FRAMES_PER_SECOND
    wave = None
    if audio is not None:
        try:
            wave = given_sound.decoded_audio(audio, samples)
        except given_sound.NotPlayable as broken:
            raise CannotBeMade("InvalidFile.Format", f"File type is not supported. {broken}") from broken
    elif with_sound:
        wave = sound.soundscape(prompt, seed=seed, samples=samples)
    mark = watermark.drawn(size)
    if last is None:
        drawn = render.frames(picture, shots, scene.nearness, size, mark)
    else:
        last = render.cut_to(last, aspect)
        pictures = ((picture, scene.nearness), (last, subject.look_at(last).nearness))
        drawn = render.passage(pictures, camera.at_rest_at_both_ends(shots[0], aspect), size, mark)
    part = destination.with_name(destination.name + ".part")
    write_mp4(part, drawn, size, wave)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(destination)


def _opened(path: Path) -> Image.Image:
    try:
        picture = load_picture(path.read_bytes())
    except PictureUnreadable as broken:
        raise CannotBeMade("InvalidImage.FileFormat", "The image format is illegal or cannot be decoded.") from broken
    least, most = PICTURE_SIDES_PX
    if not all(least <= side <= most for side in picture.size):
        message = f"The image size {picture.width}x{picture.height} is out of [{least}, {most}]."
        raise CannotBeMade("InvalidFile.Resolution", message)
    return picture
