"""Gallery: the finished videos of this visitor, newest first; all of them, or those that are looked for."""

import streamlit as st

from components.gallery import gallery_link, grid, search, takeaway_link
from components.language import _
from components.messages import attention
from components.page_names import CREATE
from components.session import visitor, visitor_service
from studio.build import get_studio

TOP = "gallery-top"

with st.container(key=TOP):
    st.title(_("Your gallery"))
get_studio().sharing.successions.gather(visitor())
wanted = search.wanted()
page = visitor_service().gallery(visitor(), search.wanted_page(), wanted)
if page.total == 0 and wanted.is_for_all:
    st.write(_("Nothing here yet. Your first video is one picture and one sentence away."))
    if st.button(_("Create a video"), type="primary"):
        st.switch_page(CREATE)
else:
    search.show(page)
    grid.show(page)
    # A page of videos is looked at from its top, the pager stands at the foot of the one before.
    search.show_pager(page, TOP)
    with st.container(horizontal=True):
        takeaway_link.show()
        gallery_link.show()
attention.follow()
