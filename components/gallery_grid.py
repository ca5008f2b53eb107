"""The grid of a visitor's videos: posters that play where they are, and what can be done with each."""

from __future__ import annotations

import streamlit as st

from components import autoplay
from components.language import _, megabytes, moment, money, seconds
from components.player import player
from components.session import desk, fill_form, following, visitor
from studio import addresses
from studio.desk import GalleryPage
from studio.jobs import Job

CARD_WIDTH_PX = 300


def show(page: GalleryPage) -> None:
    """Draw one page of videos."""
    with st.grid(min_column_width=CARD_WIDTH_PX, gap="medium"):
        for job in page.videos:
            _card(job)
    autoplay.play_posters_on_click()


def _card(job: Job) -> None:
    if job.video is None:
        return
    with st.container(border=True, key=f"card-{job.id}", gap="small"):
        st.html(player(job, job.video, autoplay=False))
        st.text(job.order.prompt)
        st.caption(_facts(job))
        with st.container(horizontal=True):
            st.link_button(_("Download"), addresses.download(job.id))
            if st.button(_("Use again"), key=f"use-{job.id}"):
                _use_again(job)
            if st.button(_("Delete"), key=f"delete-{job.id}", type="tertiary"):
                _confirm_delete(job)


def _facts(job: Job) -> str:
    facts = [moment(job.created_at), seconds(job.order.duration_s), job.order.resolution]
    if job.video is not None:
        facts.append(megabytes(job.video.size_bytes))
    cost = job.cost_micros if job.cost_micros is not None else job.price_micros
    if job.backend == "demo":
        facts.append(_("Demo, free"))
    elif cost is not None:
        facts.append(money(cost))
    return " · ".join(facts)


def _use_again(job: Job) -> None:
    again = desk().draft_again(visitor(), job.id)
    if again is not None:
        fill_form(again)
    st.switch_page("create.py")


def _confirm_delete(job: Job) -> None:
    @st.dialog(_("Delete this video?"))
    def ask() -> None:
        st.text(job.order.prompt)
        st.write(_("The video and its picture are deleted for good."))
        with st.container(horizontal=True):
            if st.button(_("Delete for good"), type="primary", key="delete-yes"):
                desk().delete(visitor(), job.id)
                following().pop(job.id, None)
                st.rerun()
            if st.button(_("Keep it"), key="delete-no"):
                st.rerun()

    ask()
