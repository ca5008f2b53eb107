"""The widgets of Create, with nothing behind them."""

from pathlib import Path

import streamlit as st

FLOORS = Path(__file__).parent
PICKER = st.components.v2.component(
    "floor_samples",
    html=(FLOORS / "picker.html").read_text("utf-8"),
    css=(FLOORS / "picker.css").read_text("utf-8"),
    js=(FLOORS / "nothing.js").read_text("utf-8"),
)
SAMPLES = [{"name": name, "title": name, "address": f"/app/static/samples/{name}.jpg"} for name in ("a", "b", "c")]

st.title("Make a picture move")
left, right = st.columns(2, gap="large")
with left:
    st.file_uploader("Picture", type=["image", ".heic", ".heif"], key="file", max_upload_size=20)
    st.toggle("Use the camera", key="camera")
    st.caption("No picture at hand? Try one of ours:")
    PICKER(key="samples", data={"label": "Pictures to try", "samples": SAMPLES}, on_picked_change=lambda: None)
with right:
    st.text_area("Prompt", height=130, max_chars=2_000, placeholder="What should happen?", key="prompt")
    st.radio("Length", (5, 10, 15), format_func="{} s".format, horizontal=True, key="length")
    st.radio("Quality", ("720p", "1080p"), horizontal=True, key="quality")
    st.toggle("With sound", key="sound")
    st.toggle("Several shots", help="A cut between two or more views.", key="shots")
    with st.expander("More options", key="more"):
        st.toggle("Improve my description", help="The service adds detail.", key="improve")
        st.text_area("What to avoid", height=80, max_chars=500, placeholder="For example: text", key="avoid")
        st.number_input("Seed", value=None, min_value=0, max_value=2**31 - 1, step=1, placeholder="Random", key="seed")
        st.text_input("Link to an audio file", max_chars=2_000, placeholder="https://…/music.mp3", key="audio")
    st.text("Free in the demo.")
    st.button("Create video", type="primary", icon=":material/movie:", width="stretch", key="create")
    st.caption("Two things to start: a picture and a sentence.")
st.container(key="job-board")
