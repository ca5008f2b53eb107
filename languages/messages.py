"""`python -m languages.messages`: brings every sentence of the app into each catalogue, and drops those that are gone.

What is new stands there without a translation, for somebody to write; nothing is guessed from what is alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from languages.catalogues import FOLDER
from languages.spoken import LANGUAGES, WRITTEN_IN

ROOT = Path(__file__).parents[1]
SPEAKING = ("components", "pages", "web", "studio/pictures")
"""The folders with sentences in them; the last one for the names of our own pictures."""
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
_OF_THIS_TIME = (
    b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator', b'"Language-Team', b'"Generated-By',
    b'"Report-Msgid-Bugs-To', b'"Project-Id-Version', b"# FIRST AUTHOR", b"# Copyright", b"# This file is distributed",
)  # fmt: skip
FOR_TRANSLATORS = ["Translators:"]
"""How a comment begins that is for them."""


def template() -> Catalog:
    """Every sentence that is marked, with the files it stands in."""
    catalog = Catalog(project="Kineograph", charset="utf-8")
    for folder in SPEAKING:
        found = extract_from_dir(
            ROOT / folder,
            [("**.py", "python")],
            keywords=KEYWORDS,
            comment_tags=FOR_TRANSLATORS,
            strip_comment_tags=True,
        )
        for name, _line, message, comments, context in found:
            catalog.add(message, None, [(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return catalog


def catalogues() -> Iterator[tuple[str, Path]]:
    """The languages that need one, by their codes, and where it is."""
    for language in LANGUAGES:
        if language is not WRITTEN_IN:
            yield language.code, FOLDER / f"{language.code}.po"


def read(code: str, path: Path) -> Catalog:
    """The catalogue of a language; an empty one where there is none yet."""
    locale = code.replace("-", "_")
    if not path.exists():
        return Catalog(locale=locale, project="Kineograph", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def write(catalog: Catalog, path: Path) -> None:
    """Write it by its files, without what would be different each time, or names somebody."""
    written = BytesIO()
    write_po(written, catalog, width=110, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    lines = written.getvalue().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(_OF_THIS_TIME)))


def main() -> None:
    """Bring all catalogues up to date, and say what is missing in each."""
    now = template()
    for code, path in catalogues():
        catalog = read(code, path)
        catalog.update(now, no_fuzzy_matching=True, update_header_comment=False)
        write(catalog, path)
        missing = sum(not all(_strings(message.string)) for message in catalog if message.id)
        print(f"{code:8} {len(catalog)} sentences, {missing} without a translation")


def _strings(string: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str | None) else tuple(string)


if __name__ == "__main__":
    main()
