"""Whatever happens, there is a sentence for it: complete, and open to translation."""

from __future__ import annotations

import ast
import secrets
import string
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Never, get_type_hints

import pytest
from babel.messages.extract import extract_from_dir

from components.create import framing_input
from components.messages import given_notices, job_notices, notices, sentences
from components.messages.outlook import quality
from components.messages.sentences import LAST_ERRORS, LIMITS, LINK_REFUSALS, REASONS, REFUSALS, Notice
from studio.access.admission import Answer
from studio.forms.sent_files import NotFramed, PicturesOnTheirWay
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import Job, Reason, State
from studio.jobs.last_error import StepError, Why
from studio.money.limits import Allowance, Limit, LimitReached, opens_at
from studio.money.prices import Price
from studio.orders.framing import Fit
from studio.orders.hints import Hint
from studio.orders.order import NoRoom, Order, Problem
from studio.pictures.fetch import LinkRefusal, LinkRefused
from studio.pictures.prepare import Change, PictureRefused, Refusal
from studio.presets import NotSaved
from studio.queue.job_store import Store
from studio.queue.kept_presets import Saved
from studio.sounds.prepare import SoundRefusal, SoundRefused
from studio.storage.database import Database
from studio.storage.errors import StorageAway, StorageProblem
from studio.storage.media import Media
from studio.videos.edit import Edit, EditRefusal, Kind
from studio.worker import provider_mapping
from studio.worker.worker import Context, Worker
from videoapi import errors as api
from videoapi.billing import Balance, LogRow
from videoapi.key_info import KeyInfo
from videoapi.models import Strength
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
EVERY_ERROR = [
    *StepError, *StorageProblem, *Stop,
    *(provider_mapping.word(error()) for error in (api.VideoAPIError, *error_classes())),
]  # fmt: skip
"""What may be in the way of a job, from where it comes up: not from the table of sentences itself."""


KEPT_KINDS = {kind for kind in Kind if Edit(kind=kind).is_video}
SHARE_WORDS = {"again", "none", "large", "busy", "slow", "many", "room", "away"}
"""What web/routes/share_target.py puts into the address."""


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        pytest.param(sentences.PROBLEMS, Problem, id="problems"),
        pytest.param(sentences.HINTS, Hint, id="hints"),
        pytest.param(sentences.REFUSALS, Refusal, id="refusals"),
        pytest.param(sentences.SOUND_REFUSALS, SoundRefusal, id="sound refusals"),
        pytest.param(sentences.LINK_REFUSALS, LinkRefusal, id="link refusals"),
        pytest.param(sentences.CHANGES, Change, id="changes"),
        pytest.param(sentences.STAGES, State, id="stages"),
        pytest.param(sentences.REASONS, Reason, id="reasons"),
        pytest.param(sentences.STOPS, Stop, id="stops"),
        pytest.param(sentences.LIMITS, Limit, id="limits"),
        pytest.param(sentences.ADMISSIONS, Answer, id="admissions"),
        pytest.param(sentences.EDIT_REFUSALS, EditRefusal, id="edit refusals"),
        # How many were joined is said by `ngettext`, in job_notices.made_from.
        pytest.param(sentences.MADE_FROM, KEPT_KINDS - {Kind.JOINED}, id="made from"),
        pytest.param(sentences.NOT_SHARED, SHARE_WORDS, id="not shared"),
        pytest.param(sentences.STRENGTHS, Strength, id="strengths"),
        # That nothing was kept is one of the next table.
        pytest.param(sentences.PRESETS_SAVED, set(Saved) - {Saved.TOO_MANY}, id="presets saved"),
        pytest.param(sentences.PRESETS_NOT_SAVED, NotSaved, id="presets not saved"),
        pytest.param(framing_input.FITS, Fit, id="fits"),
    ],
)
def test_each_thing_that_can_happen_has_its_words(table: dict[StrEnum, object], kinds: Collection[StrEnum]) -> None:
    assert set(table) == set(kinds)


def test_the_share_target_has_no_other_word_than_those_with_a_sentence() -> None:
    route = ast.parse((ROOT / "web" / "routes" / "share_target.py").read_text("utf-8"))
    answers = [node.value for node in ast.walk(route) if isinstance(node, ast.Return)]
    answers += [
        call.args[0]
        for call in ast.walk(route)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_to_create"
    ]
    said = {
        part.value
        for answer in answers
        for part in ([answer.body, answer.orelse] if isinstance(answer, ast.IfExp) else [answer])
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    assert said - {""} == SHARE_WORDS


@pytest.mark.parametrize("word", sorted(SHARE_WORDS))
def test_a_photo_that_did_not_arrive_is_told_of_in_whole_sentences(word: str) -> None:
    reads_well(given_notices.not_shared(word))
    assert given_notices.not_shared(f"{word}x") == ""


@pytest.mark.parametrize("limit", [limit for limit in Limit if opens_at(limit, NOW) is not None])
def test_who_has_too_little_left_is_told_of_the_month_or_of_the_day(limit: Limit) -> None:
    """Every limit of money has its words: a month's own, and those of a day for all the others."""
    said = notices.not_enough(Allowance(400_000, limit, opens_at(limit, NOW)))
    reads_well(said)
    assert "$0.40" in said
    assert ("this month" in said) == (limit is Limit.MONTH)
    assert ("today" in said) == (limit is not Limit.MONTH)


@pytest.mark.parametrize("kind", sorted(KEPT_KINDS))
def test_a_video_that_was_made_of_another_says_how(kind: Kind) -> None:
    name = Edit(kind=kind, end_ms=2_000, after=("a" * 32,) if kind is Kind.JOINED else ()).name
    said = job_notices.made_from(replace(job(State.DONE), made_from="a" * 32, made_as=name))
    assert said == ("2 parts joined" if kind is Kind.JOINED else sentences.MADE_FROM[kind])


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
        (EXACT, Allowance(None), "1 video · $0.65"),
        (ABOUT, Allowance(None), "1 video · about $0.65"),
        (
            Price(650_000, exact=True),
            Allowance(1_309_999, Limit.DAY),
            "1 video · $0.65 · $1.30 left today",
        ),
        (ABOUT, Allowance(1_300_000, Limit.CODE), "1 video · about $0.65 · $1.30 left today"),
        (
            Price(650_000, exact=True),
            Allowance(0, Limit.MONTH),
            "1 video · $0.65 · $0.00 left this month",
        ),
        (ABOUT, Allowance(9_999, Limit.MONTH), "1 video · about $0.65 · $0.00 left this month"),
    ],
)
def test_before_the_click_it_says_what_it_costs_and_never_more_than_is_left(
    price: Price, allowance: Allowance, said: str
) -> None:
    assert notices.cost(price, allowance) == said


@pytest.mark.parametrize(
    ("price", "allowance", "count", "enough_for", "said"),
    [
        (Price(0, exact=True), Allowance(None), 3, None, "3 videos · Free in the demo."),
        (Price(2_120_000, exact=True), Allowance(None), 4, None, "4 videos · $2.12"),
        (Price(2_120_000, exact=True), Allowance(2_640_000, Limit.DAY), 4, None, "4 videos · $2.12 · $2.64 left today"),
        (EXACT, Allowance(1_300_000, Limit.VISITOR), 1, 2, "1 video · $0.65 · $1.30 left today, enough for 2"),
        (EXACT, Allowance(650_000, Limit.MONTH), 1, 1, "1 video · $0.65 · $0.65 left this month, enough for 1"),
        (EXACT, Allowance(600_000, Limit.VISITOR), 1, 0, "1 video · $0.65 · $0.60 left today"),
    ],
)
def test_of_several_the_total_is_told_and_for_how_many_it_is_enough(
    price: Price, allowance: Allowance, count: int, enough_for: int | None, said: str
) -> None:
    assert notices.cost(price, allowance, count, enough_for=enough_for) == said


@pytest.mark.parametrize(
    ("resolution", "said"),
    [
        ("480P", "Basic (480P)"),
        ("720p", "Good (720p)"),
        ("768P", "Good (768P)"),
        ("1080p", "Best (1080p)"),
        ("hd", "hd"),
    ],
)
def test_a_quality_is_told_in_a_word_and_by_its_name(resolution: str, said: str) -> None:
    assert quality(resolution) == said


def test_an_answer_that_got_lost_says_what_it_may_have_cost() -> None:
    assert "about $0.65" in job_notices.lost("$0.65")
    assert "cost" not in job_notices.lost("")


def test_storage_that_is_away_in_any_way_has_its_words() -> None:
    assert set(sentences.STORAGE) == {StorageAway, *StorageAway.__subclasses__()}


@pytest.mark.parametrize("error", [StorageAway, *StorageAway.__subclasses__()])
def test_when_nothing_can_be_kept_the_page_says_so(error: type[StorageAway]) -> None:
    reads_well(notices.storage(error()))


@pytest.mark.parametrize("problem", Problem)
def test_a_missing_thing_on_the_form_is_named_in_a_whole_sentence(problem: Problem) -> None:
    reads_well(notices.problem(problem))


@pytest.mark.parametrize("refusal", Refusal)
def test_a_refused_picture_says_what_is_wrong_and_what_to_do(refusal: Refusal) -> None:
    sentence = given_notices.refusal(PictureRefused(refusal, **FACTS.get(refusal, {})))
    reads_well(sentence)
    assert REFUSALS[refusal].do.format_map(FACTS.get(refusal, {})) in sentence
    assert "?" not in sentence, "every number that the sentence speaks of is known"


@pytest.mark.parametrize("refusal", SoundRefusal)
def test_a_refused_sound_says_what_is_wrong_and_what_to_do(refusal: SoundRefusal) -> None:
    limits = {SoundRefusal.TOO_MANY_BYTES: {"limit": 15}, SoundRefusal.TOO_SHORT: {"limit": 3}}
    sentence = given_notices.sound_refusal(SoundRefused(refusal, **limits.get(refusal, {})))
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
    assert given_notices.sound_line(length_s, video_s) == said


@pytest.mark.parametrize("refusal", LinkRefusal)
def test_a_refused_link_says_what_is_wrong_and_what_to_do(refusal: LinkRefusal) -> None:
    sentence = given_notices.not_prepared(LinkRefused(refusal))
    reads_well(sentence)
    assert LINK_REFUSALS[refusal].do in sentence
    assert ("20 MB" in sentence) is (refusal is LinkRefusal.TOO_LARGE)


@pytest.mark.parametrize("reason", Reason)
def test_an_order_that_ended_badly_says_why_and_what_to_do(reason: Reason) -> None:
    sentence = job_notices.ending(job(State.FAILED, reason=reason))
    reads_well(sentence)
    assert REASONS[reason].happened in sentence
    assert REASONS[reason].do in sentence


def test_each_word_that_a_job_can_have_for_its_last_error_has_its_sentence() -> None:
    """No other can be stored: the transitions take `studio.jobs.last_error.Why`, and mypy reads them."""
    assert set(LAST_ERRORS) == set(EVERY_ERROR)
    makers = {path.name for path in (ROOT / "studio").rglob("*.py") if "ProviderError(" in path.read_text("utf-8")}
    assert makers == {"provider_mapping.py"}


def test_every_transition_that_notes_an_error_takes_such_a_word_alone() -> None:
    noting = {
        name: hints["why"]
        for name, move in vars(Job).items()
        if callable(move) and "why" in (hints := get_type_hints(move))
    }
    assert noting == dict.fromkeys(("not_sent", "held_back", "answer_lost", "poll_failed"), Why)
    assert StorageAway.word in LAST_ERRORS


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_an_error_that_passes_is_told_in_a_whole_sentence(kind: str) -> None:
    reads_well(job_notices.last_error(job(State.QUEUED, last_error=kind)))


def test_what_was_done_to_a_picture_is_one_line() -> None:
    line = given_notices.picture_line((Change.TURNED_UPRIGHT, Change.LOCATION_REMOVED), 1600, 1200)
    assert line == "Turned upright, location removed, 1600 × 1200"
    assert given_notices.picture_line((), 1600, 1200) == "1600 × 1200"
    assert "\n" not in given_notices.picture_line(tuple(Change), 1, 1)


def test_an_end_without_a_reason_still_has_words() -> None:
    reads_well(job_notices.ending(job(State.FAILED)))


@pytest.mark.parametrize("error", error_classes())
def test_a_provider_error_on_ordering_is_told_to_the_person(orders: Orders, error: type[api.VideoAPIError]) -> None:
    after = orders.after_ordering(error("the provider's own words"))
    if after.is_final:
        reads_well(job_notices.ending(after))
        assert after.reason in REASONS
    elif after.state is State.UNCONFIRMED:
        assert job_notices.stage(after) == "Looking for your order"
    else:
        reads_well(job_notices.last_error(after))
    assert "the provider's own words" not in job_notices.ending(after) + job_notices.last_error(after)


@pytest.mark.parametrize("error", error_classes())
def test_a_provider_error_while_waiting_is_told_to_the_person(orders: Orders, error: type[api.VideoAPIError]) -> None:
    after = orders.after_polling(error("the provider's own words"))
    assert not after.is_final, "polling may fail and fail, and nothing is lost"
    reads_well(job_notices.last_error(after))


def test_every_sentence_of_the_tables_can_be_translated() -> None:
    """Of all that the table of sentences has, whatever is added to it."""
    found = [sentence for name in sentences.__all__ if name != "Notice" for sentence in told(getattr(sentences, name))]
    found += told(framing_input.FITS)
    assert len(found) > 150
    known = messages()
    assert [sentence for sentence in found if sentence not in known] == []


def told(entry: object) -> list[str]:
    """The sentences of a table, or of one entry."""
    match entry:
        case str():
            return [entry]
        case Notice():
            return [entry.happened, entry.do]
        case dict():
            return [sentence for each in entry.values() for sentence in told(each)]
        case _:
            raise TypeError(f"no sentence: {entry!r}")


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

    def after_polling(self, error: api.VideoAPIError) -> Job:
        """How a job stands once a poll of it met this error."""
        sent = job(State.WAITING).submit_begun(NOW)
        return self._after(
            sent.accepted(NOW, "g-1", expected_s=120, poll_at=NOW, cost_micros=None), error.while_reading()
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
    assert said == given_notices.refusal(PictureRefused(Refusal.TOOK_TOO_LONG, limit=10))
    assert "too long" in said
