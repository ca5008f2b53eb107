"""What Create draws, with nothing behind it.

The same elements in the same containers, and the same files for the browser: what Streamlit takes for a page like this,
whoever wrote it.
"""

import streamlit as st
from front_ends import (
    GIVEN_FILES,
    NEWS,
    ONE_PRESS,
    PICKER,
    PLAYERS,
    SETTINGS_LINE,
    SOUND_INPUT,
    STAGE,
    TYPED_WORDS,
)

SAMPLES = [{"name": name, "title": name, "address": f"/app/static/samples/{name}.jpg"} for name in ("a", "b", "c")]


def nothing() -> None:
    """What comes of a change here."""


st.title("Make a picture move")
left, right = st.columns([11, 12], gap="medium")
with left:
    with st.container(key="job-board"):
        NEWS(key="news", data={"under_way": [], "ready": [], "ended": {}, "words": {"ready": "Ready"}})
    with st.container():
        st.file_uploader("Picture", type=["image", ".heic", ".heif"], key="file", max_upload_size=20)
        st.text_input("Link to a picture", max_chars=2_000, placeholder="https://…", key="link")
        with st.container(key="picture-camera"):
            st.toggle("Use the camera", key="camera")
        st.caption("No picture at hand? Try one of ours:")
        PICKER(key="samples", data={"label": "Pictures to try", "samples": SAMPLES}, on_picked_change=nothing)
    with st.container():
        GIVEN_FILES(
            key="given-files",
            data={"room": 19, "most_bytes": 20_000_000, "form": 0},
            default={"coming": 0},
            on_coming_change=nothing,
            on_left_out_change=nothing,
            on_too_large_change=nothing,
        )
        st.container()
with right, st.container(key="order-form"):
    st.text_area("Prompt", height=130, max_chars=20_000, placeholder="What should happen?", key="prompt")
    st.empty()
    TYPED_WORDS()
    st.expander("Ideas for your description", key="ideas", icon=":material/lightbulb:", on_change="rerun")
    st.selectbox("Model", ("Wan 2.6", "Wan 2.6 Flash", "Wan 2.7"), help="What each is for.", key="model")
    st.caption("The best all-rounder.")
    SETTINGS_LINE(data={"words": "5 sec · Good (720p) · with sound", "is_open": False})
    with st.container(key="settings"):
        with st.container(horizontal=True, key="settings-row"):
            st.radio("Length", (5, 10, 15), format_func="{} s".format, horizontal=True, key="length")
            st.radio("Quality", ("720p", "1080p"), horizontal=True, key="quality")
            st.toggle("With sound", key="sound")
        with st.expander("More options", key="more"):
            st.toggle("Several shots", help="A cut between two or more views.", key="shots")
            st.empty()
            st.toggle("Improve my description", help="The service adds detail.", key="improve")
            st.text_area("What to avoid", height=80, max_chars=500, placeholder="For example: text", key="avoid")
            st.number_input(
                "Seed", value=None, min_value=0, max_value=2**31 - 1, step=1, placeholder="Random", key="seed"
            )
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
    with st.container(key="order-bar"):
        st.radio("How many", (1, 2, 3, 4), horizontal=True, help="The same order several times.", key="count")
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="order-line"):
            st.text("Free in the demo.")
            st.text("Usually about 2 minutes")
        st.button("Create video", type="primary", icon=":material/movie:", width="stretch", key="create")
        ONE_PRESS(key="one-press", data={"button": "create", "answered": 0, "words": "Sending …"})
        SOUND_INPUT(data={"button": "create", "kept": "sound-kept", "words": "Waiting for your sound …"})
        st.caption("Add a picture and a sentence to start.")
STAGE()
PLAYERS()
