"""All of one's videos as one file, or those that were looked for."""

from __future__ import annotations

import streamlit as st

from components.language import _, file_size, ngettext, number
from studio import urls
from studio.visitor_service import GalleryPage

NAMED_MAX = 200
"""Videos that an address can name: as many as servers take in one (grid_choice.js)."""


def show(page: GalleryPage) -> None:
    """A small link that says how much it brings, where there is anything: what was found, where all of that is on the
    page; else all that there is."""
    found = [job for job in page.videos if job.video is not None]
    if page.found and page.found == len(found) <= NAMED_MAX:
        label = _("Download these as ZIP ({videos}, {size})")
        address = f"{urls.TAKEAWAY}?ids={','.join(job.id for job in found)}"
        videos, size_bytes = len(found), sum(job.video.size_bytes for job in found if job.video is not None)
    else:
        label, address = _("Download all as ZIP ({videos}, {size})"), urls.TAKEAWAY
        videos, size_bytes = page.in_use.videos, page.in_use.gallery_bytes
    if videos == 0:
        return
    how_many = ngettext("{number} video", "{number} videos", videos).format(number=number(videos))
    label = label.format(videos=how_many, size=file_size(size_bytes))
    st.link_button(label, address, type="tertiary", icon=":material/folder_zip:")
