"""Privacy: what is kept, where, how long; and deleting all of it."""

import streamlit as st

from components import privacy
from components.language import _

st.title(_("Privacy"))
privacy.show()
