"""What is said of how a video was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from components.gallery.details import lines
from studio.jobs.job import State
from tests.studio.strategies import NOON, a_job_in, an_order


def test_everything_that_made_a_video_is_said_as_it_was_typed() -> None:
    order = an_order(
        duration_s=10,
        resolution="1080p",
        with_sound=True,
        several_shots=True,
        improve_prompt=True,
        negative_prompt="**blur** $x$",
        ending_picture_key="pictures/ab/ab.jpg",
    )
    job = replace(a_job_in(State.DONE, order=order), accepted_at=NOON, finished_at=NOON + timedelta(seconds=42))
    assert lines(job) == [
        "Wan 2.6 · 10 sec · Best (1080p) · with sound",
        "Several shots",
        "Description improved by the model",
        "Ends in a picture that was given",
        "To avoid: **blur** $x$",
        "Made in 40 sec",
    ]


def test_what_was_not_chosen_and_is_not_known_is_not_said() -> None:
    order = an_order(duration_s=5, resolution="720p", sound_name="wind.mp3", improve_prompt=False)
    job = replace(a_job_in(State.DONE, order=order), accepted_at=None, finished_at=None)
    assert lines(job) == ["Wan 2.6 · 5 sec · Good (720p) · your own sound (wind.mp3)"]
