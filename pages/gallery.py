"""Gallery: the finished videos of this visitor, newest first; all of them, or those that are looked for."""

from functools import partial

import streamlit as st

from components.gallery import bring_in, gallery_link, grid, live, rows, search, takeaway_link
from components.language import _
from components.messages import attention
from components.page_names import BIN, CREATE, FIGURES
from components.session import visitor, visitor_service
from studio import urls
from studio.build import get_studio

st.title(_("Your gallery"))
bring_in.show_progress()
get_studio().sharing.successions.gather(visitor())
wanted = search.wanted()
look = partial(visitor_service().gallery, visitor(), wanted, after=rows.after(), shown=rows.shown(wanted))
page = look()
is_empty = not (page.videos or page.without_video) and wanted.is_for_all and not rows.after()
if is_empty:
    st.write(_("Nothing here yet. Your first video is one picture and one sentence away."))
    if st.button(_("Create a video"), type="primary"):
        st.switch_page(CREATE)
else:
    search.show(page)
# Also an empty one: the last video may have been put into the bin just now.
grid.show(page, wanted, address=urls.GALLERY, query=search.query())
with st.container(horizontal=True, vertical_alignment="center"):
    if not is_empty:
        takeaway_link.show(page)
        gallery_link.show()
        st.page_link(FIGURES, label=_("Your figures"), icon=":material/bar_chart:")
    bring_in.show()
    st.page_link(BIN, label=_("Bin"), icon=":material/delete:")
bring_in.show_nearly_full(page)
live.follow(page, look)
attention.follow()
