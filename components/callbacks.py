"""What a click means is done in a callback: Streamlit runs those whole, where it stops a script at its next element."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from components import notices
from components.language import _
from components.session import doors, rights, say_after_rerun
from studio.storage_errors import StorageAway

_P = ParamSpec("_P")


def told(act: Callable[_P, object]) -> Callable[_P, None]:
    """The same as a callback: where nothing can be kept now, a note says so, and nothing was done."""

    @functools.wraps(act)
    def callback(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except StorageAway as away:
            say_after_rerun(notices.storage(away), ":material/cloud_off:")

    return callback


def as_owner(act: Callable[_P, object]) -> Callable[_P, None]:
    """The same for what only the owner may do: asked when it is clicked, not when the button was drawn."""

    @functools.wraps(act)
    def callback(*args: _P.args, **kwargs: _P.kwargs) -> None:
        if doors().is_owner(rights()):
            act(*args, **kwargs)
        else:
            say_after_rerun(_("The owner's page is no longer open here: nothing was done."), ":material/lock:")

    return told(callback)
