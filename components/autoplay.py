"""Starts videos that are meant to play by themselves and did not."""

from __future__ import annotations

import streamlit as st

_STARTER = st.components.v2.component(
    "kineograph_autoplay",
    js="""
    export default function () {
      const start = () => {
        for (const video of document.querySelectorAll("video[autoplay]")) {
          // Once only: what a person has paused stays paused.
          if (video.dataset.started) continue;
          video.dataset.started = "yes";
          video.muted = true;
          video.play().catch(() => {});
        }
      };
      // The video may come into the page before this or after it.
      const watch = new MutationObserver(start);
      watch.observe(document.body, { subtree: true, childList: true });
      start();
      return () => watch.disconnect();
    }
    """,
)


def start(key: str) -> None:
    """Start what waits on this page. Called after a video was drawn, with a key of that video's own.

    Chromium (156) forgets about `autoplay` in a video that was made apart from the page and put into it in a later
    task, which is how React draws under load: the video stood still for good, in about one of four runs.
    """
    _STARTER(key=f"autoplay-{key}")
