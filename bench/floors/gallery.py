"""The widgets of a full page of the Gallery, with nothing behind them."""

import streamlit as st
from front_ends import GRID, PLAYERS

WORDS = (
    "download use favourite more open share label delete origin enlarge select pick chosen download_chosen done size "
    "small medium large previous next close keys key_walk key_play key_large key_close erase restore undo "
    "more_videos older newest compare compare_how description play pause position hear wipe edge "
    "album take_out reel"
)
CARDS = [
    {
        "id": f"{number:032x}",
        "film": f"/v/{number}.mp4",
        "poster": f"/v/{number}.jpg",
        "small_poster": f"/v/{number}/small.jpg",
        "download": f"/v/{number}.mp4?download=1",
        "width": 1280,
        "height": 720,
        "bytes": 3_000_000,
        "length": "5 s",
        "name": f"Video {number}: the camera glides over the water",
        "title": "",
        "words": f"Video {number}: the camera glides over the water",
        "notes": "",
        "facts": "Nov 24, 2026, 4:00 PM · 5 s · 720p · 3 MB · Demo, free",
        "settings": [["Model", "Wan 2.6"], ["Length", "5 s"], ["Quality", "Good (720p)"], ["Sound", "with sound"]],
        "is_binned": False,
        "is_favourite": False,
        "is_one_order": True,
        "origin": None,
    }
    for number in range(24)
]

with st.container(key="gallery-top"):
    st.title("Your gallery")
with st.container(horizontal=True, vertical_alignment="center", key="gallery-search"):
    st.text_input("Search", key="gallery-query", type="search", max_chars=200, label_visibility="collapsed")
    st.toggle("Favourites only", key="gallery-favourites-only", width="content")
GRID(
    key="gallery-grid",
    data={
        "days": [{"day": "Today", "cards": CARDS}],
        "rows": {"has_more": False, "at_once": 24, "most": 240, "older": None, "newest": None},
        "is_bin": False,
        "album": "",
        "undo": None,
        "takeaway": "/v/all.zip",
        "words": {word: word for word in WORDS.split()},
    },
    on_asked_change=lambda: None,
    on_shown_change=lambda: None,
)
PLAYERS()
with st.container(horizontal=True):
    st.link_button(
        "Download all as ZIP (24 videos, 72 MB)", "/v/all.zip", type="tertiary", icon=":material/folder_zip:"
    )
    st.button("Open my gallery on another device", type="tertiary", icon=":material/devices:", key="gallery-link")
