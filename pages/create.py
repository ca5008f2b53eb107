"""Create: a picture and a sentence in, a video out."""

import functools

import streamlit as st

from components.access import gate
from components.create import (
    ending_input,
    framing_input,
    ideas,
    job_board,
    order_button,
    order_form,
    picture_input,
    picture_line,
    stage,
)
from components.current_form import create_page
from components.language import _
from components.messages import attention, notices
from components.result import players
from components.session import keeps_cookies

# Read once, and not before it is needed: while the database is away, the form is there.
shown = functools.cache(create_page)

st.title(_("Make a picture move"))
if not keeps_cookies():
    st.warning(notices.no_cookies(), icon=":material/block:")
elif gate.show(lambda: shown().may_order):
    picture_input.settle()
    picture_line.settle()
    ending_input.settle()
    # So that length, quality and sound stand in one row.
    left, right = st.columns([11, 12], gap="medium")
    with left:
        job_board.show(shown())
        # What is being made has the stage; what it was made from is a reminder beside it.
        with st.container(key=attention.PICTURE):
            picture_input.show(small=bool(shown().jobs))
        with st.container():
            picture_line.show()
            framing_input.show()
        ending_input.show()
    with right, st.container(key=attention.ORDER_FORM):
        order_form.show_words()
        ideas.show()
        order_form.show_settings()
        with st.container(key=stage.ORDER_BAR):
            order_button.show(shown)
    stage.dress()
else:
    job_board.show(shown())
players.mind()
attention.follow()
