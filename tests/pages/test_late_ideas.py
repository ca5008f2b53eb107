"""A browser tells what its fields hold with each click, also those that were answered and are to be drawn no more."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components import session
from studio.access.visitors import COOKIE
from studio.installation import Studio
from tests.pages.conftest import ran


@pytest.fixture
def told(studio: Studio, visitor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_cookies", lambda: {COOKIE: studio.access.visitors.cookie(visitor)})


def _tapped_twice() -> None:
    import streamlit as st

    from components.create import form_fields, ideas
    from components.current_form import draft

    chips = ["gently and calmly", "in slow motion"]
    for _time in range(2):
        st.session_state["chips"] = chips[:1]
        ideas._tapped("How", "chips", chips)
        form_fields.write_prompt(draft().prompt.replace("ently and calmly", "one again"))
    st.text(draft().prompt)


@pytest.mark.usefixtures("told")
def test_a_tap_is_one_however_often_it_is_told() -> None:
    (said,) = ran(AppTest.from_function(_tapped_twice)).text
    assert said.value.lower() == "gone again"
