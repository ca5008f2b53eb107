"""The app can be put on a phone's screen, and be shared photos with (web/routes/installed.py)."""

from __future__ import annotations

from components import front_end
from studio import urls

_INSTALLABLE = front_end.of(__file__)


def offer() -> None:
    """Tell the browser of it. Nothing is seen."""
    _INSTALLABLE(data={"manifest": urls.MANIFEST})
