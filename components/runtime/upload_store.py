"""What Streamlit holds of uploads, and how it lets go of them.

By the parts of its runtime that have no underscore (1.67.0); a test holds them so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


class StreamlitUploads:
    """The uploads that the running Streamlit holds in memory, by session and file."""

    def is_connected(self, session: str) -> bool:
        """True while a tab with this session is open."""
        return runtime.get_instance().is_active_session(session)

    def held(self, session: str, files: Iterable[str]) -> set[str]:
        """Which of these files of a session are still held."""
        return {record.file_id for record in _manager().get_files(session, list(files))}

    def remove(self, session: str, file: str) -> None:
        """Let go of one; no error where it is gone."""
        _manager().remove_file(session, file)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was given."""

    data: bytes
    name: str


def taken_out(key: str) -> Upload | None:
    """The file that the uploader of this key was given; Streamlit, which would keep the bytes until the tab has been
    gone for minutes, holds none of them any more. The uploader is empty at the next run.

    None where it was taken off again, and for what stands for a file that was taken out before: a browser sends what
    its widgets hold with each rerun, until it has drawn the new ones.
    """
    given = st.session_state.get(key)
    if not isinstance(given, UploadedFile):
        return None
    upload = Upload(given.getvalue(), given.name)
    _let_go(given)
    return upload


def _let_go(upload: UploadedFile) -> None:
    context = get_script_run_ctx()
    # Pages under test run without a server.
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, upload.file_id)


def _manager() -> MemoryUploadedFileManager:
    manager = runtime.get_instance().uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager):
        raise TypeError(f"uploads are held by a {type(manager).__name__}, which is not known here")
    return manager
