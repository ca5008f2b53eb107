"""The owner's commands, as they are typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from studio import clock
from studio.__main__ import main
from studio.access.admission import Admission
from studio.access.codes import Codes
from studio.build import open_storage
from studio.jobs.job import Reason
from studio.money.ledger import Payer
from studio.orders.pause import Switches
from studio.queue.job_store import Store
from studio.settings import Settings
from studio.storage.tables import budgets, codes
from tests.studio.strategies import a_job

ROOT = Path(__file__).parents[2]
WORDS = re.compile(r"code: +([a-z2-9]{4}(?:-[a-z2-9]{4}){3})\n")

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command on a data folder of this test's own; gives its exit status and what it printed."""
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str]:
        return main(list(arguments)), capsys.readouterr().out

    return run


def test_a_code_is_printed_once_with_its_link_and_lets_in(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_PUBLIC_URL", "https://films.example/")
    status, printed = command("code", "make", "--name", "newsletter", "--budget", "5")
    assert status == 0
    [words] = WORDS.findall(printed)
    assert f"https://films.example/?code={words}\n" in printed
    assert "$5.00 a day" in printed
    with open_storage(Settings()) as storage:
        found = Codes(storage.database, clock.now).find(words)
    assert found is not None
    assert (found.name, found.budget_micros) == ("newsletter", 5_000_000)
    assert words not in command("code", "list")[1]


def test_without_a_public_address_the_link_says_what_is_missing(command: Command) -> None:
    printed = command("code", "make", "--name", "x", "--budget", "5")[1]
    assert "link:   /?code=" in printed
    assert "STUDIO_PUBLIC_URL" in printed


@pytest.mark.parametrize("budget", ["0", "-5", "five", "", "NaN", "Infinity", "0.001", "1e9"])
def test_a_budget_that_is_no_positive_amount_is_refused_with_a_sentence(command: Command, budget: str) -> None:
    status, printed = command("code", "make", "--name", "x", f"--budget={budget}")
    assert (status, printed) == (1, "The budget must be an amount of dollars above zero, like 5 or 2.50.\n")
    assert "no codes" in command("code", "list")[1]


@pytest.mark.parametrize("name", ["", "   ", "\n", "\x1b\u202e"])
def test_a_code_without_a_name_is_refused_with_a_sentence(command: Command, name: str) -> None:
    status, printed = command("code", "make", f"--name={name}", "--budget=5")
    assert (status, printed) == (1, "A code needs a name: --name newsletter\n")


def test_a_name_cannot_move_the_cursor_of_a_terminal(command: Command) -> None:
    command("code", "make", "--name=a\x1b[2Jb\nc", "--budget=5")
    [line] = command("code", "list")[1].splitlines()
    assert line.endswith("a[2Jb c")


def test_the_list_shows_what_each_code_holds_of_todays_budget(command: Command) -> None:
    command("code", "make", "--name", "newsletter", "--budget", "5")
    with open_storage(Settings()) as storage:
        [code] = Codes(storage.database, clock.now).all()
        job = a_job(created_at=clock.now(), price_micros=650_000)
        Store(storage.database).place(job, job.id, Payer("somebody", code.id))
    status, printed = command("code", "list")
    assert status == 0
    assert printed.split() == [code.id, "open", "$0.65", "of", "$5.00", "today", "(UTC)", "newsletter"]


def test_a_revoked_code_is_listed_as_such_and_cannot_be_revoked_again(command: Command) -> None:
    command("code", "make", "--name", "newsletter", "--budget", "5")
    code_id = command("code", "list")[1].split()[0]
    status, printed = command("code", "revoke", code_id)
    assert status == 0
    assert "nobody can order with it" in printed
    assert " revoked " in command("code", "list")[1]
    status, printed = command("code", "revoke", code_id)
    assert status == 1
    assert "no open code" in printed


def test_check_finds_a_purse_that_its_ledger_does_not_bear_out(command: Command) -> None:
    with open_storage(Settings()) as storage:
        job = a_job(created_at=clock.now(), price_micros=650_000)
        storage.store.place(job, job.id)
    assert command("check") == (0, "jobs: 1 waiting\nall is well\n")
    with open_storage(Settings()) as storage, storage.database.begin() as connection:
        connection.execute(update(budgets).where(budgets.c.scope == "all").values(held_micros=1))
    status, printed = command("check")
    assert status == 1
    assert printed.count("holds 0.000001, its ledger says 0.650000") == 2
    assert "2 issues" in printed


def test_what_make_is_given_reaches_the_command_as_it_was_typed(tmp_path: Path) -> None:
    name = """it's "quoted"; `touch x` & more"""
    environment = os.environ | {"STUDIO_DATA_DIR": str(tmp_path)}
    ran = subprocess.run(
        ["make", "-o", ".venv/app", f"BIN={Path(sys.executable).parent}", "code", f"NAME={name}", "BUDGET=2.50"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert WORDS.search(ran.stdout)
    with open_storage(Settings(STUDIO_DATA_DIR=tmp_path)) as storage:
        [code] = Codes(storage.database, clock.now).all()
        with storage.database.read() as connection:
            assert connection.execute(codes.select()).mappings().one()["name"] == name
    assert code.budget_micros == 2_500_000


def test_a_charge_that_was_not_believed_is_corrected_by_the_owner(command: Command) -> None:
    with open_storage(Settings()) as storage:
        job = storage.store.place(a_job(), "n")
        assert command("correct", job.id[:8], "0.65")[0] == 1, "not ended"
        claim = storage.store.claim_due(clock.now())
        assert claim is not None
        storage.store.save(claim, claim.job.refused(clock.now(), Reason.BUSY))
    for wrong in ("NaN", "-1", "1e999999", "10001", "ten"):
        assert command("correct", job.id, wrong)[0] == 1
    for nobody in ("", job.id[:7], "%", "f" * 32):
        assert command("correct", nobody, "1")[0] == 1
    status, printed = command("correct", job.id[:8], "$0.70")
    assert (status, printed) == (0, f"Order {job.id[:8]} counts for $0.700000; before it was $0.000000.\n")
    assert command("check")[1].endswith("all is well\n")


def test_orders_are_paused_and_taken_again_from_the_command_line(command: Command) -> None:
    status, printed = command("pause")
    assert status == 0
    assert "New orders are paused since" in printed
    with open_storage(Settings()) as storage:
        assert Switches(storage.database, clock.now).paused() is not None
    assert command("resume") == (0, "New orders are taken.\n")
    with open_storage(Settings()) as storage:
        assert Switches(storage.database, clock.now).paused() is None


@pytest.mark.parametrize("code", [None, "the owner's own long code"])
def test_a_link_for_the_owner_is_printed_and_opens_the_owners_page_once(
    command: Command, monkeypatch: pytest.MonkeyPatch, code: str | None
) -> None:
    """The command may be run where other settings are than the app's: what counts is the app's."""
    monkeypatch.setenv("STUDIO_PUBLIC_URL", "https://films.example/")
    status, printed = command("owner-link")
    assert status == 0
    [ticket] = re.findall(r"https://films\.example/owner-link/([A-Za-z0-9_-]+)\n", printed)
    if code is not None:
        monkeypatch.setenv("STUDIO_OWNER_CODE", code)
    with open_storage(Settings()) as storage:
        admission = Admission(storage.database, Codes(storage.database, clock.now), Settings(), clock.now)
        assert admission.is_owner(admission.redeem(ticket, None, None))
        assert admission.redeem(ticket, None, None) is None
