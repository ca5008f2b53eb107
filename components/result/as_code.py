"""The order of a video as a program that makes the same, for who has a key of their own."""

from __future__ import annotations

import streamlit as st

from components.language import _
from components.session import visitor, visitor_service
from studio.as_code.programs import Language
from studio.jobs.job import Job

NAMES = {Language.CURL: "cURL", Language.PYTHON: "Python", Language.JAVASCRIPT: "JavaScript"}


def show(job: Job) -> None:
    """Open the dialog with the programs."""

    @st.dialog(_("Show as code"), width="large")
    def dialog() -> None:
        st.caption(_("Runs as it stands, with a key of your own in AIMLAPI_KEY and the files that it names beside it."))
        for tab, language in zip(st.tabs(list(NAMES.values())), NAMES, strict=True):
            with tab:
                st.caption(language.file_name)
                st.code(visitor_service().code_of(visitor(), job.id, language) or "", language=language.value)

    dialog()
