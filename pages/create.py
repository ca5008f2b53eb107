"""Create: a picture and a sentence in, a video out."""

import functools

import streamlit as st

from components.access import gate
from components.create import job_board, order_button, order_form, picture_input
from components.language import _
from components.messages import attention, notices
from components.session import create_page, keeps_cookies

# Read once, and not before it is needed: while the database is away, the form is there.
shown = functools.cache(create_page)

st.title(_("Make a picture move"))
if not keeps_cookies():
    st.warning(notices.no_cookies(), icon=":material/block:")
elif gate.show(lambda: shown().may_order):
    picture_input.settle()
    left, right = st.columns(2, gap="large")
    with left:
        picture_input.show()
    with right:
        order_form.show()
        order_button.show(shown)
job_board.show(shown().jobs)
attention.follow()
