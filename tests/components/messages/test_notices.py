"""Whatever happens, there is a sentence for it: complete, and open to translation."""

from __future__ import annotations

import ast
import secrets
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Never, get_type_hints

import pytest
from babel.messages.extract import extract_from_dir

from components.messages import notices
from components.messages.sentences import (
    ADMISSIONS,
    CHANGES,
    HINTS,
    LIMITS,
    LINK_REFUSALS,
    PROBLEMS,
    REASONS,
    REFUSALS,
    SOUND_REFUSALS,
    STAGES,
    STOPS,
    STORAGE,
    TROUBLES,
    Notice,
)
from studio.access.admission import Answer
from studio.forms import NotFramed, PicturesOnTheirWay
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import Job, Reason, State
from studio.jobs.last_error import Trouble, Why
from studio.money.limits import Allowance, Limit, LimitReached, opens_at
from studio.money.prices import Price
from studio.orders.hints import Hint
from studio.orders.order import NoRoom, Order, Problem
from studio.pictures.fetch import LinkRefusal, LinkRefused
from studio.pictures.prepare import Change, PictureRefused, Refusal
from studio.queue.job_store import Store
from studio.sounds.prepare import SoundRefusal, SoundRefused
from studio.storage.database import Database
from studio.storage.errors import StorageAway, StorageProblem
from studio.storage.media import Media
from studio.worker import provider_mapping
from studio.worker.worker import Context, Worker
from videoapi import errors as api
from videoapi.billing import Balance, LogRow
from videoapi.key_info import KeyInfo
from videoapi.wire import Generation, GenerationRequest

ROOT = Path(__file__).resolve().parents[2].parent
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

FACTS: dict[Refusal, dict[str, int | str]] = {
    Refusal.UNSUPPORTED_KIND: {"kind": "PDF"},
    Refusal.CUT_OFF: {"kind": "JPEG"},
    Refusal.TOO_MANY_BYTES: {"megabytes": 25, "limit": 20},
    Refusal.TOO_MANY_PIXELS: {"limit": 51},
    Refusal.TOO_SMALL: {"width": 200, "height": 100, "limit": 240},
    Refusal.TOO_LONG: {"width": 2000, "height": 100, "limit": 4},
    Refusal.TOOK_TOO_LONG: {"limit": 20},
    Refusal.UNREADABLE: {"kind": "HEIC"},
}
"""What `PictureRefused` promises to know about each refusal."""


def error_classes(of: type[api.VideoAPIError] = api.VideoAPIError) -> list[type[api.VideoAPIError]]:
    """Every error that the provider's client raises."""
    return [error for child in of.__subclasses__() for error in (child, *error_classes(child))]


EXACT, ABOUT = Price(650_000, exact=True), Price(650_000, exact=False)
EVERY_TROUBLE = [
    *Trouble, *StorageProblem, *Stop,
    *(provider_mapping.word(error()) for error in (api.VideoAPIError, *error_classes())),
]  # fmt: skip
"""What may be in the way of a job, from where it comes up: not from the table of sentences itself."""


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        (PROBLEMS, Problem),
        (HINTS, Hint),
        (REFUSALS, Refusal),
        (SOUND_REFUSALS, SoundRefusal),
        (LINK_REFUSALS, LinkRefusal),
        (CHANGES, Change),
        (STAGES, State),
        (REASONS, Reason),
        (STOPS, Stop),
        (LIMITS, Limit),
        (ADMISSIONS, Answer),
    ],
    ids=[
        "problems",
        "hints",
        "refusals",
        "sound refusals",
        "link refusals",
        "changes",
        "stages",
        "reasons",
        "stops",
        "limits",
        "admissions",
    ],
)
def test_each_thing_that_can_happen_has_its_words(table: dict[StrEnum, object], kinds: type[StrEnum]) -> None:
    assert set(table) == set(kinds)


@pytest.mark.parametrize("stop", Stop)
def test_when_no_orders_go_out_everybody_is_told_why(stop: Stop) -> None:
    reads_well(notices.stop(stop))


@pytest.mark.parametrize("limit", Limit)
def test_who_meets_a_limit_is_told_when_to_come_back(limit: Limit) -> None:
    opens = opens_at(limit, NOW)
    said = notices.not_taken(LimitReached(limit, opens))
    reads_well(said)
    assert "your form stays as it is" in said
    assert (opens is None) == (LIMITS[limit].do.find("{opens}") < 0), "a time is told where there is one"


@pytest.mark.parametrize("answer", Answer)
def test_whoever_says_a_code_is_told_what_became_of_it(answer: Answer) -> None:
    reads_well(notices.admission(answer))


@pytest.mark.parametrize(
    ("price", "allowance", "said"),
    [
        (Price(0, exact=True), Allowance(None), "Free in the demo."),
        (EXACT, Allowance(None), "This video costs $0.65."),
        (ABOUT, Allowance(None), "About $0.65."),
        (
            Price(650_000, exact=True),
            Allowance(1_309_999, Limit.DAY),
            "This video costs $0.65. You have $1.30 left today.",
        ),
        (ABOUT, Allowance(1_300_000, Limit.CODE), "About $0.65. You have $1.30 left today."),
        (
            Price(650_000, exact=True),
            Allowance(0, Limit.MONTH),
            "This video costs $0.65. You have $0.00 left this month.",
        ),
        (ABOUT, Allowance(9_999, Limit.MONTH), "About $0.65. You have $0.00 left this month."),
    ],
)
def test_before_the_click_it_says_what_it_costs_and_never_more_than_is_left(
    price: Price, allowance: Allowance, said: str
) -> None:
    assert notices.cost(price, allowance) == said


def test_an_answer_that_got_lost_says_what_it_may_have_cost() -> None:
    assert "about $0.65" in notices.lost("$0.65")
    assert "cost" not in notices.lost("")


def test_storage_that_is_away_in_any_way_has_its_words() -> None:
    assert set(STORAGE) == {StorageAway, *StorageAway.__subclasses__()}


@pytest.mark.parametrize("trouble", [StorageAway, *StorageAway.__subclasses__()])
def test_when_nothing_can_be_kept_the_page_says_so(trouble: type[StorageAway]) -> None:
    reads_well(notices.storage(trouble()))


@pytest.mark.parametrize("problem", Problem)
def test_a_missing_thing_on_the_form_is_named_in_a_whole_sentence(problem: Problem) -> None:
    reads_well(notices.problem(problem))


@pytest.mark.parametrize("refusal", Refusal)
def test_a_refused_picture_says_what_is_wrong_and_what_to_do(refusal: Refusal) -> None:
    sentence = notices.refusal(PictureRefused(refusal, **FACTS.get(refusal, {})))
    reads_well(sentence)
    assert REFUSALS[refusal].do.format_map(FACTS.get(refusal, {})) in sentence
    assert "?" not in sentence, "every number that the sentence speaks of is known"


@pytest.mark.parametrize("refusal", SoundRefusal)
def test_a_refused_sound_says_what_is_wrong_and_what_to_do(refusal: SoundRefusal) -> None:
    limits = {SoundRefusal.TOO_MANY_BYTES: {"limit": 15}, SoundRefusal.TOO_SHORT: {"limit": 3}}
    sentence = notices.sound_refusal(SoundRefused(refusal, **limits.get(refusal, {})))
    reads_well(sentence)
    assert ("15 MB" in sentence) is (refusal is SoundRefusal.TOO_MANY_BYTES)
    assert ("3 seconds" in sentence) is (refusal is SoundRefusal.TOO_SHORT)


@pytest.mark.parametrize(
    ("length_s", "video_s", "said"),
    [
        (12.024, 10, "12 sec of sound: the first 10 sec are used."),
        (12.024, 5, "12 sec of sound: the first 5 sec are used."),
        (4.032, 10, "4 sec of sound: the rest of the video is silent."),
        (4.6, 5, "4.6 sec of sound: the rest of the video is silent."),
        (5.04, 5, "5 sec of sound: as long as the video."),
        (4.92, 5, "5 sec of sound: as long as the video."),
        (30.0, 15, "30 sec of sound or more: the first 15 sec are used."),
        (0.0, 5, "Your audio file is no longer here. Remove it, or add it once more."),
    ],
)
def test_what_becomes_of_a_sound_is_said_before_the_click(length_s: float, video_s: int, said: str) -> None:
    assert notices.sound_line(length_s, video_s) == said


@pytest.mark.parametrize("refusal", LinkRefusal)
def test_a_refused_link_says_what_is_wrong_and_what_to_do(refusal: LinkRefusal) -> None:
    sentence = notices.not_prepared(LinkRefused(refusal))
    reads_well(sentence)
    assert LINK_REFUSALS[refusal].do in sentence
    assert ("20 MB" in sentence) is (refusal is LinkRefusal.TOO_LARGE)


@pytest.mark.parametrize("reason", Reason)
def test_an_order_that_ended_badly_says_why_and_what_to_do(reason: Reason) -> None:
    sentence = notices.ending(job(State.FAILED, reason=reason))
    reads_well(sentence)
    assert REASONS[reason].happened in sentence
    assert REASONS[reason].do in sentence


def test_each_word_that_a_job_can_have_for_its_trouble_has_its_sentence() -> None:
    """No other can be stored: the transitions take `studio.jobs.last_error.Why`, and mypy reads them."""
    assert set(TROUBLES) == set(EVERY_TROUBLE)
    makers = {path.name for path in (ROOT / "studio").rglob("*.py") if "ProviderTrouble(" in path.read_text("utf-8")}
    assert makers == {"provider_mapping.py"}


def test_every_way_of_noting_trouble_takes_such_a_word_alone() -> None:
    noting = {
        name: hints["why"]
        for name, move in vars(Job).items()
        if callable(move) and "why" in (hints := get_type_hints(move))
    }
    assert noting == dict.fromkeys(("not_sent", "held_back", "answer_lost", "poll_failed"), Why)
    assert StorageAway.word in TROUBLES


@pytest.mark.parametrize("kind", EVERY_TROUBLE)
def test_trouble_that_passes_is_told_in_a_whole_sentence(kind: str) -> None:
    reads_well(notices.trouble(job(State.QUEUED, last_error=kind)))


def test_what_was_done_to_a_picture_is_one_line() -> None:
    line = notices.picture_line((Change.TURNED_UPRIGHT, Change.LOCATION_REMOVED), 1600, 1200)
    assert line == "Turned upright, location removed, 1600 × 1200"
    assert notices.picture_line((), 1600, 1200) == "1600 × 1200"
    assert "\n" not in notices.picture_line(tuple(Change), 1, 1)


def test_an_end_without_a_reason_still_has_words() -> None:
    reads_well(notices.ending(job(State.FAILED)))


@pytest.mark.parametrize("error", error_classes())
def test_a_provider_error_on_ordering_is_told_to_the_person(orders: Orders, error: type[api.VideoAPIError]) -> None:
    after = orders.after_ordering(error("the provider's own words"))
    if after.is_final:
        reads_well(notices.ending(after))
        assert after.reason in REASONS
    elif after.state is State.UNCONFIRMED:
        assert notices.stage(after) == "Looking for your order"
    else:
        reads_well(notices.trouble(after))
    assert "the provider's own words" not in notices.ending(after) + notices.trouble(after)


@pytest.mark.parametrize("error", error_classes())
def test_a_provider_error_while_waiting_is_told_to_the_person(orders: Orders, error: type[api.VideoAPIError]) -> None:
    after = orders.after_looking(error("the provider's own words"))
    assert not after.is_final, "looking may fail and fail, and nothing is lost"
    reads_well(notices.trouble(after))


def test_every_sentence_of_the_tables_can_be_translated() -> None:
    known = messages()
    sentences = [*PROBLEMS.values(), *CHANGES.values(), *STAGES.values(), *TROUBLES.values()]
    for notice in (
        *REFUSALS.values(),
        *SOUND_REFUSALS.values(),
        *REASONS.values(),
        *STOPS.values(),
        *STORAGE.values(),
        *LIMITS.values(),
        *ADMISSIONS.values(),
    ):
        assert isinstance(notice, Notice)
        sentences += [notice.happened, notice.do]
    assert [sentence for sentence in sentences if sentence not in known] == []


def test_no_words_reach_the_screen_past_the_translation() -> None:
    past = [
        found for folder in ("components", "pages") for file in (ROOT / folder).rglob("*.py") for found in bare(file)
    ]
    assert past == []


def messages() -> set[str]:
    """Every message that Babel finds in the code that draws."""
    found: set[str] = set()
    keywords = {"_": None, "N_": None, "ngettext": (1, 2)}
    for folder in ("components", "pages"):
        for _file, _line, message, _comments, _context in extract_from_dir(ROOT / folder, keywords=keywords):
            found |= {message} if isinstance(message, str) else set(message)
    assert len(found) > 100, "Babel has found the messages"
    return found


SHOWS_ITS_FIRST = frozenset(
    [
        "title",
        "header",
        "subheader",
        "write",
        "caption",
        "markdown",
        "text",
        "button",
        "link_button",
        "radio",
        "toggle",
        "checkbox",
        "text_area",
        "text_input",
        "number_input",
        "file_uploader",
        "camera_input",
        "expander",
        "error",
        "warning",
        "info",
        "success",
        "toast",
        "spinner",
        "dialog",
        "selectbox",
        "pills",
        "segmented_control",
        "download_button",
        "popover",
        "metric",
        "badge",
    ]
)
SHOWN_KEYWORDS = frozenset({"label", "help", "placeholder", "text", "title", "alt", "caption"})


def bare(file: Path) -> Iterator[str]:
    """Words that a file hands to Streamlit as they are."""
    for call in ast.walk(ast.parse(file.read_text())):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "st"):
            continue
        shown = [word.value for word in call.keywords if word.arg in SHOWN_KEYWORDS]
        shown += call.args[:1] if call.func.attr in SHOWS_ITS_FIRST else []
        for node in shown:
            words = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            # A name is the same in every language; "https://…" is not for reading.
            if (" " in words.strip() or words.isalpha()) and words != "Kineograph":
                yield f"{file.name}:{node.lineno}: {words}"


def reads_well(sentence: str) -> None:
    """A whole sentence for a person: begins and ends as one, with every blank filled in."""
    assert sentence.strip() == sentence
    assert sentence[0].isupper() or sentence[0] == "“"
    assert sentence[-1] in ".!?"
    assert not any(name is not None for _, name, _, _ in string.Formatter().parse(sentence))
    assert "None" not in sentence
    assert "  " not in sentence


def job(state: State, *, reason: Reason | None = None, last_error: str = "") -> Job:
    """A job as far as its words need it."""
    return Job(
        id=secrets.token_hex(16),
        visitor="somebody",
        order=Order(prompt="She smiles", picture_key="pictures/ab/cd.jpg"),
        backend="aimlapi",
        state=state,
        created_at=NOW,
        next_at=NOW,
        price_micros=0,
        reason=reason,
        last_error=last_error,
    )


class Failing:
    """A provider that meets every question with the same error."""

    def __init__(self) -> None:
        self.error: api.VideoAPIError = api.NotReachable()

    def _fail(self) -> Never:
        raise self.error

    def create(self, request: GenerationRequest, *, client_request_id: str) -> Generation:
        self._fail()

    def look_up(self, generation_id: str) -> Generation:
        self._fail()

    def find_lost(self, client_request_id: str, *, since: datetime, until: datetime) -> LogRow | None:
        self._fail()

    def fetch(self, url: str, part: Path, *, max_bytes: int) -> None:
        self._fail()

    def key_info(self) -> KeyInfo:
        self._fail()

    def balance(self) -> Balance:
        self._fail()


class Orders:
    """Real jobs in a real store, taken one step further by the real worker, against a provider that fails."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._provider = Failing()
        self._store = Store(database, polls_per_s=1e6)
        media = Media((folder / "media").as_uri())
        media.put("pictures/ab/cd.jpg", b"a picture")
        self._now = NOW
        self._worker = Worker(Context(self._store, media, self._provider, "aimlapi", folder, lambda: self._now))

    def after_ordering(self, error: api.VideoAPIError) -> Job:
        """How a job stands once its order met this error."""
        return self._after(job(State.WAITING), error)

    def after_looking(self, error: api.VideoAPIError) -> Job:
        """How a job stands once a look after it met this error."""
        sent = job(State.WAITING).submit_begun(NOW)
        return self._after(
            sent.accepted(NOW, "g-1", expected_s=120, look_at=NOW, cost_micros=None), error.while_looking()
        )

    def _after(self, before: Job, error: api.VideoAPIError) -> Job:
        self._provider.error = error
        self._store.place(before, nonce=before.id)
        self._now = NOW + timedelta(seconds=1)
        assert self._worker.tick()
        after = self._store.get(before.id)
        assert after is not None
        return after


@pytest.fixture
def orders(tmp_path: Path) -> Iterator[Orders]:
    database = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    yield Orders(database, tmp_path)
    database.close()


def test_at_the_owners_ceiling_an_order_is_refused_with_what_to_do() -> None:
    said = notices.not_taken(NoRoom())
    assert "no room" in said
    assert "your form stays as it is" in said


def test_an_order_waits_for_the_pictures_that_are_still_on_their_way_and_says_so() -> None:
    said = notices.not_taken(PicturesOnTheirWay())
    assert "still on their way" in said
    assert "Click again" in said


def test_an_order_whose_picture_could_not_be_framed_says_why_and_what_to_do() -> None:
    said = notices.not_taken(NotFramed(PictureRefused(Refusal.TOOK_TOO_LONG, limit=10)))
    assert said == notices.refusal(PictureRefused(Refusal.TOOK_TOO_LONG, limit=10))
    assert "too long" in said
