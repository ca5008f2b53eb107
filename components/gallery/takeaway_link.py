"""All of one's videos as one file."""

from __future__ import annotations

import streamlit as st

from components.language import _, file_size, ngettext, number
from studio import urls
from studio.visitor_service import GalleryPage


def show(page: GalleryPage) -> None:
    """A small link that says how much it brings, where there is anything."""
    videos, size_bytes = page.size
    if videos == 0:
        return
    how_many = ngettext("{number} video", "{number} videos", videos).format(number=number(videos))
    label = _("Download all as ZIP ({videos}, {size})").format(videos=how_many, size=file_size(size_bytes))
    st.link_button(label, urls.TAKEAWAY, type="tertiary", icon=":material/folder_zip:")
