"""The grid of a visitor's videos: posters that play where they are, and what can be done with each, or with several.

The same for those in the bin, with what can be done there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import assert_never

import streamlit as st

from components import front_end
from components.callbacks import told
from components.gallery import albums, cards, deleting, labels, orders, rows, wishes
from components.gallery.wishes import Asked, Wish
from components.language import _
from components.next_run import go_to, say
from components.page_names import VIDEO
from components.result import actions, players, progress_bar, reel, share
from components.session import visitor, visitor_service
from studio import urls
from studio.jobs.job import Job
from studio.queue.searching import Search
from studio.resources import text
from studio.visitor_service import GalleryPage

KEY = "gallery-grid"
_ASKED = "gallery-asked"
"""Key in session_state: the wish that a dialog answers, and the videos that it is about."""

PARTS = tuple(
    f"grid_{part}.js"
    for part in ("card", "order", "menu", "choice", "back", "large", "compare", "keys", "rows", "typing", "undo")
)
"""What the grid's script builds upon, each with one reason to change."""
_ABOVE = progress_bar.COURSE + "".join(text(__file__, part) for part in PARTS)
_GRID = front_end.of(__file__, above=_ABOVE, is_for_the_page=True)


def show(page: GalleryPage, wanted: Search, *, address: str, query: Mapping[str, str]) -> None:
    """Draw these videos, found by that search on the page of that address, and the dialog that a card asked for."""
    data = {
        "days": cards.days(page),
        "rows": rows.of(page, address, query),
        "is_bin": wanted.in_bin,
        "album": wanted.album,
        "undo": deleting.offer(),
        "takeaway": urls.TAKEAWAY,
        "words": _words(),
    }
    _GRID(key=KEY, data=data, on_asked_change=told(_answer), on_shown_change=told(partial(_grow, wanted)))
    players.mind()
    wish, jobs = st.session_state.pop(_ASKED, (None, ()))
    if wish is not None:
        _DIALOGS[wish](jobs)


_DIALOGS: dict[Wish, Callable[[Sequence[Job]], None]] = {
    Wish.SHARE: lambda jobs: share.ask(jobs[0]),
    Wish.LABEL: lambda jobs: labels.write(jobs[0]),
    Wish.REEL: lambda jobs: reel.ask(jobs),
    Wish.ALBUM: lambda jobs: albums.ask(jobs),
    Wish.ERASE: lambda jobs: deleting.confirm(jobs),
}


def _grow(wanted: Search) -> None:
    rows.grow(wanted, st.session_state[KEY].get("shown"))


def _answer() -> None:
    asked = wishes.read(st.session_state[KEY].get("asked"))
    for job_id, is_favourite in asked.favourites.items():
        visitor_service().set_favourite(visitor(), job_id, is_favourite)
    if asked.wish is not None and asked.jobs:
        _grant(asked.wish, asked)


def _grant(wish: Wish, asked: Asked) -> None:
    if wish is Wish.DELETE:
        deleting.put_in_bin(asked.jobs)
        return
    if wish is Wish.TAKE_OUT:
        albums.take_out(asked.jobs, albums.wanted())
        return
    if wish is Wish.RESTORE:
        deleting.take_out_of_bin(asked.jobs)
        return
    found = [visitor_service().job(visitor(), job_id) for job_id in asked.jobs]
    is_open_to = wish in (Wish.OPEN, Wish.OPEN_ORIGIN, Wish.ERASE)
    jobs = [job for job in found if job is not None and (is_open_to or job.binned_at is None)]
    if not jobs:
        say(_("This video is no longer here."))
        return
    match wish:
        case Wish.OPEN | Wish.OPEN_ORIGIN:
            # With what was looked for: on the way Streamlit (1.67) leaves an entry of this page with the query of the
            # next one in the browser's history, and that is where its back button leads.
            go_to(VIDEO, **st.query_params.to_dict() | {"id": jobs[0].id})
        case Wish.USE_AGAIN:
            actions.use_again(jobs[0])
        case Wish.SHOW | Wish.STOP | Wish.TRY_AGAIN | Wish.CHANGE | Wish.DISMISS:
            orders.act(wish, jobs[0])
        case Wish.SHARE | Wish.LABEL | Wish.REEL | Wish.ALBUM | Wish.ERASE:
            st.session_state[_ASKED] = wish, jobs
        case unreachable:
            assert_never(unreachable)


def _words() -> dict[str, str]:
    """What stands on the cards, around them and in the large view. What is in braces the browser fills in."""
    return {
        "download": _("Download"),
        "use": _("Use again"),
        "favourite": _("Favourite"),
        "more": _("More"),
        "open": _("Open"),
        "share": _("Share"),
        "label": _("Title and notes"),
        "delete": _("Delete"),
        "erase": _("Delete for good"),
        "restore": _("Restore"),
        "undo": _("Undo"),
        "more_videos": _("More videos"),
        "older": _("Older videos"),
        "newest": _("Newest videos"),
        "origin": _("Shows what it was made from."),
        "enlarge": _("Watch large"),
        "select": _("Select"),
        "pick": _("Select this video"),
        "chosen": _("{count} selected ({size})"),
        "download_chosen": _("Download selected"),
        "done": _("Done"),
        "reel": _("Show reel"),
        "album": _("Add to album"),
        "take_out": _("Take out of the album"),
        "compare": _("Compare"),
        "compare_how": _("Two to four videos side by side"),
        "description": _("Description"),
        "play": _("Play"),
        "pause": _("Pause"),
        "position": _("Position"),
        "hear": _("Hear this one"),
        "wipe": _("One over the other"),
        "edge": _("Where one ends and the other begins"),
        "size": _("Size of the pictures"),
        "small": _("Small"),
        "medium": _("Medium"),
        "large": _("Large"),
        "previous": _("Previous video"),
        "next": _("Next video"),
        "close": _("Close"),
        "keys": _("Keys"),
        "key_walk": _("to the next and the previous video"),
        "key_play": _("play and pause"),
        "key_large": _("watch large"),
        "key_close": _("close, or end selecting"),
    }
