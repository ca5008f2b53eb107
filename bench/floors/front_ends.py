"""The components of Create and of the Gallery by their files for the browser, which do nothing here.

A module of its own: what stands in a page's script is done anew at every rerun.
"""

from pathlib import Path

import streamlit as st

FRONT_ENDS = Path(__file__).parents[2] / "components"


def _component(stem: str, *, above: str = "", is_for_the_page: bool = False):
    """One by its files, which does nothing here."""
    files = {kind: FRONT_ENDS / f"{stem}.{kind}" for kind in ("html", "css", "js")}
    parts = {kind: file.read_text("utf-8") for kind, file in files.items() if file.exists()}
    if "js" in parts:
        parts["js"] = above + parts["js"]
    name = f"floor_{Path(stem).name}"
    return st.components.v2.component(name, isolate_styles=not is_for_the_page, **parts)


PUTTING = (FRONT_ENDS / "create/putting.js").read_text("utf-8")
NEWS = _component("create/news")
PICKER = _component("create/sample_picker")
GIVEN_FILES = _component("create/given_files", above=PUTTING, is_for_the_page=True)
TYPED_WORDS = _component("create/typed_words", is_for_the_page=True)
ONE_PRESS = _component("create/one_press", is_for_the_page=True)
SOUND_INPUT = _component("create/sound_input", above=PUTTING, is_for_the_page=True)
STAGE = _component("create/stage", is_for_the_page=True)
SETTINGS_LINE = _component("create/settings_line", is_for_the_page=True)
FRAME = _component("frame", is_for_the_page=True)
GRID_PARTS = ("card", "order", "menu", "choice", "back", "large", "compare", "keys", "rows", "typing", "undo")
GRID = _component(
    "gallery/grid",
    above=(FRONT_ENDS / "result/course.js").read_text("utf-8")
    + "".join((FRONT_ENDS / f"gallery/grid_{part}.js").read_text("utf-8") for part in GRID_PARTS),
    is_for_the_page=True,
)
PLAYERS = _component("result/players")
LOST_LINE = _component("lost_line")
NOTES = _component("notes")
PAGE_LANGUAGE = _component("page_language", above=(FRONT_ENDS / "streamlits_words.js").read_text("utf-8"))
