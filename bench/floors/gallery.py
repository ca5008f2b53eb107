"""The widgets of a full page of the Gallery, with nothing behind them."""

import streamlit as st
from front_ends import PLAYERS, VIDEO

st.title("Your gallery")
with st.grid(min_column_width=300, gap="medium"):
    for number in range(12):
        with st.container(border=True, key=f"card-{number}", gap="small"):
            st.html(VIDEO.format(number))
            st.text(f"Video {number}: the camera glides over the water")
            st.caption("Nov 24, 2026, 4:00:00 PM · 5 s · 720p · 3 MB · Demo, free")
            with st.container(horizontal=True):
                st.link_button("Download", f"/v/{number}.mp4?download=1")
                st.button("Use again", key=f"use-{number}")
                st.menu_button("More", ["Open", "Share", "Delete"], key=f"more-{number}", type="tertiary")
PLAYERS()
st.button("Open my gallery on another device", type="tertiary", icon=":material/devices:", key="gallery-link")
