"""Orders shown as code: each program is run as it stands, against the demo, and orders just what the app orders."""

from __future__ import annotations

import ast
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from demo import process
from studio.as_code.programs import PROVIDER_URL, Language, _quoted, as_code
from studio.orders.order import Order, problems_of, tidy
from studio.queue.job_store import Store
from studio.sounds.prepare import prepare
from studio.storage.database import Database
from studio.storage.media import Media
from studio.worker.provider_mapping import request_of
from tests import photos, sounds
from tests.app_process import wait_until
from tests.studio.installation import a_visitor_service
from tests.studio.strategies import NOON, a_job, an_order, orders
from videoapi import VideoAPI

KEY = "a-key-for-tests-1234"
LIMIT_S = 60
FAILS = " demo: unknown failure"
"""Ordered and kept, and ended at once: what is compared is what was ordered."""

RUN = {
    Language.CURL: ["bash"],
    Language.PYTHON: [sys.executable],
    Language.JAVASCRIPT: [shutil.which("node") or compute_driver_executable()[0]],
}
LANGUAGES = pytest.mark.parametrize("language", Language)

HOSTILE = {
    "quotes": "it's \"quoted\" 'twice' `thrice` ''' \"\"\" '\\'' \\' \\\"",
    "backslashes": "C:\\new\\table \\u0041 \\x41 \\\\ \\n \\0 ends in \\",
    "lines": "one\ntwo\r\nthree\rfour\n\nEND\nEOF\n'\n\"\n",
    "shell": "$HOME ${HOME} $(touch planted) `touch planted` !! !1 ; touch planted & | > planted < x * ? ~ # \\$",
    "python": '{order} {__import__("os")} %s %(x)s %d \\N{DASH} f"{1}" #',
    "javascript": "${process.exit(7)} `${1}` // */ /* </script><script>planted</script> <!-- --> ]]> __proto__",
    "templates": "{{ address }} {% for x in y %} {# c #} {{7*7}} {%",
    "line ends of other kinds": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "unseen": "nul\x00 esc\x1b[31m bom\ufeff \u202eturned\u202c joined\u200d soft\u00ad",
    "other alphabets": "größe 東京 עברית عربي é e\u0301 👩\u200d👩\u200d👧 \U0001fae8 \U000e0041 \U0010ffff",
    "halves": "one\ud800 two\udfff three",
    "the picture": "data:image/jpeg;base64,",
    "dashes": "-n -e --data @/etc/passwd -",
    "long": "'\"\\$`\n" * 200,
}


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a program."""

    code: int
    said: str
    complained: str


class Stage:
    """The demo, with what it keeps, and a folder to run programs in."""

    def __init__(self, base_url: str, data: Path, folder: Path) -> None:
        self.base_url = base_url
        self.folder = folder
        self._data = data
        self.api = VideoAPI(base_url, KEY)
        self.picture = photos.jpeg(480, 360)
        (folder / "picture.jpg").write_bytes(self.picture)

    def run(self, code: str, language: Language, *arguments: str, key: str | None = KEY) -> Ran:
        """The program, saved and started as it says itself."""
        (self.folder / language.file_name).write_text(code, "utf-8")
        environment = {name: value for name, value in os.environ.items() if name != "AIMLAPI_KEY"}
        environment |= {} if key is None else {"AIMLAPI_KEY": key}
        done = subprocess.run(
            [*RUN[language], language.file_name, *arguments],
            cwd=self.folder, env=environment, capture_output=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ordered(self) -> list[dict[str, Any]]:
        """What the demo has kept of all orders so far, the oldest first."""
        with sqlite3.connect(self._data / "demo.sqlite3") as database:
            rows = database.execute(
                "SELECT model, settings, image_url, credits FROM generation ORDER BY rowid"
            ).fetchall()
        database.close()
        return [
            {"model": model, "settings": json.loads(settings), "image_url": link, "credits": credits_}
            for model, settings, link, credits_ in rows
        ]

    def ordered_by_the_app(self, order: Order) -> str:
        """The id of what the app's own request ordered."""
        return self.api.create(request_of(order, self.picture), client_request_id="the-apps-own").generation_id

    def video_of(self, generation_id: str) -> bytes:
        """The video, waited for."""
        wait_until(lambda: self.api.look_up(generation_id).video_url is not None, "the video is there")
        return requests.get(self.api.look_up(generation_id).video_url or "", timeout=30).content

    def code(self, order: Order, language: Language) -> str:
        return as_code(order, language, base_url=self.base_url, poll_every_s=0.1)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data = tmp_path_factory.mktemp("demo")
    running = process.start(data, key=KEY, pace=0, draft=True)
    opened = Stage(running.base_url, data, tmp_path_factory.mktemp("programs"))
    yield opened
    opened.api.close()
    running.stop()


@LANGUAGES
def test_a_program_orders_the_same_video_as_the_app_and_prints_where_it_is(stage: Stage, language: Language) -> None:
    order = an_order(prompt="static", seed=7, with_sound=False, improve_prompt=False)
    app = stage.ordered_by_the_app(order)
    ran = stage.run(stage.code(order, language), language)
    assert ran.code == 0, ran.complained
    assert stage.ordered()[-1] == stage.ordered()[-2]
    film = requests.get(ran.said.strip(), timeout=30).content
    assert film == stage.video_of(app), "the same picture, too"
    assert len(ran.said.splitlines()) == 1
    assert KEY not in ran.said + ran.complained


@LANGUAGES
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_nothing_but_words(stage: Stage, language: Language, name: str) -> None:
    words = HOSTILE[name]
    order = an_order(prompt=words + FAILS, negative_prompt=words[:400] or "x", seed=1)
    stage.ordered_by_the_app(order)
    before = {path.name for path in stage.folder.iterdir()}
    ran = stage.run(stage.code(order, language), language)
    assert (ran.code, ran.said) == (1, ""), ran.complained
    assert "No video:" in ran.complained
    program, app = stage.ordered()[-1], stage.ordered()[-2]
    assert program == app
    assert program["settings"]["prompt"] == (words + FAILS)[:1500]
    assert {path.name for path in stage.folder.iterdir()} - before <= {language.file_name}


SETTINGS: list[dict[str, Any]] = [
    {"duration_s": 15, "resolution": "1080p", "with_sound": True},
    {"several_shots": True, "improve_prompt": True, "seed": 2_147_483_647},
    {"audio_url": "https://example.com/a'b\"c$d.mp3?x=1&y=%20", "with_sound": False},
]


@LANGUAGES
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_every_setting_of_the_order_is_in_the_program(
    stage: Stage, language: Language, settings: dict[str, Any]
) -> None:
    order = tidy(an_order(prompt="static" + FAILS, **({"seed": 3} | settings)))
    assert problems_of(order) == ()
    stage.ordered_by_the_app(order)
    ran = stage.run(stage.code(order, language), language)
    assert "No video:" in ran.complained
    assert stage.ordered()[-1] == stage.ordered()[-2]


@LANGUAGES
def test_another_picture_is_named_when_it_is_started(stage: Stage, language: Language, tmp_path: Path) -> None:
    other = tmp_path / "it's another $picture.jpg"
    other.write_bytes(photos.jpeg(300, 300))
    order = an_order(prompt="static", seed=7, with_sound=False)
    ran = stage.run(stage.code(order, language), language, str(other))
    assert ran.code == 0, ran.complained
    app = stage.video_of(stage.ordered_by_the_app(order))
    assert requests.get(ran.said.strip(), timeout=30).content != app, "it is the other picture's"


@LANGUAGES
def test_a_sound_is_read_from_a_file_as_the_picture_is(stage: Stage, language: Language, tmp_path: Path) -> None:
    order = an_order(prompt="static", seed=7, with_sound=False, sound_key="sounds/ab/abcd.mp3", sound_name="my own.wav")
    code = stage.code(order, language)
    assert "sound.mp3" in code
    assert "sounds/ab" not in code, "where it is kept here is nobody's business"
    assert "my own" not in code
    sound = prepare(sounds.wav(7, sounds.HIGH)).mp3
    (stage.folder / "sound.mp3").write_bytes(sound)
    app = stage.api.create(request_of(order, stage.picture, sound=sound), client_request_id="app").generation_id
    ran = stage.run(code, language)
    assert ran.code == 0, ran.complained
    assert stage.ordered()[-1] == stage.ordered()[-2]
    film = requests.get(ran.said.strip(), timeout=30).content
    assert film == stage.video_of(app), "as the service cuts it, too"
    assert sounds.pitch(sounds.heard(film)) == pytest.approx(sounds.HIGH, abs=2)
    other = tmp_path / "it's another $sound.mp3"
    other.write_bytes(sounds.mp3(6, sounds.A))
    ran = stage.run(code, language, "picture.jpg", str(other))
    assert ran.code == 0, ran.complained
    assert sounds.pitch(sounds.heard(requests.get(ran.said.strip(), timeout=30).content)) == pytest.approx(440, abs=2)
    missing = stage.run(code, language, "picture.jpg", "nowhere.mp3")
    assert missing.code != 0
    assert "nowhere.mp3" in missing.complained


ENDS_IN_A_PICTURE = "bytedance/seedance-1-0-pro-i2v"


@LANGUAGES
def test_an_ending_picture_is_read_from_a_file_of_its_own(stage: Stage, language: Language, tmp_path: Path) -> None:
    order = an_order(
        prompt="static", seed=7, with_sound=False, model=ENDS_IN_A_PICTURE, ending_picture_key="pictures/cd/cdef.jpg"
    )
    code = stage.code(order, language)
    assert "ending.jpg" in code
    assert "pictures/cd" not in code, "where it is kept here is nobody's business"
    ending = photos.jpeg(470, 350)
    (stage.folder / "ending.jpg").write_bytes(ending)
    request = request_of(order, stage.picture, ending)
    app = stage.api.create(request, client_request_id="app").generation_id
    ran = stage.run(code, language)
    assert ran.code == 0, ran.complained
    assert stage.ordered()[-1] == stage.ordered()[-2]
    assert stage.ordered()[-1]["settings"]["has_last_image"]
    film = requests.get(ran.said.strip(), timeout=30).content
    assert film == stage.video_of(app), "with both pictures"
    other = tmp_path / "it's another $ending.jpg"
    other.write_bytes(stage.picture)
    ran = stage.run(code, language, "picture.jpg", str(other))
    assert ran.code == 0, ran.complained
    assert requests.get(ran.said.strip(), timeout=30).content != film, "it ends in the other one"
    missing = stage.run(code, language, "picture.jpg", "nowhere.jpg")
    assert missing.code != 0
    assert "nowhere.jpg" in missing.complained


@LANGUAGES
def test_what_ends_as_it_begins_needs_one_file_alone(stage: Stage, language: Language, tmp_path: Path) -> None:
    order = an_order(prompt="static", seed=7, with_sound=False, model=ENDS_IN_A_PICTURE)
    order = replace(order, ending_picture_key=order.picture_key)
    code = stage.code(order, language)
    assert "ending.jpg" not in code
    other = tmp_path / "other.jpg"
    other.write_bytes(photos.jpeg(300, 300))
    ran = stage.run(code, language, str(other))
    assert ran.code == 0, ran.complained
    request = request_of(order, other.read_bytes(), other.read_bytes())
    app = stage.api.create(request, client_request_id="app").generation_id
    assert stage.ordered()[-1] == stage.ordered()[-2]
    assert requests.get(ran.said.strip(), timeout=30).content == stage.video_of(app)


@LANGUAGES
def test_without_a_key_or_a_picture_nothing_is_ordered_and_it_says_what_is_missing(
    stage: Stage, language: Language
) -> None:
    code, before = stage.code(an_order(seed=1), language), len(stage.ordered())
    without_key = stage.run(code, language, key=None)
    without_picture = stage.run(code, language, "nowhere.jpg")
    wrong_key = stage.run(code, language, key="another-key")
    assert 0 not in (without_key.code, without_picture.code, wrong_key.code)
    assert "AIMLAPI_KEY" in without_key.complained
    assert "nowhere.jpg" in without_picture.complained
    assert "Not ordered:" in wrong_key.complained
    assert len(stage.ordered()) == before


@LANGUAGES
def test_a_question_that_fails_does_not_lose_the_video(stage: Stage, language: Language) -> None:
    order = an_order(prompt="static demo: look-up trouble", seed=7, with_sound=False)
    ran = stage.run(stage.code(order, language), language)
    assert ran.code == 0, ran.complained
    assert requests.get(ran.said.strip(), timeout=30).ok


@LANGUAGES
def test_a_program_holds_no_key_and_asks_the_provider_itself(language: Language) -> None:
    code = as_code(an_order(), language)
    assert "AIMLAPI_KEY" in code
    assert f"{PROVIDER_URL}/v2/video/generations" in code
    assert "picture.jpg" in code
    assert re.search(r"(sleep|POLL_EVERY_S =) 15\b", code)
    assert "pictures/ab" not in code, "where a picture is kept here is nobody's business"


@given(st.text(max_size=200))
@example("</script><!-- --> \u2028 \u2029 \U0001fae8 \U000e0041 \ud800 \udc00")
@example("\ud83d\ude00 \\u0041 \\' \\\"")
def test_quoted_text_is_the_same_text_to_python_and_json_and_ends_no_line_and_no_script(text: str) -> None:
    assert ast.literal_eval(_quoted(text, Language.PYTHON)) == text
    for language in (Language.CURL, Language.JAVASCRIPT):
        read = json.loads(_quoted(text, language))
        assert read.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")
    for language in Language:
        written = _quoted(text, language)
        assert len(written.splitlines()) == 1
        assert written.isprintable()
        assert "</" not in written
        assert "<!--" not in written


@given(orders)
def test_every_order_can_be_shown_in_every_language(order: Order) -> None:
    for language in Language:
        code = as_code(order, language)
        assert code.endswith("\n")
        assert "</script" not in code
    ast.parse(as_code(order, Language.PYTHON))


@pytest.mark.parametrize("shell", [path for path in map(shutil.which, ("bash", "dash", "sh")) if path])
def test_no_text_leaves_its_quotes_in_any_shell(tmp_path: Path, shell: str) -> None:
    choice = random.Random(7)
    letters = "'\"\\$`!\n\t ;&|<>(){}[]*?~#%@-=é東😀\u2028"
    texts = ["".join(choice.choices(letters, k=choice.randrange(30))) + FAILS for _ in range(150)]
    programs = [as_code(an_order(prompt=text), Language.CURL) for text in texts]
    for number, code in enumerate(programs):
        begins, ends = code.index("  printf '%s' '{"), code.index("  base64 <")
        (tmp_path / f"{number}.sh").write_text(code[begins:ends], "utf-8")
    (tmp_path / "all.sh").write_text("".join(f". ./{number}.sh; printf '\\000'\n" for number in range(len(texts))))
    done = subprocess.run([shell, "all.sh"], cwd=tmp_path, capture_output=True, check=True, timeout=LIMIT_S)
    bodies = done.stdout.decode().split("\0")[:-1]
    assert [json.loads(body + '"}')["prompt"] for body in bodies] == texts
    assert done.stderr == b""


def test_a_visitor_sees_the_code_of_their_own_jobs_alone(sqlite_url: str, media: Media) -> None:
    database = Database(sqlite_url)
    store = Store(database, polls_per_s=1e9)
    service = a_visitor_service(database, store, media, lambda: NOON)
    job = a_job(order=replace(an_order(), prompt="my own words"))
    store.place(job, nonce=job.id)
    code = service.code_of(job.visitor, job.id, Language.PYTHON)
    assert code == as_code(job.order, Language.PYTHON)
    assert "my own words" in code
    assert service.code_of("b" * 32, job.id, Language.PYTHON) is None
    assert service.code_of(job.visitor, "0" * 32, Language.PYTHON) is None
    service.close()
    database.close()
