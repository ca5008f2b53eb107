"""Words that were typed to do harm, in every field and everywhere they are shown: text, and nothing but text."""

from __future__ import annotations

import csv
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from components.messages.sentences import PROBLEMS, REASONS
from demo.process import start
from studio.jobs.job import Reason, State
from studio.orders.order import AUDIO_LINK_MAX, MODEL, WORDS_KEPT_MAX, Problem
from studio.orders.order import clean_text as clean
from studio.pictures.thumbnails import thumbnail
from studio.queue.job_store import Store
from studio.storage.media import Media
from studio.storage.media_keys import thumbnail_key
from tests.app_process import AppProcess, running_app
from tests.browser import screen
from tests.browser.watch import Watch
from tests.kept_videos import keep_videos
from tests.photos import jpeg, jpeg_of_bytes
from tests.studio.strategies import a_job_in, an_order
from tests.studio.test_hostile_words import AS_TYPED, AWAY, MEGABYTE, UNSEEN

pytestmark = [pytest.mark.browser, pytest.mark.own_app]

NewTab = Callable[..., Page]

KEY = "test-key-of-the-hostile-words"
OWNERS_CODE = "{amount} <b>own</b> :red[code] $x$ 🤷 שלום"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

# What a textarea can hold.
TYPED = {name: (words, words) for name, words in AS_TYPED.items() if name != "zalgo"} | {
    name: both for name, both in UNSEEN.items() if name != "lone surrogate"
}
# In one form: what a person types once.
TOGETHER = " ".join(typed for name, (typed, _) in TYPED.items() if name not in ("long", "blocks"))
TOGETHER_SHOWN = " ".join(shown for name, (_, shown) in TYPED.items() if name not in ("long", "blocks"))

PLANTED = """() => {
  const found = [];
  if (window.planted !== undefined) found.push("a script ran");
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      const name = element.tagName.toLowerCase();
      if (element.classList.contains("planted")) found.push(`an element of typed HTML: ${name}`);
      for (const { name: attribute, value } of element.attributes) {
        if (/^on/.test(attribute)) found.push(`${name} ${attribute}`);
        if (/^(src|href|action|data|poster|srcset|style)$/.test(attribute)) {
          if (/AWAY|javascript:|planted/.test(value)) found.push(`${name} ${attribute}=${value}`);
        }
      }
      if (["iframe", "object", "embed", "base", "marquee"].includes(name)) found.push(name);
      if (/katex/.test(element.className.baseVal ?? element.className)) found.push("a formula");
      if (name === "span" && element.dataset.testid === "stIconMaterial" && element.textContent === "skull")
        found.push("an icon of typed words");
      if (/stMarkdownColored|stMarkdownBadge|stMarkdownSmall|stMarkdownShimmer/.test(element.className))
        found.push("a coloured word");
    }
  };
  look(document);
  if (getComputedStyle(document.body).display === "none") found.push("a style sheet of typed words");
  return found;
}""".replace("AWAY", re.escape(AWAY))


def nothing_planted(page: Page) -> None:
    """No element, script, style or formula is made of typed words, and nothing sticks out at the side."""
    screen.settled(page)
    assert page.evaluate(PLANTED) == []
    assert screen.fits_across(page)


def texts(scope: Page | Locator) -> list[str]:
    """All that is shown as text there, letter by letter."""
    return list(scope.get_by_test_id("stText").evaluate_all("all => all.map(one => one.textContent)"))


def fill(field: Locator, words: str) -> None:
    """Put words into a field and leave it."""
    field.fill(words)
    field.blur()
    screen.settled(field.page)


def first_words(shown: str) -> str:
    """As a card on Create shows them."""
    line = " ".join(shown.split())
    return line if len(line) <= 160 else line[:159] + "…"


def open_more(page: Page) -> None:
    screen.open_more(page)
    page.get_by_role("textbox", name="What to avoid", exact=True).wait_for()


@pytest.fixture
def visitor_on(new_tab: NewTab, watch: Watch) -> Callable[..., Page]:
    """Makes a tab of a visitor who was never here before; `alert` and its like are seen."""

    def make(**options: object) -> Page:
        def told(dialog: Dialog) -> None:
            watch.seen.append(f"a dialog of the browser: {dialog.message}")
            dialog.dismiss()

        page = new_tab(**options)
        page.on("dialog", told)
        return page

    return make


@pytest.fixture
def phone(visitor_on: Callable[..., Page]) -> Page:
    """A tab on a phone."""
    return visitor_on(**PHONE)


def with_endings(app: AppProcess, visitor: str, words: list[str]) -> None:
    """Orders with these words that ended without a video; the provider had hostile words for each."""
    now = datetime.now(UTC)
    database = app.open_database()
    media = Media((app.data_dir / "media").as_uri())
    for age, prompt in enumerate(words):
        key = f"pictures/ab/{secrets.token_hex(16)}.jpg"
        media.put(key, jpeg())
        media.put(thumbnail_key(key), thumbnail(jpeg()))
        made = now - timedelta(seconds=age)
        job = a_job_in(
            State.FAILED, visitor=visitor, backend="demo", created_at=made, ended_at=made, price_micros=0,
            order=an_order(prompt=prompt, negative_prompt=prompt[:500], picture_key=key), reason_detail=prompt,
            reason=Reason.WORDS_MODERATED,
        )  # fmt: skip
        Store(database).place(job, job.id)
    database.close()


# The form, and what comes of it.


def test_a_form_of_hostile_words_becomes_a_video_whose_words_are_text(phone: Page) -> None:
    page = phone
    screen.open_page(page)
    screen.give_picture(page)
    open_more(page)
    avoid = page.get_by_role("textbox", name="What to avoid", exact=True)
    audio = page.get_by_role("textbox", name="Link to an audio file", exact=True)
    seed = page.get_by_role("spinbutton", name="Seed")
    for name in (
        "html",
        "attribute",
        "closing",
        "streamlit",
        "blocks",
        "long",
        "right to left",
        "control",
        "direction",
    ):
        typed = TYPED[name][0]
        screen.prompt(page).fill(typed)
        avoid.fill(typed)
        avoid.blur()
        nothing_planted(page)
        expect(screen.prompt(page)).to_have_value(typed)
        expect(avoid).to_have_value(typed)
    for name in ("html", "markdown", "braces"):
        fill(audio, AS_TYPED[name])
        expect(page.get_by_text(PROBLEMS[Problem.AUDIO_LINK_UNUSABLE])).to_be_visible()
        nothing_planted(page)
    for typed in ("-1", "1e999", "99999999999999999999", "<b>{seed}</b>"):
        seed.press_sequentially(typed)
        seed.press("Enter")
        nothing_planted(page)
        seed.fill("")
        seed.press("Enter")
        screen.settled(page)

    # A megabyte is not taken, or only as far as the field goes.
    for field, most in (
        (screen.prompt(page), WORDS_KEPT_MAX), (avoid, MODEL.negative_prompt_max), (audio, AUDIO_LINK_MAX),
    ):  # fmt: skip
        fill(field, MEGABYTE)
        assert len(field.input_value()) <= most
    nothing_planted(page)

    fill(audio, "")
    fill(avoid, AS_TYPED["html"])
    screen.say(page, TOGETHER)
    screen.create_button(page).click()
    card = screen.cards(page)
    card.wait_for()
    screen.settled(page)
    assert texts(card) == [first_words(TOGETHER_SHOWN)]
    nothing_planted(page)
    card.locator("video").wait_for()
    expect(page.get_by_role("status")).to_have_text("Your video is ready.")
    assert texts(card) == [first_words(TOGETHER_SHOWN)]
    assert card.locator("video").get_attribute("aria-label") is not None
    nothing_planted(page)


def test_hostile_words_of_orders_that_failed_are_text_and_fill_the_form_again(app: AppProcess, phone: Page) -> None:
    page = phone
    screen.open_page(page)
    with_endings(app, screen.visitor_of(app, page.context), [shown for _, shown in TYPED.values()])
    screen.open_page(page)
    expect(screen.tiles(page)).to_have_count(len(TYPED))
    nothing_planted(page)
    for at, (_, shown) in enumerate(TYPED.values()):
        if at % 4 == 0:
            screen.tiles(page).nth(at).click()
            card = screen.cards(page)
            expect(card.get_by_test_id("stText").first).to_have_text(first_words(shown))
            expect(card.get_by_role("alert")).to_contain_text(REASONS[Reason.WORDS_MODERATED].happened)
            card.get_by_role("button", name="Change the words").click()
            expect(screen.prompt(page)).to_have_value(shown)
            nothing_planted(page)


# The gallery, a video's page, and what is given away.


def test_hostile_words_are_text_in_the_gallery_in_its_dialogs_and_on_a_videos_page(
    app: AppProcess, phone: Page, visitor_on: Callable[..., Page], tmp_path: Path
) -> None:
    page = phone
    screen.open_page(page)
    words = [shown for _, shown in TYPED.values()]
    jobs = keep_videos(app, screen.visitor_of(app, page.context), words, tmp_path)
    screen.go(page, "Gallery")
    expect(screen.video_cards(page).locator("video")).to_have_count(len(words))
    assert page.locator("[data-video] .words").evaluate_all("all => all.map(one => one.textContent)") == words
    labels = page.locator("video").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert labels == [shown[:200] for shown in words]
    nothing_planted(page)
    screen.settled(page)

    for name in ("html", "streamlit", "blocks", "long"):
        at = list(TYPED).index(name)
        job, shown = jobs[at], words[at]
        expect(screen.video_cards(page).locator("video").first).to_be_visible()
        if name in ("html", "streamlit"):
            card = screen.video_card(page, job.id)
            screen.choose(card, "Delete")
            expect(page.get_by_text("The video is in the bin.")).to_be_visible()
            page.goto("/bin")
            screen.choose(card, "Delete for good")
            dialog = page.get_by_role("dialog")
            expect(dialog.get_by_test_id("stText")).to_be_visible()
            assert texts(dialog) == [shown]
            nothing_planted(page)
            dialog.get_by_role("button", name="Keep it").click()
            card.get_by_role("button", name="Restore").click()
            expect(page.get_by_text("The bin is empty.")).to_be_visible()
            screen.go(page, "Gallery")
            screen.choose(card, "Share")
            expect(dialog.get_by_test_id("stText")).to_be_visible()
            assert texts(dialog) == [shown]
            dialog.get_by_role("button", name="Make a link").click()
            link = dialog.get_by_test_id("stCode").locator("code").inner_text()
            nothing_planted(page)
            look_at_shared(visitor_on(**PHONE), link, shown)
        page.goto(f"/video?id={job.id}")
        page.get_by_role("heading", name="Your video", exact=True).wait_for()
        screen.settled(page)
        # And by which settings it was made.
        assert texts(page)[0] == shown
        assert page.title() == "Kineograph"
        nothing_planted(page)
        screen.go(page, "Gallery")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").first.click()
    assert re.fullmatch(r"kineograph-\d{4}-\d\d-\d\d-[0-9a-f]{6}\.mp4", started.value.suggested_filename)


def look_at_shared(page: Page, link: str, shown: str) -> None:
    """A stranger stays on the page with the tags, then goes on to the video."""

    def stays(route: Route) -> None:
        got = route.fetch()
        route.fulfill(response=got, body=got.text().replace('http-equiv="refresh"', 'name="went-on"'))

    page.route(re.compile("/v/[A-Za-z0-9]+$"), stays)
    page.goto(link)
    assert page.locator(".words").text_content() == shown
    assert page.title().startswith(" ".join(shown.split())[:60])
    assert str(page.locator("meta[property='og:title']").get_attribute("content"))[:60] == " ".join(shown.split())[:60]
    assert page.evaluate(PLANTED) == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Watch the video").click()
    page.get_by_role("heading", name="A video for you", exact=True).wait_for()
    screen.settled(page)
    assert texts(page) == [shown]
    nothing_planted(page)


# Names of files, and addresses.

FILE_NAMES = [
    "<img src=x onerror=window.planted=1 class=planted>.jpg",
    f"![x](http://{AWAY}/p.png).png",
    "../../../../etc/passwd.jpg",
    "photo\u202egpj.exe",
    ":material:skull: $x$ $$y$$ {amount} %s.jpg",
    "W" * 251 + ".jpg",
    "esc\x1b[31m\nline.jpg",
    "'; DROP TABLE jobs; --.jpg",
]


def test_the_name_of_a_file_is_never_more_than_text(app: AppProcess, phone: Page) -> None:
    page = phone
    screen.open_page(page)
    for turn, name in enumerate(FILE_NAMES, 1):
        kind = "image/png" if name.endswith(".png") else "image/jpeg"
        screen.upload(page, b"no picture " * 40, name, kind)
        # The uploader is a new one each time: an older refusal stands there still.
        page.locator(f".st-key-picture-file-{turn}").wait_for()
        expect(page.get_by_role("alert")).to_contain_text("not a picture")
        nothing_planted(page)
    for name in FILE_NAMES[:2]:
        screen.upload(page, jpeg(400, 300), name)
        screen.picture(page).wait_for()
        nothing_planted(page)
        page.get_by_role("button", name="Remove").click()
        expect(screen.picture(page)).to_have_count(0)
    # What is too large is refused before it is sent, and in our words.
    screen.upload(page, jpeg_of_bytes(20 * 2**20 + 1), FILE_NAMES[0])
    expect(page.get_by_role("alert")).to_contain_text("This picture is larger than 20 MB.")
    nothing_planted(page)
    kept = [path.name for path in (app.data_dir / "media").rglob("*") if path.is_file()]
    assert [name for name in kept if not re.fullmatch(r"[0-9a-f]{32}[.\w-]*", name)] == []
    assert not list(app.data_dir.parent.rglob("passwd*"))


def test_hostile_words_in_an_address_do_nothing(app: AppProcess, phone: Page, tmp_path: Path) -> None:
    page = phone
    screen.open_page(page)
    keep_videos(app, screen.visitor_of(app, page.context), [f"Film {n}" for n in range(13)], tmp_path)
    for path in ("/", "/gallery", "/bin", "/figures", "/video", "/owner", "/privacy"):
        for name in ("html", "control"):
            words = quote(TYPED[name][0], safe="")
            page.goto(f"{path}?after={words}&id={words}&code={words}&{words}={words}&embed_options={words}#{words}")
            page.get_by_role("heading").first.wait_for()
            nothing_planted(page)
    for place in ("-1", "٢", "f" * 32, "1" * 5000, "1&after=2"):
        page.goto(f"/gallery?after={place}#{place}")
        page.locator("video").first.wait_for()
        nothing_planted(page)


# With a key: codes, the owner's page, and what the provider says.


SAID = f"{AS_TYPED['html']} {AS_TYPED['streamlit']} {AS_TYPED['markdown']} a\u202eb\x00c\x1b[31m {{amount}} " + "W" * 99


class Talker(BaseHTTPRequestHandler):
    """The stand-in, as if it were the provider, but some orders are answered in hostile words."""

    stand_in = ""
    looks = 0

    def do_POST(self) -> None:
        """An order."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"refuse this" in body:
            self._say(400, {"message": [SAID], "error": {"name": SAID, "message": SAID, "data": {"kind": SAID}}})
        elif b"fail at this" in body:
            self._say(200, {"id": "gen-of-hostile-words", "status": "queued"})
        else:
            self._pass_on(body)

    def do_GET(self) -> None:
        """A look at an order, the account or the prices."""
        if "gen-of-hostile-words" in self.path:
            Talker.looks += 1
            status = SAID if Talker.looks == 1 else "error"
            self._say(200, {"id": "gen-of-hostile-words", "status": status, "error": {"name": SAID, "message": SAID}})
        else:
            self._pass_on(None)

    def log_message(self, format: str, *_arguments: object) -> None:
        """Nothing: pytest's output is for the tests."""

    def _say(self, status: int, body: object) -> None:
        self._answer(status, json.dumps(body).encode(), "application/json")

    def _pass_on(self, body: bytes | None) -> None:
        passed = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        got = requests.request(self.command, self.stand_in + self.path, headers=passed, data=body, timeout=30)
        self._answer(got.status_code, got.content, got.headers.get("Content-Type", ""))

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def paid_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """An app with a key, whose visitors need a code, and whose owner has a hostile one."""
    stand_in = start(tmp_path_factory.mktemp("provider"), key=KEY, pace=0, draft=True)
    Talker.stand_in = stand_in.base_url
    with ThreadingHTTPServer(("127.0.0.1", 0), Talker) as provider:
        thread = threading.Thread(target=provider.serve_forever, args=(0.05,))
        thread.start()
        settings = {
            "AIMLAPI_KEY": KEY, "AIMLAPI_BASE_URL": f"http://127.0.0.1:{provider.server_port}",
            "STUDIO_DAILY_BUDGET_USD": "50", "STUDIO_ACCESS": "code", "STUDIO_OWNER_CODE": OWNERS_CODE,
        }  # fmt: skip
        try:
            with running_app(tmp_path_factory.mktemp("paid"), pace=0, settings=settings) as app:
                yield app
                assert OWNERS_CODE not in app.said()
                assert all(json.loads(line) for line in app.said().splitlines() if line.startswith("{"))
        finally:
            provider.shutdown()
            thread.join()
            stand_in.stop()


def test_names_of_codes_and_the_providers_words_are_text_on_the_owners_page(
    paid_app: AppProcess, visitor_on: Callable[..., Page], tmp_path: Path
) -> None:
    owner, person = visitor_on(**PHONE, base_url=paid_app.url), visitor_on(**PHONE, base_url=paid_app.url)
    person.goto("/")
    for name in ("html", "braces", "control"):
        fill(person.get_by_label("Access code"), TYPED[name][0][:60])
        person.get_by_role("button", name="Continue").click()
        expect(person.get_by_role("alert")).to_contain_text("This code is wrong")
        nothing_planted(person)
    fill(person.get_by_label("Access code"), MEGABYTE)
    assert len(person.get_by_label("Access code").input_value()) <= 60

    owner.goto("/owner")
    for words in (TYPED["html"][0], TYPED["control"][0]):
        owner.get_by_label("Owner's code").fill(words[:200])
        owner.get_by_role("button", name="Open", exact=True).click()
        expect(owner.get_by_role("alert")).to_contain_text("That is not the owner's code")
        nothing_planted(owner)
    owner.get_by_label("Owner's code").fill(OWNERS_CODE)
    owner.get_by_role("button", name="Open", exact=True).click()
    owner.get_by_role("button", name="Leave the owner's page").wait_for()  # the page loads anew: rights are a cookie
    nothing_planted(owner)
    names = {}
    for name in ("html", "streamlit", "formula", "long", "direction"):
        typed, shown = TYPED[name]
        field = owner.get_by_role("textbox", name="Name", exact=True)
        field.fill(typed[:80])
        owner.get_by_role("button", name="Make a code").click()
        dialog = owner.get_by_role("dialog")
        dialog.get_by_role("button", name="I've copied it").wait_for()
        names[name] = " ".join(clean(typed[:80]).split())
        assert texts(dialog)[0] == names[name]
        assert names[name][:20] == " ".join(shown.split())[:20]
        if name == "html":
            code = dialog.get_by_test_id("stCode").first.locator("code").inner_text()
            nothing_planted(owner)
        dialog.get_by_role("button", name="I've copied it").click()
        expect(dialog).to_have_count(0)
        screen.settled(owner)
    field.fill(MEGABYTE)
    assert len(field.input_value()) <= 80
    budget = owner.get_by_role("spinbutton", name="Dollars a day")
    budget.press_sequentially("<b>1e999{x}")
    budget.press("Enter")
    nothing_planted(owner)

    person.goto(f"/?code={code}")
    for words, reason in (("refuse this", Reason.ORDER_INVALID), ("fail at this", None)):
        screen.give_picture(person)
        found = screen.order(person, words)
        alert = found.get_by_role("alert")
        alert.wait_for()
        if reason is not None:
            expect(alert).to_contain_text(REASONS[reason].happened)
        assert AWAY not in alert.inner_text()
        assert "skull" not in alert.inner_text()
        nothing_planted(person)

    owner.reload()
    owner.get_by_text("What the provider said").click()
    owner.get_by_test_id("stExpanderDetails").get_by_test_id("stCode").first.wait_for()
    said = owner.get_by_test_id("stExpanderDetails").get_by_test_id("stCode").locator("code").all_inner_texts()
    assert len(said) >= 1
    for each in said:
        assert "<img src=… onerror=window.planted=1 class=planted><script>" in each
        assert "\u202e" not in each
    assert set(names.values()) <= set(texts(owner))
    nothing_planted(owner)
    with owner.expect_download() as started:
        owner.get_by_role("button", name="Ledger of the last year").click()
    started.value.save_as(tmp_path / "ledger.csv")
    with (tmp_path / "ledger.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["code name"] for row in csv.DictReader(file)} == {names["html"]}
