"""`python -m studio check [--mend]`: what database and media disagree on; exit status 1 while something is amiss."""

from __future__ import annotations

import argparse
import sys

from studio import clock
from studio.build import open_keeping
from studio.settings import Settings
from studio.sweep import findings


def main() -> int:
    """Run the command; gives its exit status."""
    parser = argparse.ArgumentParser(prog="python -m studio", description=__doc__)
    parser.add_argument("command", choices=["check"])
    parser.add_argument("--mend", action="store_true", help="put right what can be without losing anything")
    asked = parser.parse_args()
    amiss = 0
    with open_keeping(Settings()) as keeping:
        for finding in list(findings(keeping.store, keeping.media, keeping.scratch, clock.now())):
            mended = asked.mend and finding.mend is not None
            if mended and finding.mend is not None:
                finding.mend()
            amiss += not mended
            print(finding.what + ("  (mended)" if mended else "  (can be mended)" if finding.mend else ""))
        states = keeping.store.count_by_state()
    print("jobs:", ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "none")
    print("all is well" if amiss == 0 else f"{amiss} amiss")
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
