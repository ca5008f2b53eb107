"""The frame around the pages, with nothing behind it."""

import streamlit as st
from front_ends import FRAME, LOST_LINE, NOTES, PAGE_LANGUAGE

ICON = "/app/static/icon.png"
NAMES = ("English", "简体中文", "Español", "Français", "Deutsch", "Português", "日本語", "हिन्दी", "العربية")
LANGUAGE = {
    "label": "Language",
    "languages": [{"code": name, "name": name} for name in NAMES],
    "spoken": "English",
    "dir": "ltr",
    "keep": "/language/{code}",
    "words": {},
}

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
        PAGE_LANGUAGE(key="page-language", data=LANGUAGE, on_chosen_change=lambda: None)
    LOST_LINE(data={"words": "No connection."})
    NOTES(data={"notes": [], "close": "Close"})
    FRAME()
