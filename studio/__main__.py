"""What the owner does at a terminal: `python -m studio check`, `code make|list|revoke`, `pause`, and more."""

from __future__ import annotations

import argparse
import sys

from studio import commands
from studio.settings import Settings
from studio.storage import private_files

ALONE = {"pause": commands.pause, "resume": commands.resume, "owner-link": commands.print_owner_link}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; gives its exit status."""
    parser = argparse.ArgumentParser(prog="python -m studio", description=__doc__)
    kinds = parser.add_subparsers(dest="command", required=True, metavar="check|code|correct|pause|resume|owner-link")
    check = kinds.add_parser("check", help="what database, media and money disagree on; exit status 1 if anything")
    # --mend is what it was called at first.
    check.add_argument("--repair", "--mend", action="store_true", help="put right what can be without losing anything")
    code = kinds.add_parser("code", help="access codes: make, list, revoke").add_subparsers(
        dest="what", required=True, metavar="make|list|revoke"
    )
    make = code.add_parser("make", help="make a code; its secret is shown once")
    make.add_argument("--name", required=True, help="your name for it, to tell codes apart")
    make.add_argument("--budget", required=True, help="dollars that all who have it may spend together a day")
    code.add_parser("list", help="every code, and what it has spent today")
    code.add_parser("revoke", help="end a code at once for all who have it").add_argument("id", help="as in the list")
    correct = kinds.add_parser("correct", help="book what a video did cost, where the provider reported nonsense")
    correct.add_argument("job", help="the order, or the beginning of it as the owner's page has it")
    correct.add_argument("amount", help="dollars, as the provider's own account says: 0.65, or 0")
    kinds.add_parser("pause", help="take no new orders, on all servers; what is under way goes on")
    kinds.add_parser("resume", help="take new orders again")
    kinds.add_parser("owner-link", help="print a link that opens the owner's page in one browser, once")
    asked = parser.parse_args(arguments)
    settings = Settings()
    if asked.command == "check":
        return commands.check(settings, repair=asked.repair)
    if asked.command == "correct":
        return commands.correct_cost(settings, asked.job, asked.amount)
    if asked.command in ALONE:
        return ALONE[asked.command](settings)
    if asked.what == "make":
        return commands.make_code(settings, asked.name, asked.budget)
    if asked.what == "list":
        return commands.list_codes(settings)
    return commands.revoke_code(settings, asked.id)


if __name__ == "__main__":
    private_files.from_now_on()
    sys.exit(main())
