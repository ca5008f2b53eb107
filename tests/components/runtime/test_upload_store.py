"""What the app needs of Streamlit's store of uploads, on a running Streamlit: an upgrade that changes it is seen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.app_process import ROOT, AppProcess, wait_until
from tests.attacks.tab import Tab, as_sent

PAGE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from components.runtime.upload_store import StreamlitUploads, taken_out

session, store = get_script_run_ctx().session_id, StreamlitUploads()
upload = st.file_uploader("File", key="file")
if upload is not None:
    before = store.held(session, [upload.file_id, "other"]) == {{upload.file_id}}
    taken = taken_out("file")
    taken_out("file")
    st.text(f"held {{before}}, left {{store.held(session, [upload.file_id])}}, has {{taken.data!r}}")
    store.remove("nobody", "nothing")
    st.text(f"here {{store.is_connected(session)}}, elsewhere {{store.is_connected('nobody')}}")
"""


class OnePage(AppProcess):
    """A Streamlit with the page above, and nothing of ours in front of it."""

    def start(self) -> None:
        script = self.data_dir.parent / "page.py"
        script.write_text(PAGE)
        with self.log.open("ab") as log:
            self._process = self._spawn([str(Path(sys.executable).with_name("streamlit")), "run", str(script)], log)
        self._groups.append(self._process.pid)
        wait_until(self._answers, "it answers", 60)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/_stcore/health", timeout=5).ok
        except requests.RequestException:
            return False


@pytest.fixture
def page(tmp_path: Path) -> Iterator[OnePage]:
    running = OnePage(tmp_path, pace=0)
    try:
        running.start()
        yield running
    finally:
        running.end_for_good()


def uploader(messages: list[ForwardMsg]) -> str:
    """The id of the page's uploader."""
    [found] = [
        message.delta.new_element.file_uploader.id
        for message in messages
        if message.delta.new_element.WhichOneof("type") == "file_uploader"
    ]
    return str(found)


def test_an_upload_is_held_until_it_is_let_go_of(page: OnePage) -> None:
    tab = Tab(page)
    tab.open()
    widget = uploader(tab.draw())
    assert tab.put(as_sent(b"a picture"), "the-file").status_code == 204
    asked = BackMsg()
    state = asked.rerun_script.widget_states.widgets.add(id=widget)
    state.file_uploader_state_value.uploaded_file_info.add(
        file_id="the-file", name="a.jpg", size=9, file_urls={"file_id": "the-file"}
    )
    said = [message.delta.new_element.text.body for message in tab.draw(asked=asked)]
    assert [text for text in said if text] == [
        "held True, left set(), has b'a picture'",
        "here True, elsewhere False",
    ]
    tab.close()
