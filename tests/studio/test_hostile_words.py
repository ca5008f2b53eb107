"""Words that were typed to do harm: kept and given back as typed, and nothing but words in every file and log.

What the screen makes of them: tests/browser/test_browser_hostile_words.py.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import secrets
import sys
import time
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pydantic import SecretStr

from components.messages import job_notices, notices
from components.result.player import player
from studio import clock
from studio.__main__ import main
from studio.access.admission import Admission, Answer
from studio.access.codes import Codes
from studio.build import open_storage
from studio.diagnostics.logs import TEXT_MAX, JsonLine, Redactor
from studio.jobs.job import Reason, State
from studio.money.ledger import Payer
from studio.money.statements import HEADINGS, export
from studio.orders.drafts import Draft
from studio.orders.order import OrderIncomplete, Problem, clean_text, problems_of, tidy
from studio.owner_service import DETAIL_MAX, without_words
from studio.queue.job_store import Store
from studio.settings import Settings
from studio.sharing.shares import Shares
from studio.storage.database import Database
from studio.storage.media import Media
from studio.visitor_service import VisitorService
from tests.app_process import AppProcess, running_app
from tests.kept_videos import keep_videos
from tests.studio.installation import a_visitor_service
from tests.studio.strategies import A_VIDEO, NOON, a_job, a_job_in, an_order
from tests.web.routes.test_share_page import Reader
from videoapi.error_answers import read_error
from videoapi.failures import read_failure
from videoapi.untrusted import TEXT_MAX as PROVIDERS_TEXT_MAX

AWAY = "evil.example"
"""A host that nothing may ask."""

AS_TYPED = {
    "markdown": f"![x](http://{AWAY}/p.png) [click](javascript:planted=1) <http://{AWAY}/auto> http://{AWAY}/bare",
    "html": f"<img src=http://{AWAY}/i.png onerror=window.planted=1 class=planted><script>planted=1</script>"
    f"<iframe src=//{AWAY} class=planted></iframe><style>body{{display:none}}</style><svg onload=window.planted=1>",
    "closing": "</textarea></title></style></script>--><p class=planted>]]><!--",
    "attribute": "'><b class=planted> ' onfocus='window.planted=1' autofocus x=\" onload=\"planted=1\" class=planted `",
    "streamlit": ":material/skull: :red[red] :rainbow-background[b] :shimmer[s] :small[x] :orange-badge[b] :streamlit:"
    " :smile: $x^2$ $$y$$ **bold** ~~gone~~ `code`",
    "blocks": "# Heading\n- [ ] task\n> quote\n\n```\nfence\n```\n| a | b |\n|---|---|\n    indented\n---",
    "zalgo": "".join(letter + "\u0315\u031b\u0340\u0346\u034a\u0358\u0489"[::-1] * 6 for letter in "Zalgo"),
    "emoji": "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 🇺🇦 1️⃣ 👍🏿 🧑🏽\u200d🤝\u200d🧑🏻",
    "right to left": "שלום (עולם) مرحبا بالعالم 123!",
    "braces": "{amount} {0.__class__} {} {{7*7}} {% if x %} %s %(x)s %d ${x} <%= x %> {",
    "sql": "'; DROP TABLE jobs; -- \" OR 1=1 /* \\ %27",
    "formula": f'=HYPERLINK("http://{AWAY}","x")+cmd|\' /C calc\'!A0',
    "entities": "&lt;b&gt; &amp;amp; &#x3c;script&#x3e; &nbsp; &quot;",
    "paths": "../../../etc/passwd %2e%2e%2f%00 C:\\con\\nul file:///etc/passwd",
    "long": "W" * 400,
}
"""Shown exactly so."""

UNSEEN = {
    "direction": ("photo\u202egnp.exe\u202c \u2066b\u2069 \u200fd\u061ce", "photognp.exe b de"),
    "control": (
        "nul\x00 esc\x1b[31m bell\x07 c1\x85\x9b31m del\x7f tab\tbom\ufeff",
        "nul esc[31m bell c131m del tabbom",
    ),
    "lone surrogate": ("one\ud800 two\udfff \ue000", "one two"),
}
"""As typed, and as shown: what no one can see is gone."""

HOSTILE = {name: (typed, unicodedata.normalize("NFC", typed)) for name, typed in AS_TYPED.items()} | UNSEEN
"""As typed, and as shown."""

MEGABYTE = "x <b> " * 170_000

TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Unicode 17, annex 9: the marks, embeddings, overrides and isolates."""

ME = "a" * 32
WORDS = pytest.mark.parametrize(("typed", "shown"), HOSTILE.values(), ids=HOSTILE)


def sees_nothing_unseen(text: str) -> bool:
    """No control character, and none that turns the direction of what stands beside it."""
    return not any(unicodedata.category(ch) in ("Cc", "Cs") or ch in TURNING for ch in text)


@pytest.fixture
def visitor_service(database: Database, store: Store, media: Media) -> VisitorService:
    """A visitor service with everything real behind it, on SQLite and on PostgreSQL."""
    return a_visitor_service(database, store, media, clock.now)


# Orders.


def test_hostile_words_are_ordered_kept_and_given_back_as_typed(
    visitor_service: VisitorService, small_jpeg: bytes
) -> None:
    picture = visitor_service.forms.picture_files.add(small_jpeg)
    for name, (typed, shown) in HOSTILE.items():
        form = Draft(picture=picture, prompt=typed, negative_prompt=typed)
        job = visitor_service.place(ME, form)
        kept = visitor_service.job(ME, job.id)
        assert kept is not None, name
        assert (kept.order.prompt, kept.order.negative_prompt) == (shown, shown), name
        again = visitor_service.forms.filled_in.as_ordered(ME, job.id)
        assert again is not None, name
        assert (again.prompt, again.negative_prompt) == (shown, shown), name
    assert len(visitor_service.jobs(ME)) == len(HOSTILE)


def test_a_half_filled_form_of_hostile_words_is_there_again_as_typed(visitor_service: VisitorService) -> None:
    for name, typed in AS_TYPED.items():
        form = Draft(prompt=typed, negative_prompt=typed, audio_url=typed, seed=7)
        visitor_service.forms.drafts.keep(ME, form)
        assert visitor_service.forms.drafts.of(ME) == form, name
    for name, (typed, _shown) in UNSEEN.items():
        visitor_service.forms.drafts.keep(ME, Draft(prompt=typed))
        # Half of a letter cannot be kept; then the form is empty, and nothing breaks.
        assert visitor_service.forms.drafts.of(ME).prompt in (typed, ""), name


def test_a_megabyte_of_words_is_refused_at_once_and_the_form_comes_back(
    visitor_service: VisitorService, small_jpeg: bytes
) -> None:
    form = Draft(
        picture=visitor_service.forms.picture_files.add(small_jpeg),
        prompt=MEGABYTE,
        negative_prompt=MEGABYTE,
        audio_url=MEGABYTE,
    )
    began = time.monotonic()
    with pytest.raises(OrderIncomplete) as refused:
        visitor_service.place(ME, form)
    assert refused.value.problems == (
        Problem.PROMPT_TOO_LONG, Problem.NEGATIVE_PROMPT_TOO_LONG, Problem.AUDIO_LINK_UNUSABLE,
    )  # fmt: skip
    assert time.monotonic() - began < 5
    assert len(notices.not_taken(refused.value)) < 500
    assert "<b>" not in notices.not_taken(refused.value)
    visitor_service.forms.drafts.keep(ME, form)
    assert visitor_service.forms.drafts.of(ME).prompt == MEGABYTE
    assert visitor_service.jobs(ME) == []


def test_words_in_the_place_of_an_id_find_nothing_and_break_nothing(
    visitor_service: VisitorService, database: Database
) -> None:
    for name, (typed, shown) in {**HOSTILE, "five thousand": ("?" * 5000, "?" * 5000)}.items():
        assert Shares(database, clock.now).shared(typed) is None, name
        # NUL and half letters never come so far: a page asks with 32 hexadecimal digits.
        assert visitor_service.job(ME, shown) is None, name
        assert visitor_service.forms.filled_in.as_ordered(ME, shown) is None, name
        assert not visitor_service.delete(ME, shown), name


@WORDS
def test_hostile_words_are_no_link_to_sound(typed: str, shown: str) -> None:
    assert Problem.AUDIO_LINK_UNUSABLE in problems_of(tidy(an_order(audio_url=typed)))
    assert Problem.AUDIO_LINK_UNUSABLE in problems_of(
        tidy(an_order(audio_url=f"https://example.com/{' ' + typed}.mp3"))
    )


def test_hostile_words_open_no_door(database: Database) -> None:
    codes = Codes(database, clock.now)
    codes.make("friends", 1_000_000)
    minutes = iter(range(1_000))
    settings = Settings(owner_code=SecretStr("the owner's own code"))
    admission = Admission(database, codes, settings, lambda: NOON + timedelta(minutes=2 * next(minutes)))
    for name, (typed, shown) in HOSTILE.items():
        assert admission.try_code(ME, typed).answer is Answer.WRONG, name
        assert admission.try_owner(ME, shown).answer is Answer.WRONG, name


# Words of the provider, and sentences.


@WORDS
def test_the_providers_words_are_one_short_line_without_unseen_letters(typed: str, shown: str) -> None:
    failure = read_failure({"name": typed, "message": typed})
    refusal = read_error(400, {}, json.dumps({"message": [typed], "error": {"name": typed, "message": typed}}).encode())
    for text in (failure.name, failure.message, refusal.detail):
        assert len(text) <= PROVIDERS_TEXT_MAX
        assert text.isprintable()
    for detail in (failure.message, refusal.detail):
        told = without_words(detail, "Somebody's own words", "")
        assert len(told) <= DETAIL_MAX
        assert sees_nothing_unseen(told)
        assert f"http://{AWAY}" not in told


@pytest.mark.parametrize("reason", Reason)
def test_no_sentence_to_a_visitor_holds_words_that_somebody_else_wrote(reason: Reason) -> None:
    for typed, shown in HOSTILE.values():
        job = a_job_in(State.FAILED, order=an_order(prompt=shown), reason=reason, reason_detail=typed, last_error=typed)
        alone = a_job_in(State.FAILED, reason=reason)
        assert (job_notices.ending(job), job_notices.stage(job), job_notices.last_error(job)) == (
            job_notices.ending(alone), job_notices.stage(alone), "",
        )  # fmt: skip


# Files and logs.


def test_the_name_of_a_code_is_one_cell_of_the_ledgers_file_and_never_calculated(
    database: Database, tmp_path: Path
) -> None:
    store, codes = Store(database, polls_per_s=1e9), Codes(database, clock.now)
    names = {}
    for typed, _shown in HOSTILE.values():
        name = " ".join(clean_text(typed).split())
        code, _words = codes.make(name, 5_000_000)
        job = a_job(created_at=clock.now(), next_at=clock.now())
        store.place(job, job.id, Payer(secrets.token_hex(16), code.id))
        names[code.id] = name[:80]
    file = tmp_path / "ledger.csv"
    file.write_bytes("".join(export(database, NOON.replace(year=2020))).encode("utf-8-sig"))
    with file.open(encoding="utf-8-sig", newline="") as opened:
        head, *rows = csv.reader(opened, strict=True)
    assert tuple(head) == HEADINGS
    assert len(rows) == len(HOSTILE)
    for row in rows:
        assert len(row) == len(HEADINGS)
        assert row[5] in (names[row[4]], "'" + names[row[4]])
        assert not row[5].startswith(("=", "+", "-", "@"))
        assert sees_nothing_unseen(row[5])
    assert len(file.read_text("utf-8-sig").splitlines()) == len(rows) + 1


@WORDS
def test_a_code_named_at_the_command_line_says_nothing_to_the_terminal(
    typed: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path))
    assert main(["code", "make", f"--name={typed}", "--budget", "5"]) == 0
    assert main(["code", "list"]) == 0
    said = capsys.readouterr().out
    assert sees_nothing_unseen(said.replace("\n", ""))
    assert " ".join(shown.split())[:80] in said
    with open_storage(Settings()) as storage:
        [code] = Codes(storage.database, clock.now).all()
    assert code.name == " ".join(shown.split())[:80].strip()


@WORDS
def test_an_event_with_hostile_words_is_one_line_of_ascii(typed: str, shown: str) -> None:
    event = logged(typed)
    assert event["message"] == f"said {typed}"[:TEXT_MAX]
    assert event["words"] == typed
    assert event["deep"] == {typed: [typed]}


def test_an_event_with_a_megabyte_of_words_is_a_short_line() -> None:
    event = logged(MEGABYTE)
    assert all(len(event[name]) < TEXT_MAX + 50 for name in ("message", "words"))
    assert len(event["exc_info"]) < 25_000


def logged(words: str) -> dict[str, Any]:
    """The event that a logger writes of these words, in every place that an event has."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLine(Redactor()))
    logger = logging.Logger("studio.somewhere")
    logger.addHandler(handler)
    try:
        raise RuntimeError(words)
    except RuntimeError:
        logger.error("said %s", words, exc_info=sys.exc_info(), extra={"words": words, "deep": {words: [words]}})
    text = written.getvalue()
    assert text.isascii()
    assert text.isprintable() or text[:-1].isprintable()
    [line] = text.splitlines()
    event: dict[str, Any] = json.loads(line)
    return event


# HTML of our own.


@WORDS
def test_a_player_is_one_element_whatever_its_words(typed: str, shown: str) -> None:
    for autoplay in (True, False):
        for token in (None, "t" * 17):
            job = a_job_in(State.DONE, order=an_order(prompt=shown))
            page = Reader(f"<main>{player(job, A_VIDEO, autoplay=autoplay, token=token)}</main>")
            assert page.elements == ["main", "video"]
            assert page.text == ""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app, started as a person starts it."""
    with running_app(tmp_path_factory.mktemp("app")) as app:
        yield app


def test_a_share_page_and_its_tags_hold_the_words_as_text_alone(app: AppProcess, tmp_path: Path) -> None:
    words = {name: shown for name, (_typed, shown) in HOSTILE.items()}
    jobs = keep_videos(app, ME, list(words.values()), tmp_path)
    plain, *others = [*keep_videos(app, ME, ["Plain words"], tmp_path), *jobs]
    database = app.open_database()
    shares = Shares(database, clock.now)
    like = Reader(shared_page(app, shares.share(ME, plain.id)))
    for job, (name, shown) in zip(others, words.items(), strict=True):
        html = shared_page(app, shares.share(ME, job.id))
        page = Reader(html)
        # The same elements as with plain words: none is made of hostile ones.
        assert (page.elements, set(page.said)) == (like.elements, set(like.said)), name
        assert page.text == like.text.replace("Plain words · ", f"{title(shown)} · ").replace("Plain words", shown), (
            name
        )
        assert page.title == f"{title(shown)} · Kineograph", name
        for tag in ("og:title", "twitter:title", "og:image:alt"):
            assert page.said[tag] == title(shown), name
        for tag in ("description", "og:description", "twitter:description"):
            assert page.said[tag].startswith(f"A video from a picture and a sentence: {title(shown)[:60]}"), name
        assert page.said["og:image"].startswith(app.url), name
        assert page.links.keys() == like.links.keys(), name
        film = requests.get(f"{app.url}/v/{shares.share(ME, job.id)}/video.mp4?download=1", timeout=30)
        assert film.headers["Content-Disposition"].startswith('attachment; filename="'), name
        assert film.headers["Content-Disposition"].isascii(), name
    database.close()


def shared_page(app: AppProcess, token: str | None) -> str:
    answer = requests.get(f"{app.url}/v/{token}", timeout=30)
    assert answer.status_code == 200
    return answer.text


def title(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 70 else line[:69].rstrip() + "…"
