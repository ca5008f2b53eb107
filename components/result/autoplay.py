"""Starts videos where Chromium does not: those meant to play by themselves, and those whose poster is clicked."""

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

_POSTERS = st.components.v2.component(
    "kineograph_posters",
    js="""
    export default function () {
      const play = ({ target }) => {
        // The player's own buttons have been served by now, and have started what they start.
        const waits = target instanceof HTMLVideoElement && target.paused && target.readyState === 0;
        if (waits) target.play().catch(() => {});
      };
      document.addEventListener("click", play);
      return () => document.removeEventListener("click", play);
    }
    """,
)


def start(key: str) -> None:
    """Start what waits on this page. Called after a video was drawn, with a key of that video's own.

    Chromium (156) forgets about `autoplay` in a video that was made apart from the page and put into it in a later
    task, which is how React draws under load: the video stood still for good, in about one of four runs.
    """
    _STARTER(key=f"autoplay-{key}")


def play_posters_on_click() -> None:
    """A click on a poster plays it. Chromium (156) serves only its small triangle while nothing is loaded."""
    _POSTERS(key="posters")
