"""The frame around the pages, with nothing behind it."""

import streamlit as st
from front_ends import FRAME, INSTALLABLE, LOST_LINE, NOTES

ICON = "/app/static/icon.png"

st.set_page_config(page_title="Kineograph", page_icon=ICON, layout="wide")
create = st.Page("create.py", title="Create", icon=":material/movie_edit:", default=True)
gallery = st.Page("gallery.py", title="Gallery", icon=":material/video_library:")
others = [st.Page("empty.py", title=name, url_path=name, visibility="hidden") for name in ("video", "owner", "privacy")]
page = st.navigation([create, gallery, *others], position="hidden")
with st.container(horizontal_alignment="center"), st.container(width=1080):
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.image(ICON, width=32, alt="")
        st.page_link(create)
        st.page_link(gallery)
    page.run()
    st.caption("This is the demo: videos are made by this site itself, free of charge, to show how it goes.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(others[-1])
    LOST_LINE(data={"words": "No connection."})
    NOTES(data={"notes": [], "close": "Close"})
    FRAME()
    INSTALLABLE(data={"manifest": "/manifest.webmanifest"})
