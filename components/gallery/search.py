"""What of the gallery is looked at: by which words, favourites alone or not, and which page.

Callbacks write all of it into the address, and who comes by an address, a bookmark, a reload or the back button, finds
the fields as they were. Bound to it by Streamlit (1.67), fields would not let `grid` take the address along.
"""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.callbacks import told
from components.language import _, ngettext
from components.messages import attention
from studio.queue.labels import Search
from studio.visitor_service import GalleryPage

QUERY, FAVOURITES, PAGE = "q", "favourites", "page"
"""What they are called in the address."""
YES = "yes"
QUERY_MAX = 200
"""Characters: an address is kept short, and what is copied from a description is found by less."""
FIELD, ONLY, PAGER = "gallery-query", "gallery-favourites-only", "gallery-page"
"""Keys in session_state."""


def wanted() -> Search:
    """What is looked for."""
    only = st.query_params.get(FAVOURITES) == YES
    return Search(str(_chosen(FIELD, st.query_params.get(QUERY, "")) or ""), bool(_chosen(ONLY, only)))


def wanted_page() -> int:
    """The page of it; 1 where the address has no number."""
    number = str(_chosen(PAGER, st.query_params.get(PAGE, "1")))
    return int(number) if number.isdecimal() and len(number) < 9 else 1


def _chosen(key: str, in_the_address: object) -> object:
    """What stands in the field. By the address only where there is no field yet, or in going back: with a click that
    comes before the browser has taken up a new address, it sends the one of before."""
    run = get_script_run_ctx()
    is_going_back = run is not None and run.is_history_navigation
    return in_the_address if is_going_back or key not in st.session_state else st.session_state[key]


def show(page: GalleryPage) -> None:
    """Draw the field and the choice, and how many are found by them; or that nothing is, and the way back to all."""
    search = wanted()
    with st.container(horizontal=True, vertical_alignment="center", key="gallery-search"):
        _set(FIELD, search.query)
        st.text_input(
            _("Search"),
            key=FIELD,
            type="search",
            max_chars=QUERY_MAX,
            placeholder=_("Search your videos"),
            label_visibility="collapsed",
            on_change=told(_look),
        )
        _set(ONLY, search.favourites_only)
        st.toggle(_("Favourites only"), key=ONLY, width="content", on_change=told(_look))
    if page.total == 0:
        st.write(_nothing_found(search))
        st.button(_("Show all videos"), icon=":material/search_off:", key="search-clear", on_click=told(_show_all))
    elif not search.is_for_all:
        st.caption(ngettext("{number} video found", "{number} videos found", page.total).format(number=page.total))


def show_pager(page: GalleryPage, top: str) -> None:
    """Draw the way to the other pages, where there are any; each is looked at from the container with the key `top`."""
    if page.pages > 1:
        _set(PAGER, page.number)
        st.pagination(page.pages, key=PAGER, on_change=told(_turn), args=(top,))


def _nothing_found(search: Search) -> str:
    if not search.query.strip():
        return _("None of your videos is a favourite yet.")
    if search.favourites_only:
        return _("None of your favourites has these words in its description, title or notes.")
    return _("None of your videos has these words in its description, title or notes.")


def _set(key: str, value: Hashable) -> None:
    # Only where it differs: a field that is set loses what is being typed in it.
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _look() -> None:
    st.session_state.pop(PAGER, None)
    _write_address()


def _show_all() -> None:
    st.session_state[FIELD], st.session_state[ONLY] = "", False
    _look()


def _turn(top: str) -> None:
    _write_address(page=st.session_state[PAGER])
    attention.bring_into_view(top)


def _write_address(page: int = 1) -> None:
    # In one go: each is a step for the back button.
    query, only = str(st.session_state[FIELD] or ""), st.session_state[ONLY]
    address = {QUERY: query, FAVOURITES: YES if only else "", PAGE: str(page) if page > 1 else ""}
    st.query_params.from_dict({name: value for name, value in address.items() if value.strip()})
