"""For the process of an app under test: one host of the open internet, whose server runs on this computer.

Python loads it before anything else, where PYTHONPATH names its folder. It stands for a resolver, a route and an
authority, for that one name alone: which addresses are public, and all else, is the app's own to judge.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import certifi

NAME, ADDRESS = "pictures.example", "93.184.216.34"

_look_up: Any = socket.getaddrinfo
_connect: Any = socket.create_connection


def _addresses(host: Any, *arguments: Any, **options: Any) -> Any:
    return _look_up(ADDRESS if host == NAME else host, *arguments, **options)


def _connection(address: Any, *arguments: Any, **options: Any) -> Any:
    if address[0] == ADDRESS:
        # Where the test's server listens by now.
        address = "127.0.0.1", int(Path(os.environ["PUBLIC_HOST_PORT_FILE"]).read_text())
    return _connect(address, *arguments, **options)


def _authorities() -> str:
    return os.environ["PUBLIC_HOST_CERTIFICATE"]


socket.getaddrinfo = _addresses
socket.create_connection = _connection
certifi.where = _authorities
