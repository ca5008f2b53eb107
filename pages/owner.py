"""For the owner: money, what is under way, what went wrong, access codes, and the switch for new orders."""

import streamlit as st

from components.language import _
from components.owner import codes, figures, gate, ledger, sessions, switch

if gate.show():
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(_("For the owner"), width="stretch")
        switch.button()
    figures.show(switch.banner())
    codes.make()
    sessions.show()
    with st.container(horizontal=True):
        ledger.download()
        gate.leave()
