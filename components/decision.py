"""What a click means is decided in a callback: nothing stops it, where a script ends at its next drawing.

Streamlit runs callbacks before the page is drawn, all of those that have come in; a script that reads a button's value
after it has drawn something may be stopped before it does, by the next click or the next letter, and the click is lost.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from components import mishap, notices
from components.session import say_after_rerun
from studio.storage_errors import StorageAway

_Arguments = ParamSpec("_Arguments")


def decision(decide: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
    """A callback for `on_click` or `on_change`, which must draw nothing itself.

    Where it breaks, a note says so and the page is drawn all the same: Streamlit (1.67) would draw its error in the
    page's place, and the next tick of a fragment that is no longer there ends the tab's connection.
    """

    @functools.wraps(decide)
    def callback(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> None:
        try:
            decide(*args, **kwargs)
        except StorageAway as away:
            say_after_rerun(notices.storage(away), ":material/cloud_off:")
        except Exception as error:  # noqa: BLE001 (as a page that breaks: a sentence, and a reference for the owner)
            say_after_rerun(mishap.sorry(error), ":material/error:")

    return callback
