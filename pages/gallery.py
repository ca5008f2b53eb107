"""Gallery: every finished video of this visitor, newest first."""

import streamlit as st

from components.gallery import gallery_link, grid
from components.language import _
from components.page_names import CREATE
from components.session import visitor, visitor_service
from studio.build import get_studio

st.title(_("Your gallery"))
get_studio().sharing.successions.gather(visitor())
wanted = st.query_params.get("page", "1")
page = visitor_service().gallery(visitor(), int(wanted) if wanted.isdecimal() and len(wanted) < 9 else 1)
if page.total == 0:
    st.write(_("Nothing here yet. Your first video is one picture and one sentence away."))
    if st.button(_("Create a video"), type="primary"):
        st.switch_page(CREATE)
else:
    grid.show(page)
    if page.pages > 1:
        st.pagination(page.pages, key="page", bind="query-params")
    gallery_link.show()
