"""What made each video stands in a table and in JSON: words, choices, amounts, times, and no secret."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given

from studio.jobs.job import Job, State
from studio.takeaway.sheet import Described, as_csv, as_json, described
from tests.studio.strategies import A_VIDEO, a_job_in, an_order, words

FILES = {"video": "a.mp4", "poster": "a-poster.jpg", "picture": "a-picture.jpg"}


def of(job: Job, **names: str) -> Described:
    return described(job, FILES, names)


def rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "by which spreadsheets know UTF-8"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_everything_that_made_a_video_is_said() -> None:
    order = an_order(prompt="Waves", negative_prompt="blur", seed=7, duration_s=10, resolution="1080p")
    job = a_job_in(State.DONE, order=order, cost_micros=660_000, continues="c", video=A_VIDEO)
    said = of(job, c="kineograph-2026-11-21-cccccc-before")
    assert said.items() >= FILES.items()
    assert (said["ending_picture"], said["sound"]) == (None, None)
    assert (said["prompt"], said["negative_prompt"], said["seed"]) == ("Waves", "blur", 7)
    assert (said["model"], said["duration_s"], said["resolution"]) == (order.model, 10, "1080p")
    assert (said["price_usd"], said["cost_usd"]) == (0.65, 0.66)
    assert said["ordered_at"] == "2026-11-22T12:00:00+00:00"
    assert said["finished_at"] == "2026-11-22T12:02:50+00:00"
    assert said["continues"] == "kineograph-2026-11-21-cccccc-before"
    assert said["made_by"] == "aimlapi"


def test_what_was_made_of_another_cost_nothing_and_says_of_which() -> None:
    said = of(a_job_in(State.DONE, made_from="b", made_as="back-and-forth.mp4"), b="another")
    assert (said["made_from"], said["made_as"]) == ("another", "back-and-forth.mp4")
    assert (said["price_usd"], said["cost_usd"]) == (None, None)


def test_neither_a_key_nor_a_visitor_nor_an_id_nor_an_address_is_in_it() -> None:
    order = an_order(ending_picture_key="pictures/ee/eeee.jpg", sound_key="sounds/dd/dddd.mp3")
    job = a_job_in(State.DONE, order=order, reason_detail="the provider's own words")
    said = as_json([of(job)], []) + as_csv([of(job)])
    for secret in (job.id, job.visitor, "gen-1", "pictures/", "sounds/", "videos/", "posters/", "own words"):
        assert secret.encode() not in said


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_calculates_nothing_that_a_person_typed(start: str) -> None:
    evil = f'{start}cmd|" /C calc"!A0, "x"'
    [row] = rows(as_csv([of(a_job_in(State.DONE, order=an_order(prompt=evil, negative_prompt=evil)))]))
    assert row["prompt"] == row["negative_prompt"] == f"'{evil}"
    assert (
        json.loads(as_json([of(a_job_in(State.DONE, order=an_order(prompt=evil)))], []))["videos"][0]["prompt"] == evil
    )


@given(words)
def test_any_words_come_back_as_they_were_and_no_cell_begins_like_a_formula(text: str) -> None:
    said = of(a_job_in(State.DONE, order=an_order(prompt=text)))
    [row] = rows(as_csv([said]))
    assert row["prompt"].removeprefix("'") == text.removeprefix("'")
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())
    assert json.loads(as_json([said], []))["videos"] == [json.loads(json.dumps(said))]


def test_with_nothing_in_it_there_are_headings_and_the_names_of_what_was_left_out() -> None:
    assert rows(as_csv([])) == []
    assert json.loads(as_json([], ["kineograph-2026-11-22-1a2b3c-waves"])) == {
        "kineograph": 1,
        "videos": [],
        "left_out": ["kineograph-2026-11-22-1a2b3c-waves"],
    }
