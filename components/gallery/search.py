"""What of the gallery is looked at: by which words, favourites alone or not, and what else it is chosen by.

Callbacks write all of it into the address, and who comes by an address, a bookmark, a reload or the back button, finds
the fields as they were. Bound to it by Streamlit (1.67), fields would not let `grid` take the address along.
"""

from __future__ import annotations

import streamlit as st

from components.callbacks import told
from components.gallery import albums, filters
from components.gallery.chosen import chosen, put
from components.language import _, ngettext
from studio.queue.searching import Search
from studio.visitor_service import GalleryPage

QUERY, FAVOURITES = "q", "favourites"
"""What they are called in the address."""
YES = "yes"
QUERY_MAX = 200
"""Characters: an address is kept short, and what is copied from a description is found by less."""
FIELD, ONLY = "gallery-query", "gallery-favourites-only"
"""Keys in session_state."""


def wanted() -> Search:
    """What is looked for."""
    only = st.query_params.get(FAVOURITES) == YES
    words = str(chosen(FIELD, st.query_params.get(QUERY, "")) or "")
    return Search(words, bool(chosen(ONLY, only)), album=albums.wanted(), **filters.narrowed())


def show(page: GalleryPage) -> None:
    """Draw the field and the choice, and how many are found by them; or that nothing is, and the way back to all."""
    search = wanted()
    with st.container(horizontal=True, vertical_alignment="center", key="gallery-search"):
        put(FIELD, search.query)
        st.text_input(
            _("Search"),
            key=FIELD,
            type="search",
            max_chars=QUERY_MAX,
            placeholder=_("Search your videos"),
            label_visibility="collapsed",
            on_change=told(_look),
        )
        put(ONLY, search.favourites_only)
        st.toggle(_("Favourites only"), key=ONLY, width="content", on_change=told(_look))
        filters.show(told(_look))
    albums.show(page.albums, told(_look))
    if page.found == 0:
        st.write(_nothing_found(search))
        st.button(_("Show all videos"), icon=":material/search_off:", key="search-clear", on_click=told(_show_all))
    elif page.found is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            found = ngettext("{number} video found", "{number} videos found", page.found).format(number=page.found)
            st.caption(found, width="content")
            if search.is_filtered:
                # The fields that say so are closed.
                st.button(_("Show all videos"), key="search-all", type="tertiary", on_click=told(_show_all))


def _nothing_found(search: Search) -> str:
    if search.is_filtered:
        return _("None of your videos is all that you chose.")
    if not search.query.strip():
        return _("None of your videos is a favourite yet.")
    if search.favourites_only:
        return _("None of your favourites has these words in its description, title or notes.")
    return _("None of your videos has these words in its description, title or notes.")


def _show_all() -> None:
    st.session_state[FIELD], st.session_state[ONLY] = "", False
    filters.show_all()
    albums.forget_choice()
    _look()


def _look() -> None:
    # In one go: each is a step for the back button.
    st.query_params.from_dict(query())


def query() -> dict[str, str]:
    """What is looked for, as the address has it."""
    search = wanted()
    found = {QUERY: search.query, FAVOURITES: YES if search.favourites_only else "", albums.ALBUM: search.album}
    found |= filters.address()
    return {name: value for name, value in found.items() if value.strip()}
