"""Names of files are ours by themselves, and say what is inside among others; no system stumbles over one."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.file_names import among_others, saved_as
from studio.jobs.job import Job, State
from tests.studio.strategies import a_job_in, after, an_order, moments, words

ENDINGS = (".mp4", "-poster.jpg", "-picture.jpg", "-ending-picture.jpg", "-sound.mp3")
FORBIDDEN = set('<>:"/\\|?*')
"""In names on Windows; of these no other system minds any but the slash."""
RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³"}


def a_video(words: str = "The waves roll in.", job_id: str | None = None, **changes: object) -> Job:
    given = {} if job_id is None else {"id": job_id}
    return a_job_in(State.DONE, order=an_order(prompt=words), **given, **changes)


def name_of(words: str) -> str:
    job = a_video(words, "1a2b3c" + "0" * 26)
    return among_others([job])[job.id].removeprefix("kineograph-2026-11-22-1a2b3c")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("A paper boat drifts off.", "-a-paper-boat-drifts-off"),
        ("Ein Schiff läuft aus — ÜBER Nacht!", "-ein-schiff-läuft-aus-über-nacht"),
        ("小さな船が流れていく。", "-小さな船が流れていく"),
        ("हवा में पत्ते", "-हवा-में-पत्ते"),
        ("../../etc/passwd\r\nSet-Cookie: x=y", "-etc-passwd-set-cookie-x-y"),
        ("C:\\CON.mp4:stream", "-c-con-mp4-stream"),
        ("photo\u202egpj.exe\x00\x1b[31m\ufeff", "-photo-gpj-exe-31m"),
        ('=HYPERLINK("http://example.invalid")', "-hyperlink-http-example-invalid"),
        ("... --- ...", ""),
        ("🦊🚤", ""),
        ("", ""),
        ("e\u0301cole", "-école"),
    ],
)
def test_a_name_says_the_words_and_nothing_that_a_system_would_read(words: str, name: str) -> None:
    assert name_of(words) == name


def test_words_that_are_too_long_end_with_a_whole_one_or_within_the_only_one() -> None:
    assert name_of("word " * 40) == "-word" * 16
    assert name_of("x" * 500) == "-" + "x" * 80
    assert name_of("海" * 500) == "-" + "海" * 26


@given(
    st.lists(
        st.tuples(
            words, moments, st.sampled_from(["1a2b3c", "ffffff"]), st.text("0123456789abcdef", min_size=26, max_size=26)
        ),
        max_size=8,
    )
)
def test_names_are_unique_safe_bounded_and_stand_in_the_order_of_their_days(
    given: list[tuple[str, object, str, str]],
) -> None:
    jobs = list(
        {first + rest: a_video(words, first + rest, created_at=at) for words, at, first, rest in given}.values()
    )
    names = among_others(jobs)
    called = [names[job.id] + ending for job in jobs for ending in ENDINGS]
    assert len({unicodedata.normalize("NFKD", name).casefold() for name in called}) == len(called)
    for name in called:
        assert len(name.encode()) <= 160
        assert not FORBIDDEN & set(name)
        assert not any(unicodedata.category(ch) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp") for ch in name)
        assert name.partition(".")[0].lower() not in RESERVED
        assert name.count(".") == 1
        assert name == name.strip()
        assert name == unicodedata.normalize("NFC", name)
    days = sorted(jobs, key=lambda job: names[job.id])
    assert [job.created_at.date() for job in days] == sorted(job.created_at.date() for job in jobs)


def test_two_whose_ids_begin_alike_on_one_day_are_told_apart_and_others_stay_short() -> None:
    one, two = (a_video("Waves", "1a2b3c" + digit * 26) for digit in "01")
    later = a_video("Waves", "1a2b3c" + "2" * 26, created_at=after(24 * 3600))
    names = among_others([one, two, later])
    assert names[one.id] == f"kineograph-2026-11-22-{one.id}-waves"
    assert names[two.id] == f"kineograph-2026-11-22-{two.id}-waves"
    assert names[later.id] == "kineograph-2026-11-23-1a2b3c-waves"


def test_a_name_among_others_begins_like_that_of_the_video_by_itself() -> None:
    job = a_video("Waves")
    alone = saved_as(job)
    assert alone.endswith(f"-{job.id[:6]}.mp4")
    assert among_others([job])[job.id].startswith(alone.removesuffix(".mp4"))
    assert saved_as(replace(job, created_at=job.created_at + timedelta(days=1)), "animation.gif") == (
        f"kineograph-2026-11-23-{job.id[:6]}-animation.gif"
    )
