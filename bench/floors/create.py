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
SCRIPTS = [
    st.components.v2.component(f"floor_{name}", js=(FLOORS / "nothing.js").read_text("utf-8"))
    for name in ("typed_words", "one_press", "stage", "players", "events", "dropped_files", "sound_on_its_way")
]
"""As many components without a picture as Create has, which do nothing."""
SAMPLES = [{"name": name, "title": name, "address": f"/app/static/samples/{name}.jpg"} for name in ("a", "b", "c")]

st.title("Make a picture move")
left, right = st.columns(2, gap="large")
with left:
    st.container(key="job-board")
    st.file_uploader("Picture", type=["image", ".heic", ".heif"], key="file", max_upload_size=20)
    st.text_input("Link to a picture", max_chars=2_000, placeholder="https://…", key="link")
    with st.container(key="picture-camera"):
        st.toggle("Use the camera", key="camera")
    st.caption("No picture at hand? Try one of ours:")
    PICKER(key="samples", data={"label": "Pictures to try", "samples": SAMPLES}, on_picked_change=lambda: None)
with right, st.container(key="order-form"):
    st.text_area("Prompt", height=130, max_chars=2_000, placeholder="What should happen?", key="prompt")
    st.empty()
    st.expander("Ideas for your description", key="ideas", icon=":material/lightbulb:", on_change="rerun")
    st.selectbox("Model", ("Wan 2.6", "Wan 2.6 Flash", "Wan 2.7"), help="What each is for.", key="model")
    st.radio("Length", (5, 10, 15), format_func="{} s".format, horizontal=True, key="length")
    st.radio("Quality", ("720p", "1080p"), horizontal=True, key="quality")
    st.toggle("With sound", key="sound")
    st.toggle("Several shots", help="A cut between two or more views.", key="shots")
    st.empty()
    with st.expander("More options", key="more"):
        st.toggle("Improve my description", help="The service adds detail.", key="improve")
        st.text_area("What to avoid", height=80, max_chars=500, placeholder="For example: text", key="avoid")
        st.number_input("Seed", value=None, min_value=0, max_value=2**31 - 1, step=1, placeholder="Random", key="seed")
        st.text_input("Link to an audio file", max_chars=2_000, placeholder="https://…/music.mp3", key="audio")
        with st.container():
            st.file_uploader(
                "Audio file",
                type=["audio", ".wav", ".mp3"],
                help="In place of a link.",
                max_upload_size=15,
                key="sound-file",
            )
            st.caption("The service may refuse a file. Then nothing is charged, and a link does instead.")
    st.radio("How many", (1, 2, 3, 4), horizontal=True, help="The same order several times.", key="count")
    with st.container(key="order-bar"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="order-line"):
            st.text("Free in the demo.")
            st.text("Usually about 2 minutes")
        st.button("Create video", type="primary", icon=":material/movie:", width="stretch", key="create")
        st.caption("Add a picture and a sentence to start.")
for number, script in enumerate(SCRIPTS):
    script(key=f"script-{number}")
