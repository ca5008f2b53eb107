"""An order as a program: it reads the key from the environment, pictures and a sound from files, orders, waits and
prints the video's address."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from enum import StrEnum

from studio.orders.order import Order
from studio.resources import fill
from studio.worker.provider_mapping import request_of
from videoapi.wire import GENERATIONS_PATH, request_body

PROVIDER_URL = "https://api.aimlapi.com"
"""Where everybody finds the provider. The owner's AIMLAPI_BASE_URL may be a place of the owner's own."""
POLL_EVERY_S = 15
"""As the provider's own sample does."""

_FROM_FILES = {"image_url": "picture", "last_image_url": "ending", "audio_url": "sound"}
"""The fields that are read from a file, where they hold one, and what the program calls that."""
_FILES = {"picture": "picture.jpg", "ending": "ending.jpg", "sound": "sound.mp3"}
"""What the program calls such a file, and under which name it looks for it unless it is told another; in the order in
which it is told."""


class Language(StrEnum):
    """What an order can be shown in. The value is what a highlighter calls it."""

    CURL = "bash"
    PYTHON = "python"
    JAVASCRIPT = "javascript"

    @property
    def file_name(self) -> str:
        """Under which name to save it: by that name the program tells how it is started."""
        return _FILE_NAMES[self]


_FILE_NAMES = {Language.CURL: "order.sh", Language.PYTHON: "order.py", Language.JAVASCRIPT: "order.js"}


def as_code(
    order: Order, language: Language, *, base_url: str = PROVIDER_URL, poll_every_s: float = POLL_EVERY_S
) -> str:
    """The whole program, ready to be saved as `language.file_name` and run.

    It holds neither a key nor a picture or a sound: they are AIMLAPI_KEY, and the files that are named when it is
    started. A sound is an MP3 then, as what is sent from here is. A video that ends in the picture that it begins with
    needs one file for both.
    """
    # Without a byte in it a picture is the beginning that all pictures have, and so is a sound.
    request = request_of(order, b"", b"" if order.ending_picture_key else None, sound=b"" if order.sound_key else None)
    fields = request_body(request)
    from_files = {name: fields.pop(name) for name in _FROM_FILES if str(fields.get(name)).startswith("data:")}
    called = {name: _called(name, order) for name in from_files}
    address = base_url.rstrip("/") + GENERATIONS_PATH
    files = [
        {"called": file, "name": _FILES[file], "number": number}
        for number, file in enumerate((file for file in _FILES if file in called.values()), 1)
    ]
    if language is Language.CURL:
        return fill(
            __file__,
            "order.sh.jinja",
            address=shlex.quote(address),
            parts=_shell_parts(fields, from_files, called),
            end=shlex.quote('"\n}\n'),
            files=files,
            poll_every_s=poll_every_s,
        )
    return fill(
        __file__,
        f"{language.file_name}.jinja",
        address=_quoted(address, language),
        fields=[(_quoted(name, language), _literal(value, language)) for name, value in fields.items()],
        from_files=[
            (_quoted(name, language), _literal(begins, language), called[name]) for name, begins in from_files.items()
        ],
        files=files,
        poll_every_s=poll_every_s,
    )


def _called(field: str, order: Order) -> str:
    """What the program calls the file of a field."""
    is_loop = field == "last_image_url" and order.ending_picture_key == order.picture_key
    return _FROM_FILES["image_url" if is_loop else field]


def _shell_parts(
    fields: Mapping[str, object], from_files: Mapping[str, object], called: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The order's JSON up to where each file belongs, quoted, and what the file that does is called."""
    lines = [f"{_quoted(name, Language.CURL)}: {_literal(value, Language.CURL)}" for name, value in fields.items()]
    before, parts = "{\n  " + ",\n  ".join([*lines, ""]), []
    for name, begins in from_files.items():
        opened = f"{_quoted(name, Language.CURL)}: {_literal(begins, Language.CURL)[:-1]}"
        parts.append((shlex.quote(before + opened), called[name]))
        before = '",\n  '
    return parts


def _literal(value: object, language: Language) -> str:
    """A field's value as the language writes it. Raises TypeError for what no field has so far."""
    match value:
        case bool():
            return str(value) if language is Language.PYTHON else str(value).lower()
        case int():
            return str(value)
        case str():
            return _quoted(value, language)
        case _:
            raise TypeError(f"no way to write a {type(value).__name__}")


def _quoted(text: str, language: Language) -> str:
    """The text between double quotes: JSON, which is JavaScript as well, or Python.

    What can be read stands there as it is. What cannot (line ends of any kind, what turns the direction, halves of a
    surrogate pair) is escaped, and so is what would end a script within a page.
    """
    written = "".join(_letter(letter, language) for letter in text)
    return '"' + written.replace("</", "\\u003c/").replace("<!--", "\\u003c!--") + '"'


_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _letter(letter: str, language: Language) -> str:
    if letter in _SHORT:
        return _SHORT[letter]
    if letter.isprintable():
        return letter
    code = ord(letter)
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    if language is Language.PYTHON:
        return f"\\U{code:08x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
