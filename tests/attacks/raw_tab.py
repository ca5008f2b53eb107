"""A tab without a browser: the pages' own protocol, spoken by a program that need not keep to their rules."""

from __future__ import annotations

import re
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol


def connected(url: str, **headers: str) -> ClientConnection:
    """A socket to the app at this address, opened with these headers."""
    origin = headers.pop("Origin", url)
    return connect(
        re.sub("^http", "ws", url) + "/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers=headers,
        origin=Origin(origin),
        max_size=None,
    )


class Tab:
    """A session as a program has it that speaks the pages' protocol, and not by their rules."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def run(self, *values: tuple[str, str, Any]) -> list[ForwardMsg]:
        """Run the page with these values (widget, field, value); everything that it answers."""
        ask = BackMsg()
        ask.rerun_script.page_name = ""
        for widget_id, field, value in values:
            widget = ask.rerun_script.widget_states.widgets.add()
            widget.id = widget_id
            match field:
                case "file_uploader_state_value":
                    widget.file_uploader_state_value.uploaded_file_info.add().file_id = value
                case "string_trigger_value":
                    widget.string_trigger_value.data = value
                case "double_array_value" | "int_array_value" | "string_array_value":
                    getattr(widget, field).SetInParent()
                    getattr(widget, field).data.extend(value)
                case _:
                    setattr(widget, field, value)
        self._socket.send(ask.SerializeToString())
        answer = []
        while True:
            said = ForwardMsg()
            said.ParseFromString(self._socket.recv(timeout=60))
            answer.append(said)
            if said.WhichOneof("type") == "script_finished":
                return answer

    def widgets(self) -> dict[str, str]:
        """The kind of each widget on the page, by its id."""
        found = {}
        for element in elements(self.run()):
            kind = element.WhichOneof("type")
            drawn = getattr(element, kind)
            if getattr(drawn, "id", ""):
                found[drawn.id] = kind
        return found


OURS = "Something went wrong on our side."


def elements(answer: list[ForwardMsg]) -> list[Any]:
    deltas = [said.delta for said in answer if said.WhichOneof("type") == "delta"]
    return [delta.new_element for delta in deltas if delta.WhichOneof("type") == "new_element"]


def sorry(answer: list[ForwardMsg]) -> list[str]:
    """The errors of our own making that the page shows; what it says of a value that it understood is none."""
    alerts = [element.alert for element in elements(answer) if element.WhichOneof("type") == "alert"]
    return [alert.body for alert in alerts if alert.format == alert.ERROR and OURS in alert.body] + [
        "an exception" for element in elements(answer) if element.WhichOneof("type") == "exception"
    ]
