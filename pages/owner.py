"""For the owner: money, what is under way, what went wrong, access codes, and the switch for new orders."""

import streamlit as st

from components import owner_codes, owner_figures, owner_gate, owner_ledger, owner_sessions, owner_switch
from components.language import _

if owner_gate.show():
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(_("For the owner"), width="stretch")
        owner_switch.button()
    owner_figures.show(owner_switch.banner())
    owner_codes.make()
    owner_sessions.show()
    with st.container(horizontal=True):
        owner_ledger.download()
        owner_gate.leave()
