"""The owner's page, by Streamlit's own test runner, over a real database."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.owner import account, drawing, figures, gate, now
from components.owner import ledger as ledger_download
from studio import clock
from studio.access.admission import Answer
from studio.build import get_studio
from studio.installation import Studio
from studio.jobs.job import ACTIVE, Job, Reason, State
from studio.money.discrepancies import Discrepancies, Discrepancy, DiscrepancyKind, Today
from studio.money.ledger import Payer
from studio.money.reconciliation import Account, Hint
from studio.storage.tables import admissions, budgets, codes, jobs, ledger, rate_limits
from tests.html_elements import elements
from tests.pages.conftest import ran, remembers
from tests.studio.strategies import a_job, a_job_in, an_order
from videoapi.billing import Balance
from videoapi.key_info import KeyInfo, KeyLimit, Retention

CODE = "correct-horse-battery"
VIDEO = 650_000
FAR = timedelta(days=2)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio with a key and an owner's code; nobody answers where its provider should be, and nothing is asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("home"))
        patch.setenv("STUDIO_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("AIMLAPI_KEY", "not-a-key")
        patch.setenv("AIMLAPI_BASE_URL", "http://127.0.0.1:9")
        patch.setenv("STUDIO_DAILY_BUDGET_USD", "10")
        patch.setenv("STUDIO_OWNER_CODE", CODE)
        patch.setenv("STUDIO_PUBLIC_URL", "https://films.example")
        get_studio.cache_clear()
        studio = get_studio()
        yield studio
        # Threads that never ran cannot be waited for; what was placed is not due, so that nothing is sent.
        studio.start()
        studio.stop()
        get_studio.cache_clear()


@pytest.fixture(autouse=True)
def _clean(studio: Studio) -> None:
    """Each test begins with empty tables."""
    with studio.storage.database.begin() as connection:
        for table in (jobs, ledger, budgets, codes, admissions, rate_limits):
            connection.execute(table.delete())
    studio.owner.switches.resume()
    studio.owner.reconciliation._latest = None


@pytest.fixture
def open_owner(open_app: Callable[[], AppTest]) -> Callable[[], AppTest]:
    """Opens the owner's page in a new tab."""
    return lambda: ran(open_app().switch_page("owner.py"))


@pytest.fixture
def token(studio: Studio, visitor: str) -> str:
    """What the owner's browser keeps."""
    tried = studio.access.admission.try_owner(visitor, CODE)
    assert tried.ticket is not None
    token = studio.access.admission.redeem(tried.ticket, visitor, None)
    assert token is not None
    return token


@pytest.fixture
def owner(token: str, open_app: Callable[[], AppTest]) -> Callable[[], AppTest]:
    """The same, for who has opened it with the code."""

    def open_one() -> AppTest:
        tab = open_app()
        remembers(tab).rights = token
        return ran(tab.switch_page("owner.py"))

    return open_one


def texts(tab: AppTest) -> str:
    """All that a person can read on the page, without tags."""
    kinds = ("title", "header", "text", "markdown", "caption", "code", "error", "warning", "info", "success")
    words = [str(element.value) for kind in kinds for element in tab.get(kind)]
    words += [f"{metric.label} {metric.value}" for metric in tab.metric]
    words += [re.sub(r"<[^>]*>", " ", element.value) for element in tab.get("html")]
    return "\n".join(words)


def click(tab: AppTest, label: str) -> AppTest:
    """The tab after a click on the button with this label."""
    [button] = [button for button in tab.button if button.label == label]
    button.click()
    return ran(tab)


def say_code(tab: AppTest, words: str) -> AppTest:
    """The tab after these words were given as the owner's code."""
    tab.text_input(key="owner-code").set_value(words)
    return click(tab, "Open")


def placed(studio: Studio, code: str | None = None, **changes: Any) -> Job:
    now = clock.now()
    job = a_job(**({"created_at": now, "next_at": now, "price_micros": VIDEO, "visitor": "b" * 32} | changes))
    return studio.storage.store.place(job, job.id, Payer(secrets.token_hex(16), code))


def moved(studio: Studio, step: Callable[[Job], Job]) -> Job:
    claim = studio.storage.store.claim_due(clock.now())
    while claim is None:  # the pace of requests to the provider
        claim = studio.storage.store.claim_due(clock.now())
    saved = studio.storage.store.save(claim, step(claim.job))
    assert saved is not None
    return saved.job


def ended(studio: Studio, state: State, **changes: Any) -> Job:
    placed(studio, code=changes.pop("code", None), order=changes.pop("order", an_order()))
    return moved(
        studio,
        lambda job: a_job_in(
            state, id=job.id, visitor=job.visitor, order=job.order, created_at=job.created_at,
            price_micros=job.price_micros, ended_at=clock.now(), **changes,
        ),
    )  # fmt: skip


def lost(studio: Studio) -> Job:
    placed(studio)
    now = clock.now()
    return moved(studio, lambda job: job.submit_begun(now).answer_lost(now, "NoAnswer").not_found_yet(now + FAR))


# The way in.


def test_nobody_gets_further_than_the_question_for_the_code(open_owner: Callable[[], AppTest], studio: Studio) -> None:
    ended(studio, State.DONE, cost_micros=VIDEO)
    tab = open_owner()
    assert [title.value for title in tab.title] == ["For the owner"]
    assert [field.label for field in tab.text_input] == ["Owner's code"]
    assert [button.label for button in tab.button] == ["Open"]
    assert not tab.metric
    assert "$" not in texts(tab)
    assert not tab.get("download_button")


def test_the_right_code_opens_the_page_and_leaving_shuts_it(open_owner: Callable[[], AppTest]) -> None:
    tab = say_code(open_owner(), CODE)
    assert "Today (UTC) $0.00" in texts(tab)
    tab = click(tab, "Leave the owner's page")
    assert [field.label for field in tab.text_input] == ["Owner's code"]
    assert not tab.metric


def test_a_wrong_code_is_told_and_too_many_are_slowed(open_owner: Callable[[], AppTest]) -> None:
    tab = open_owner()
    for _try in range(5):
        tab = say_code(tab, "wrong")
        assert [error.value for error in tab.error] == [gate.ANSWERS[Answer.WRONG]]
    tab = say_code(tab, CODE)
    assert [error.value for error in tab.error] == [gate.ANSWERS[Answer.TOO_MANY]]
    assert not tab.metric


def test_the_page_is_not_in_the_navigation(open_app: Callable[[], AppTest]) -> None:
    assert "owner" not in repr([link.proto for link in open_app().get("page_link")]).lower()


# What it shows.


def test_todays_and_the_months_money_stand_against_their_limits(owner: Callable[[], AppTest], studio: Studio) -> None:
    ended(studio, State.DONE, cost_micros=VIDEO)
    ended(studio, State.CLOSED)
    placed(studio, next_at=clock.now() + FAR)
    seen = texts(owner())
    for said in ("Today (UTC) $1.95", "This month (UTC) $1.95", "Limit: $10.00", "Limit: $310.00", "Orders today 3"):
        assert said in seen
    for part in ("Spent\\s+\\$0.65", "Under way\\s+\\$0.65", "Unconfirmed\\s+\\$0.65", "Left\\s+\\$8.05"):
        assert re.search(part, seen), part


def test_the_last_30_days_are_a_chart_once_there_is_something(owner: Callable[[], AppTest], studio: Studio) -> None:
    assert not owner().get("vega_lite_chart")
    ended(studio, State.DONE, cost_micros=VIDEO)
    tab = owner()
    assert "The last 30 days (UTC)" in texts(tab)
    assert len(tab.get("vega_lite_chart")) == 1


def test_an_empty_page_is_calm(owner: Callable[[], AppTest]) -> None:
    tab = owner()
    assert "Nothing is under way, and nothing went wrong in the last 7 days." in texts(tab)
    assert [header.value for header in tab.header] == ["Provider account", "Access codes", "Where this page is open"]


def test_what_is_under_way_lost_or_failed_is_listed_with_reasons_in_words(
    owner: Callable[[], AppTest], studio: Studio
) -> None:
    waiting = placed(studio, next_at=clock.now() + FAR)
    unconfirmed = lost(studio)
    ended(studio, State.FAILED, reason=Reason.WORDS_MODERATED, reason_detail="policy 4031")
    seen = texts(owner())
    assert waiting.id[:8] in seen
    assert waiting.id not in seen
    assert unconfirmed.client_request_id in seen
    assert "The safety check of the video service stopped these words." in seen
    assert "policy 4031" in seen


def test_no_word_of_a_visitor_is_on_the_page(owner: Callable[[], AppTest], studio: Studio) -> None:
    order = an_order(prompt="My aunt Berta dances", negative_prompt="uncle Egon")
    placed(studio, order=order, next_at=clock.now() + FAR)
    ended(studio, State.FAILED, order=order, reason=Reason.WORDS_MODERATED, reason_detail="Bad: my aunt Berta dances")
    tab = owner()
    everything = repr(tab) + texts(tab)
    assert "Berta" not in everything
    assert "Egon" not in everything
    assert order.picture_key not in everything


@pytest.mark.parametrize(
    "words",
    [
        "![x](http://example.invalid/x.png)",
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "$a$ and :red[hot]",
        "[link](javascript:alert(5))",
    ],
)
def test_what_others_wrote_is_shown_as_text_and_escaped(
    owner: Callable[[], AppTest], studio: Studio, words: str
) -> None:
    ended(studio, State.FAILED, reason=Reason.UNKNOWN, reason_detail=words)
    studio.access.codes.make(words, 5_000_000)
    studio.owner.incidents.keep(secrets.token_hex(4), words)
    tab = owner()
    assert words in [text.value for text in tab.text]
    for kind in ("markdown", "caption", "header", "title", "error", "warning"):
        assert [element for element in tab.get(kind) if words in str(element.value)] == []
    for element in tab.get("html"):
        assert {tag for tag, _attributes in elements(element.value)} <= {
            "div", "span", "table", "thead", "tbody", "tr", "th", "td",
        }  # fmt: skip


def test_a_bar_says_in_words_what_it_shows() -> None:
    parts = [drawing.Part("Spent", "<$1>", 1, "#fff"), drawing.Part("Left", "$0", 0, "#000")]
    pictures = [attributes for _tag, attributes in elements(drawing.bar(parts)) if attributes.get("role") == "img"]
    assert [picture["aria-label"] for picture in pictures] == ["Spent <$1>, Left $0"]


# The account at the provider.


def an_account(**changes: Any) -> Account:
    now = clock.now()
    key = KeyInfo(
        is_ours=True, name="**bold**", created_at=None, disabled=False, scopes=None,
        limit=KeyLimit(micros=15_000_000, retention=Retention.DAY), monthly_usage_micros=None,
    )  # fmt: skip
    return replace(Account(read_at=now, balance=Balance(micros=41_230_000, currency="USD"), key=key), **changes)


def test_an_account_that_was_not_read_yet_says_so(owner: Callable[[], AppTest]) -> None:
    assert "Not read yet. It is read every ten minutes." in texts(owner())


def test_balance_and_the_keys_limit_are_shown(owner: Callable[[], AppTest], studio: Studio) -> None:
    studio.owner.reconciliation._latest = an_account(hints=(Hint.LIMIT_ABOVE_BUDGET,))
    tab = owner()
    seen = texts(tab)
    assert "Balance $41.23" in seen
    assert "Limit of the key $15.00 a day" in seen
    assert account.HINTS[Hint.LIMIT_ABOVE_BUDGET] in seen
    assert not tab.error


@pytest.mark.parametrize("hint", sorted(account.URGENT))
def test_a_key_that_does_not_work_is_said_at_the_top_in_red(
    owner: Callable[[], AppTest], studio: Studio, hint: Hint
) -> None:
    studio.owner.reconciliation._latest = an_account(hints=(hint,))
    assert [error.value for error in owner().error] == [account.HINTS[hint]]


def test_money_that_does_not_agree_is_red_and_listed(owner: Callable[[], AppTest], studio: Studio) -> None:
    twice = Discrepancy(
        kind=DiscrepancyKind.CHARGED_TWICE, job_id="ab" * 16, ours_micros=VIDEO, theirs_micros=3 * VIDEO, requests=2
    )
    today = Today(charged_micros=3 * VIDEO, others_micros=120_000)
    studio.owner.reconciliation._latest = an_account(
        discrepancy=Discrepancies(found=(twice,), dearest_micros=VIDEO), today=today
    )
    tab = owner()
    [error] = tab.error
    assert "do not agree" in error.value
    seen = texts(tab)
    assert "Charged more than once" in seen
    assert "abababab" in seen
    assert "abababababab" not in seen
    assert "$0.12" in seen


def test_a_small_difference_is_listed_and_not_red(owner: Callable[[], AppTest], studio: Studio) -> None:
    small = Discrepancy(
        kind=DiscrepancyKind.CHARGED_OTHERWISE, job_id="ab" * 16, ours_micros=VIDEO, theirs_micros=VIDEO + 10_000
    )
    studio.owner.reconciliation._latest = an_account(discrepancy=Discrepancies(found=(small,), dearest_micros=VIDEO))
    tab = owner()
    assert not tab.error
    assert "Charged otherwise than counted here" in texts(tab)


def test_an_account_of_which_nothing_could_be_read_is_drawn(owner: Callable[[], AppTest], studio: Studio) -> None:
    studio.owner.reconciliation._latest = Account(read_at=clock.now())
    assert "Read " in texts(owner())


def test_there_is_a_sentence_for_every_hint_difference_limit_stage_and_answer() -> None:
    assert account.HINTS.keys() == set(Hint)
    assert account.DISCREPANCIES.keys() == set(DiscrepancyKind)
    assert account.LIMITS.keys() == set(Retention)
    assert now.STAGES.keys() == ACTIVE - {State.UNCONFIRMED}
    assert gate.ANSWERS.keys() == set(Answer) - {Answer.ADMITTED}


# What the owner does.


def test_new_orders_are_paused_and_taken_again(owner: Callable[[], AppTest], studio: Studio) -> None:
    tab = click(owner(), "Pause new orders")
    assert studio.owner.switches.paused() is not None
    [warning] = [warning.value for warning in tab.warning]
    assert warning.startswith("New orders are paused since ")
    tab = click(tab, "Take orders again")
    assert studio.owner.switches.paused() is None
    assert not tab.warning


def test_a_code_is_made_shown_once_and_revoked(owner: Callable[[], AppTest], studio: Studio) -> None:
    tab = owner()
    tab.text_input(key="owner-code-name").set_value("newsletter")
    tab.number_input(key="owner-code-budget").set_value(2.5)
    tab = click(tab, "Make a code")
    [code] = studio.access.codes.all()
    assert (code.name, code.budget_micros) == ("newsletter", 2_500_000)
    [words] = [shown.value for shown in tab.code if re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", shown.value)]
    assert studio.access.codes.find(words) == code
    assert f"https://films.example/?code={words}" in [shown.value for shown in tab.code]
    assert len(tab.get("image")) == 2, "the app's own icon, and the QR code"
    tab = click(tab, "I've copied it")
    assert words not in repr(tab) + texts(tab)
    assert "$0.00 of $2.50 today" in texts(tab)
    tab = click(tab, "Revoke it")
    assert studio.access.codes.find(words) is None
    assert not [button for button in tab.button if button.label == "Revoke it"]
    assert "newsletter" in texts(tab)


def test_a_code_without_a_name_is_not_made(owner: Callable[[], AppTest], studio: Studio) -> None:
    tab = click(owner(), "Make a code")
    assert [warning.value for warning in tab.warning] == ["Give the code a name, to tell it from others."]
    assert studio.access.codes.all() == []


def test_each_code_shows_what_it_holds_and_so_do_orders_without_one(
    owner: Callable[[], AppTest], studio: Studio
) -> None:
    code, _words = studio.access.codes.make("newsletter", 5_000_000)
    ended(studio, State.DONE, cost_micros=VIDEO, code=code.id)
    ended(studio, State.DONE, cost_micros=2 * VIDEO)
    seen = texts(owner())
    assert "$0.65 of $5.00 today, $0.65 this month" in seen
    assert "Without a code: $1.30 today, $1.30 this month" in seen


def test_the_ledger_can_be_saved_by_the_owner_and_by_nobody_else(
    owner: Callable[[], AppTest], studio: Studio, token: str
) -> None:
    job = ended(studio, State.DONE, cost_micros=VIDEO)
    [button] = owner().get("download_button")
    assert button.proto.label == "Ledger of the last year"
    saved = ledger_download.contents(token)
    assert saved.startswith(b"\xef\xbb\xbfat,day,job,")
    assert saved.count(job.id.encode()) == 2
    # The page was left open, and is the owner's no more.
    studio.access.admission.leave_owner(token)
    assert ledger_download.contents(token) == b""


def test_who_is_no_longer_the_owner_sees_no_more_figures_and_changes_nothing(
    owner: Callable[[], AppTest], studio: Studio, token: str
) -> None:
    tab = owner()
    studio.access.admission.leave_owner(token)
    tab = click(tab, "Pause new orders")
    assert studio.owner.switches.paused() is None
    assert not tab.metric
    assert [field.label for field in tab.text_input] == ["Owner's code"]


def test_figures_left_open_ask_again_who_looks(studio: Studio, visitor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_figures() -> None:
        from components.owner import figures

        figures._figures(None)

    tab = AppTest.from_function(only_figures)
    remembers(tab).visitor = visitor
    asked: list[bool] = []
    monkeypatch.setattr(figures.st, "rerun", lambda: asked.append(True) or figures.st.stop())
    ran(tab)
    assert asked == [True]
    assert not tab.metric


def test_the_owner_is_told_before_the_ceiling_is_reached_and_when_it_is(
    owner: Callable[[], AppTest], studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio.owner.ceiling, "_limit", 10**12)
    studio.owner.ceiling.measure()
    assert "ceiling" not in texts(owner())
    studio.owner.ceiling.added(8 * 10**11)
    tab = owner()
    assert ["800 GB of 1,000 GB" in warning.value for warning in tab.warning] == [True]
    studio.owner.ceiling.added(2 * 10**11)
    assert ["reached" in error.value for error in owner().error] == [True]
    studio.owner.ceiling.added(-(10**12))
