"""Our own pictures to try with, as buttons one can tap: Streamlit's buttons cannot carry a picture."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.language import _
from studio import urls
from studio.pictures.samples import SAMPLES, Sample

KEY = "sample-picker"

_PICKER = st.components.v2.component(
    "kineograph_sample_picker",
    css="""
    :host { display: block }
    [role=group] { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: .75rem;
                   align-items: start }
    button { padding: 0; border: 0; background: none; color: var(--st-text-color); font: inherit; font-size: .85rem;
             text-align: start; cursor: pointer; border-radius: .75rem }
    button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 3px }
    img { display: block; width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: .75rem;
          margin-block-end: .35rem; transition: filter .15s }
    button:hover img { filter: brightness(1.08) }
    """,
    html="<div role='group'></div>",
    js="""
    export default function ({ data, parentElement, setTriggerValue }) {
      const group = parentElement.querySelector("[role=group]");
      group.setAttribute("aria-label", data.label);
      group.replaceChildren(...data.samples.map(({ name, title, seen, address }) => {
        const button = document.createElement("button");
        const image = document.createElement("img");
        button.type = "button";
        image.src = address;
        image.alt = "";
        button.title = seen;
        button.append(image, title);
        button.onclick = () => setTriggerValue("picked", name);
        return button;
      }));
    }
    """,
)


def show(picked: Callable[[str], None]) -> None:
    """Draw the pictures; calls `picked` with the name of the one that is tapped, before the page is drawn again."""
    shown = [{"name": s.name, "title": _(s.title), "seen": _(s.alt), "address": urls.sample(s.name)} for s in SAMPLES]
    data = {"label": _("Pictures to try"), "samples": shown}
    _PICKER(key=KEY, data=data, on_picked_change=lambda: picked(str(st.session_state[KEY]["picked"])))


def named(name: str) -> Sample | None:
    """The picture of that name."""
    return next((sample for sample in SAMPLES if sample.name == name), None)
