"""The owner's commands, one function each; gives the exit status: 0, or 1 where something is wrong."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from studio import clock, urls
from studio.access.admission import owner_link
from studio.access.codes import AMOUNT_REFUSED, Codes, NotAnAmount, amount_micros, code_link
from studio.build import open_storage
from studio.money.amounts import dollars, micros_of
from studio.money.ledger import NotEnded, correct
from studio.money.statements import NOTHING, adds_up, exact_usd, statement
from studio.orders.order import clean_text
from studio.orders.pause import Switches
from studio.retention.consistency import issues
from studio.settings import Settings
from studio.storage.tables import ledger

JOB_MIN = 8
"""Characters of an order's id, as the owner's page shows them."""
CORRECTION_MAX_USD = 10_000
"""For one video; more is a slip of the finger."""


def check(settings: Settings, *, repair: bool) -> int:
    """Say what database and media disagree on, and whether every budget holds what the ledger says."""
    issues_left = 0
    with open_storage(settings) as storage:
        for issue in list(issues(storage.store, storage.media, storage.scratch, clock.now())):
            repaired = repair and issue.repair is not None
            if repaired and issue.repair is not None:
                issue.repair()
            issues_left += not repaired
            print(issue.what + ("  (repaired)" if repaired else "  (can be repaired)" if issue.repair else ""))
        for wrong in adds_up(storage.database):
            issues_left += 1
            print(wrong)
        states = storage.store.count_by_state()
    print("jobs:", ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "none")
    print("all is well" if issues_left == 0 else f"{issues_left} issues")
    return 1 if issues_left else 0


def make_code(settings: Settings, name: str, budget: str) -> int:
    """Make an access code and print its secret and its link, once: neither is kept."""
    name = " ".join(clean_text(name).split())
    if not name:
        print("A code needs a name: --name newsletter")
        return 1
    try:
        micros = amount_micros(budget)
    except NotAnAmount:
        print(AMOUNT_REFUSED)
        return 1
    with open_storage(settings) as storage:
        code, secret = Codes(storage.database, clock.now).make(name, micros)
    print(f"code:   {secret}")
    print(f"link:   {code_link(settings.public_url or '', secret)}")
    if settings.public_url is None:
        print("        (put the address of your page before it; with STUDIO_PUBLIC_URL it is printed whole)")
    print(f"budget: {_usd(micros)} a day for all who have it, “{code.name}”. End it with: make revoke ID={code.id}")
    print("Copy it now: you won't see it again.")
    return 0


def list_codes(settings: Settings) -> int:
    """Print every code, newest first, with what it holds of today's budget."""
    with open_storage(settings) as storage:
        codes = Codes(storage.database, clock.now).all()
        spent = statement(storage.database, clock.now(), day_limit=None, month_limit=None).today.by_code
    for code in codes:
        state = f"revoked {code.revoked_at.astimezone(UTC):%Y-%m-%d}" if code.revoked_at else "open"
        committed = spent.get(code.id, NOTHING).committed
        print(f"{code.id}  {state:18}  {_usd(committed):>9} of {_usd(code.budget_micros)} today (UTC)  {code.name}")
    if not codes:
        print("There are no codes. Make one with: make code NAME=newsletter BUDGET=5")
    return 0


def revoke_code(settings: Settings, code_id: str) -> int:
    """End a code at once for all who have it."""
    with open_storage(settings) as storage:
        ended = Codes(storage.database, clock.now).revoke(code_id.strip())
    if not ended:
        print("There is no open code with this id; `make codes` lists them.")
        return 1
    print(f"Code {code_id.strip()} is revoked: nobody can order with it any more. What is under way goes on.")
    return 0


def correct_cost(settings: Settings, job: str, amount: str) -> int:
    """Have an order count for what the provider's own account says it did cost, whatever was booked before."""
    try:
        usd = Decimal(amount.strip().removeprefix("$"))
    except InvalidOperation:
        usd = Decimal("NaN")
    # Compared before anything is calculated: 1e999999 would need a megabyte of digits.
    if not usd.is_finite() or not 0 <= usd <= CORRECTION_MAX_USD:
        print(f"The amount must be dollars from 0 to {CORRECTION_MAX_USD:,}, like 0.65.")
        return 1
    micros = micros_of(usd)
    with open_storage(settings) as storage, storage.database.begin() as connection:
        booked = select(ledger.c.job_id).where(ledger.c.job_id.startswith(job.strip(), autoescape=True)).distinct()
        found = connection.execute(booked.limit(2)).scalars().all()
        if len(found) != 1 or len(job.strip()) < JOB_MIN:
            print(f"Which order? Give {JOB_MIN} characters of it or more, as many as make it the only one.")
            return 1
        try:
            before = correct(connection, found[0], micros, clock.now())
        except NotEnded:
            print("This order has not ended yet; there is nothing to correct.")
            return 1
    print(f"Order {found[0][:8]} counts for ${exact_usd(micros)}; before it was ${exact_usd(before)}.")
    return 0


def pause(settings: Settings) -> int:
    """Take no new orders, on all servers, until `resume`."""
    with open_storage(settings) as storage:
        switches = Switches(storage.database, clock.now)
        switches.pause()
        since = switches.paused()
    if since is None:
        print("Somebody has taken orders again in this moment.")
        return 1
    print(f"New orders are paused since {since:%Y-%m-%d %H:%M} UTC; what is under way goes on.")
    return 0


def resume(settings: Settings) -> int:
    """Take new orders again."""
    with open_storage(settings) as storage:
        Switches(storage.database, clock.now).resume()
    print("New orders are taken.")
    return 0


def print_owner_link(settings: Settings) -> int:
    """Print a link that opens the owner's page, whoever guesses at its code meanwhile, and without one."""
    with open_storage(settings) as storage:
        ticket = owner_link(storage.database, clock.now)
    print(f"{(settings.public_url or '').rstrip('/')}{urls.owner_link(ticket)}")
    if settings.public_url is None:
        print("(put the address of your page before it, for example http://localhost:8501)")
    print("Opens the owner's page in one browser, once, within 15 minutes. Keep it to yourself.")
    return 0


def _usd(micros: int) -> str:
    return f"${dollars(micros):,.2f}"
