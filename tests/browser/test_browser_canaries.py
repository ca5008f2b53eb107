"""Every secret of a running app is a canary that can be recognised; then everything goes wrong. None gets out."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import create_engine, select

from studio import clock
from studio.access.codes import Codes
from studio.access.visitors import COOKIE, Visitors
from studio.diagnostics.logs import HIDDEN
from studio.jobs.job import Job, State
from studio.money.ledger import Payer
from studio.orders.order import Order
from studio.queue.job_store import Store
from studio.sharing.gallery_links import GalleryLinks
from studio.sharing.shares import Shares
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.tables import incidents, metadata
from tests.app_process import AppProcess, running, wait_until
from tests.browser import screen
from tests.browser.canaries import (
    CLIENT_SECRET,
    COOKIE_SECRET,
    CORES,
    FORBIDDEN,
    OWNERS_CODE,
    PASSWORD,
    TYPED,
    WORDS,
    WORDS_BELOW,
    WRONG_CODE,
    Run,
    told,
)
from tests.browser.conftest import LIMIT_MS
from tests.browser.echoing_provider import KEY, EchoingProvider, cases
from tests.kept_videos import write_video
from tests.openid_provider import account, running_provider
from tests.photos import jpeg
from tests.videoapi.scripted_server import ScriptedServer

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def database_with_password(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own on a real PostgreSQL, whose address has a password in it."""
    admin = create_engine(request.getfixturevalue("_postgres_server"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE canaries")
    yield admin.url.set(database="canaries", password=PASSWORD).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE canaries WITH (FORCE)")
    admin.dispose()


@pytest.fixture(scope="module")
def run(browser: Browser, database_with_password: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The whole of it, once."""
    folder = tmp_path_factory.mktemp("canaries")
    write_video(folder / "film.mp4")
    echoing = EchoingProvider((folder / "film.mp4").read_bytes())
    database = Database(database_with_password)
    with ScriptedServer(echoing) as provider, running_provider([account("Ann", "ann@example.org")]) as people:
        echoing.base_url = provider.base_url
        # By itself it stops to listen after ten quiet seconds; here a browser has its say in between.
        provider._listener.settimeout(None)
        provider._start(provider._accept)
        people.client_secret = CLIENT_SECRET
        settings = {
            "AIMLAPI_KEY": KEY,
            "AIMLAPI_BASE_URL": provider.base_url,
            "STUDIO_OWNER_CODE": OWNERS_CODE,
            "STUDIO_COOKIE_SECRET": COOKIE_SECRET,
            "STUDIO_DATABASE_URL": database_with_password,
            "STUDIO_OIDC_URL": people.url,
            "STUDIO_OIDC_CLIENT_ID": people.client_id,
            "STUDIO_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "STUDIO_ACCESS": "code,sign-in",
            "STUDIO_SIGN_IN_ALLOWED": "example.org",
            "STUDIO_DAILY_BUDGET_USD": "500",
            "STUDIO_JOBS_AT_ONCE": "100",
            "STUDIO_WORKERS": "8",
        }
        redirect = '[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        app = AppProcess(folder, pace=0, settings=settings, secrets_toml=redirect)
        with running(app):
            people.redirect_uris.add(f"{app.url}/oauth2callback")
            code, words = Codes(database, clock.now).make("newsletter", 500_000_000)
            done = Run(canaries=CORES | {"a code": words, "a code without hyphens": words.replace("-", "")})
            people_come(done, app, database, browser, words, people)
            everything_goes_wrong(app, database, Payer("c" * 32, code.id))
            people_look(done, app, database, browser, words)
            done.rows = rows_of(database)
            database.close()
        done.log = app.said()
        done.met = dict(echoing.met)
        done.files = {
            str(path.relative_to(app.data_dir)): path.read_bytes() for path in app.data_dir.rglob("*") if path.is_file()
        }
    return done


VISITOR, STRANGER = "a" * 32, "b" * 32


def tab_of(run: Run, who: str, app: AppProcess, browser: Browser, visitor: str) -> Page:
    """A tab of this visitor, whose cookie is a canary too."""
    cookie = Visitors(COOKIE_SECRET).cookie(visitor)
    run.canaries[f"the cookie of {who}"] = cookie.rpartition(".")[2]
    context: BrowserContext = browser.new_context(base_url=app.url)
    context.set_default_timeout(LIMIT_MS)
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": app.url}])
    page = context.new_page()
    run.watch(who, page)
    return page


def people_come(run: Run, app: AppProcess, database: Database, browser: Browser, words: str, people: Any) -> None:
    """In with a code, by its link; signed in, refused by a provider that does not know our secret, and let in."""
    page = tab_of(run, "visitor", app, browser, VISITOR)
    page.goto(f"/?code={quote(WRONG_CODE)}")
    expect(page.get_by_text("This code is wrong or has expired.")).to_be_visible()
    page.goto(f"/?code={words}")
    expect(screen.create_button(page)).to_be_visible()
    screen.settled(page)
    stranger = tab_of(run, "stranger", app, browser, STRANGER)
    screen.open_page(stranger)
    people.client_secret = "another"
    stranger.get_by_role("button", name="Sign in", exact=True).click()
    with stranger.expect_response(re.compile(r"/oauth2callback\?")) as refused:
        stranger.get_by_role("button", name="Ann", exact=True).click()
    run.canaries["a sign-in's code"] = re.findall(r"code=([^&]+)", refused.value.url)[0]
    people.client_secret = CLIENT_SECRET
    screen.open_page(stranger)
    stranger.get_by_role("button", name="Sign in", exact=True).click()
    with stranger.expect_response(re.compile(r"/oauth2callback\?")) as taken:
        stranger.get_by_role("button", name="Ann", exact=True).click()
    run.canaries["another sign-in's code"] = re.findall(r"code=([^&]+)", taken.value.url)[0]
    expect(stranger.get_by_text("Signed in as ann@example.org")).to_be_visible()
    screen.settled(stranger)
    for name in ("_streamlit_user", "_streamlit_user_tokens"):
        found = [one["value"] for one in stranger.context.cookies() if one["name"].startswith(name)]
        run.canaries |= {f"{name} {number}": value for number, value in enumerate(found)}


def everything_goes_wrong(app: AppProcess, database: Database, payer: Payer) -> None:
    """One order for every fault, until each has ended; what would take hours passes at once."""
    store, media = Store(database), Media((app.data_dir / "media").as_uri())
    for case in cases():
        picture = f"pictures/aa/{secrets.token_hex(16)}.jpg"
        media.put(picture, jpeg(320, 240))
        now = clock.now()
        job = Job(
            id=secrets.token_hex(16),
            visitor=VISITOR,
            order=Order(prompt=f"{WORDS}\n{WORDS_BELOW}\ncase: {case}", picture_key=picture),
            backend="aimlapi",
            state=State.WAITING,
            created_at=now,
            next_at=now,
            price_micros=650_000,
        )
        store.place(job, secrets.token_hex(16), payer)

    def all_have_ended() -> bool:
        with database.begin() as connection:
            connection.exec_driver_sql("UPDATE breakers SET recent = '', why = NULL, rests = 0, probe = NULL")
            connection.exec_driver_sql("UPDATE paces SET next_at = 1")
            connection.exec_driver_sql("UPDATE jobs SET next_at = 1 WHERE next_at > 1 AND lease_token IS NULL")
            waiting = "SELECT state, trouble_kind, attempt, right(prompt, 40) FROM jobs WHERE next_at IS NOT NULL"
            left[:] = connection.exec_driver_sql(waiting).all()
        return not left

    left: list[object] = []
    try:
        wait_until(all_have_ended, "every order has ended", limit_s=120)
    except AssertionError as never:
        raise AssertionError(f"{never}: {left}") from None


def people_look(run: Run, app: AppProcess, database: Database, browser: Browser, words: str) -> None:
    """Every page by who may see it, a page that breaks, and what is given away."""
    page = tab_of(run, "visitor", app, browser, VISITOR)
    # The number alone lets nobody in.
    page.goto(f"/?code={words}")
    expect(screen.create_button(page)).to_be_visible()
    screen.settled(page)
    for path in ("/", "/gallery"):
        screen.open_page(page, path)
    page.goto("/privacy")
    screen.settled(page)
    with database.read() as connection:
        video = str(connection.exec_driver_sql("SELECT id FROM jobs WHERE state = 'done'").scalar_one())
    token = Shares(database, clock.now).share(VISITOR, video)
    gallery = GalleryLinks(database, clock.now).make(VISITOR)
    assert token is not None
    run.links = {"a share link": token, "a link to a gallery": gallery}

    owner = tab_of(run, "owner", app, browser, "d" * 32)
    owner.goto("/owner")
    for guess in (WRONG_CODE, OWNERS_CODE):
        owner.get_by_label("Owner's code").fill(guess)
        owner.get_by_role("button", name="Open", exact=True).click()
        screen.settled(owner)
    owner.get_by_text("What the provider said").click()
    screen.settled(owner)
    with owner.expect_download() as saved:
        owner.get_by_role("button", name="Ledger of the last year").click()
    run.export = Path(saved.value.path()).read_text("utf-8-sig")

    # A draft and a row that this database refuses, quoting both; a row that nobody can read.
    with database.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE drafts ADD CONSTRAINT d CHECK (form NOT LIKE '%%{FORBIDDEN}%%')")
        connection.exec_driver_sql(
            "ALTER TABLE jobs ADD CONSTRAINT j CHECK (prompt NOT LIKE '%%one too many') NOT VALID"
        )
    screen.open_page(page)
    screen.give_picture(page)
    screen.prompt(page).fill(f"{FORBIDDEN} {WORDS}")
    screen.prompt(page).blur()
    run.references.append(reference_on(page))
    screen.open_page(page)
    screen.prompt(page).fill(f"{WORDS}\n{WORDS_BELOW} one too many")
    screen.prompt(page).blur()
    screen.settled(page)
    screen.create_button(page).click()
    run.references.append(reference_on(page))
    with database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE jobs SET reason = '{KEY}' WHERE id = '{video}'")
    page.goto("/gallery")
    run.references.append(reference_on(page))

    got = run.pages.setdefault("nobody", [])
    for path in ("/", "/gallery", "/owner", "/healthz", "/privacy", "/nowhere", f"/?code={words}", f"/v/{token}x"):
        answer = requests.get(f"{app.url}{path}", timeout=30)
        got += [answer.content, json.dumps(dict(answer.headers))]
    for path in (f"/v/{token}", f"/v/{token}/video.mp4", f"/app/static/videos/{video}.mp4"):
        answer = requests.get(f"{app.url}{path}", cookies={COOKIE: Visitors(COOKIE_SECRET).cookie(VISITOR)}, timeout=30)
        run.pages.setdefault("visitor", []).append(answer.content)
    with database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE jobs SET reason = NULL WHERE id = '{video}'")
    for path in (f"/v/{token}", f"/v/{token}/video.mp4", f"/v/{token}/poster.jpg", f"/open/{gallery}"):
        assert requests.get(f"{app.url}{path}", timeout=30).status_code == 200
    everything = f"{app.url}/takeaway.zip"
    answer = requests.get(everything, cookies={COOKIE: Visitors(COOKIE_SECRET).cookie(VISITOR)}, timeout=30)
    assert answer.status_code == 200
    run.pages["visitor"] += [answer.content, json.dumps(dict(answer.headers))]
    # The database goes away in the middle of it.
    with database.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'canaries' AND pid <> pg_backend_pid()"
        )
    got.append(requests.get(f"{app.url}/healthz", timeout=30).content)
    screen.open_page(owner_tab := tab_of(run, "owner again", app, browser, "e" * 32))
    for tab in (page, owner, owner_tab):
        got.append(tab.context.request.get(f"{app.url}/healthz").body())
        tab.context.close()


def reference_on(page: Page) -> str:
    """What the page that broke tells a person to quote, and nothing of what broke."""
    alert = page.get_by_role("alert").filter(has_text="Something went wrong on our side").first
    alert.wait_for()
    shown = page.locator("body").inner_text()
    for inside in ("Traceback", "IntegrityError", "ValueError", "psycopg", "constraint", ".py"):
        assert inside not in shown
    found = re.search(r"this reference: (\w{8})", alert.inner_text())
    assert found is not None
    return found[1]


def rows_of(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with database.read() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }


def test_every_fault_was_met(run: Run) -> None:
    assert [case for case in cases() if f"order {case.replace(', ', ' ', 1)}" not in run.met] == []
    assert sum(name.startswith(("look ", "log ", "file ")) for name in run.met) > 45
    assert len(run.rows["jobs"]) == len(cases())
    states = {row["state"] for row in run.rows["jobs"]}
    assert {State.DONE, State.REFUSED, State.FAILED} <= {State(state) for state in states}


def test_none_is_in_the_log(run: Run) -> None:
    assert told(run.log, run.canaries | TYPED | run.links) == []
    assert HIDDEN in run.log
    assert "Failing row contains" in run.log


def test_none_is_in_a_row(run: Run) -> None:
    hits = []
    for table, rows in run.rows.items():
        for row in rows:
            for column, value in row.items():
                canaries = run.canaries | run.links
                if (table, column) == ("shares", "token"):
                    # Shown to who shares the video, as often as they like; it opens that one video and can be ended.
                    canaries = run.canaries
                if table not in ("jobs", "drafts"):
                    canaries = canaries | TYPED
                hits += [f"{table}.{column}: {hit}" for hit in told(str(value), canaries)]
    assert hits == []
    assert sum("[key]" in row["reason_detail"] for row in run.rows["jobs"]) > 5
    assert sum(HIDDEN in row["reason_detail"] or "?…" in row["reason_detail"] for row in run.rows["jobs"]) > 5


def test_none_is_on_a_page(run: Run) -> None:
    hits = []
    for who, seen in run.pages.items():
        canaries = run.canaries if who == "visitor" else run.canaries | TYPED | run.links
        hits += [f"{who}: {hit}" for part in seen for hit in told(part, canaries)]
    assert hits == []
    everything = {who: "".join(str(part) for part in seen) for who, seen in run.pages.items()}
    assert TYPED["a prompt"] in everything["visitor"], "the messages that a page gets were seen"
    assert "What the provider said" in everything["owner"]


def test_none_is_in_the_owners_export(run: Run) -> None:
    assert len(run.export.splitlines()) > len(cases())
    assert told(run.export, run.canaries | TYPED | run.links) == []


def test_none_is_in_a_file_that_is_kept(run: Run) -> None:
    assert len(run.files) > len(cases())
    hits = {name: found for name, data in run.files.items() if (found := told(data, run.canaries | TYPED | run.links))}
    assert hits == {}


def test_a_page_that_breaks_tells_a_reference_that_stands_in_the_log_once_with_the_trace(run: Run) -> None:
    assert len(set(run.references)) == 3
    kept = {row["reference"] for row in run.rows[incidents.name]}
    events = [json.loads(line) for line in run.log.splitlines() if '"message": "incident"' in line]
    for reference in run.references:
        [event] = [event for event in events if event["reference"] == reference]
        # Words are sent while they are typed: what breaks there may break twice, and the log has one trace of a kind.
        alike = [other for other in events if other["what"].split()[0] == event["what"].split()[0]]
        assert any(other.get("exc_info", "").startswith("Traceback") for other in alike)
        assert reference in kept
    for seen in run.pages.values():
        assert not any(
            "Traceback" in (part if isinstance(part, str) else part.decode("utf-8", "replace")) for part in seen
        )
