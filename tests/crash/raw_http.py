"""Answers as bytes, well-formed or not, over asyncio streams."""

from __future__ import annotations

import asyncio
import json
import socket
import struct


def answer(
    writer: asyncio.StreamWriter,
    status: int,
    content: object,
    *,
    kind: str = "application/json",
    declare: int | None = None,
    extra: str = "",
) -> None:
    """One answer, JSON unless it is bytes; `declare` lies about its length, `extra` are whole header lines."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    length = len(body) if declare is None else declare
    head = (
        f"HTTP/1.1 {status} So\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{extra}Connection: close\r\n\r\n"
    )
    writer.write(head.encode("latin-1") + body)


def reset(writer: asyncio.StreamWriter) -> None:
    """End the connection with a reset (RST), whatever was written."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
