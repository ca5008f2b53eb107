"""Components with a part in the browser: the template, style and script that stand beside a Python file by one name."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from studio.resources import text


def of(file: str, name: str = "", *, above: str = "", is_for_the_page: bool = False) -> ComponentRenderer:
    """The component whose files (.html, .css, .js; not all need be there) are named like this Python file.

    Or have the other `name` beside it. `above` is a script that its own one builds upon. A component keeps its style to
    itself unless that `is_for_the_page`, which stands outside of it. Give it a key only where it keeps something: to
    every field that it draws, Streamlit (1.67.0) presents the state of each component that has one, which takes longer
    than to draw it.
    """
    stem = name or Path(file).stem
    parts = {
        kind: text(file, f"{stem}.{kind}")
        for kind in ("html", "css", "js")
        if Path(file).with_name(f"{stem}.{kind}").exists()
    }
    if above:
        parts["js"] = above + parts["js"]
    return st.components.v2.component(f"kineograph_{stem}", isolate_styles=not is_for_the_page, **parts)
