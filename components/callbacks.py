"""What a click means is decided in a callback: those run to their end, see components/runtime/uninterrupted.py.

Callbacks run before the page is drawn, all of those that have come in. A script that reads a button's value after it
has drawn something may be stopped before it does, by the next click or the next letter, and the click is lost.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from components.language import _
from components.messages import error_page, notices
from components.next_run import complain, drop_complaint, say
from components.session import admission, rights
from studio.storage.errors import StorageAway

_P = ParamSpec("_P")


def told(act: Callable[_P, object]) -> Callable[_P, None]:
    """The same as a callback, which must draw nothing itself: where it breaks, the page says so until the next click.

    The page is drawn all the same: Streamlit (1.67) would draw its error in the page's place, and the next tick of a
    fragment that is no longer there ends the tab's connection.
    """

    @functools.wraps(act)
    def callback(*args: _P.args, **kwargs: _P.kwargs) -> None:
        drop_complaint()
        try:
            act(*args, **kwargs)
        except StorageAway as away:
            complain(notices.storage(away), ":material/cloud_off:")
        except Exception as error:  # noqa: BLE001 (as a page that breaks: a sentence, and a reference for the owner)
            complain(error_page.sorry(error), ":material/error:")

    return callback


def as_owner(act: Callable[_P, object]) -> Callable[_P, None]:
    """The same for what only the owner may do: asked when it is clicked, not when the button was drawn."""

    @functools.wraps(act)
    def callback(*args: _P.args, **kwargs: _P.kwargs) -> None:
        if admission().is_owner(rights()):
            act(*args, **kwargs)
        else:
            say(_("The owner's page is no longer open here: nothing was done."))

    return told(callback)
