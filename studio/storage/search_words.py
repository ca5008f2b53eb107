"""How words are kept to be searched, and what a search looks for in them. Pure.

Words are runs of letters and digits, without accents and without capitals. Han, Hiragana, Katakana and Hangul are
written without spaces: each of their characters is a word of its own. Every word of a search must be the beginning of
some word of what is searched; characters that stand together in a search must stand together there.

A row keeps its words in one line of text with a space before each, so that a search for " wav" is a search for words
that begin so: the same on SQLite and PostgreSQL. An index of SQLite's own for full texts (FTS5) would keep the words
of deleted videos in the file until it is written anew (3.40), and its words would be everybody's.
"""

from __future__ import annotations

import re
import unicodedata

TERMS_MAX = 500
"""Words that are looked for at once: more than a description has. SQLite takes no more than 1,000 conditions."""
TERM_MAX = 10_000
"""Characters of one of them. SQLite compares with no more than 50,000 bytes."""

_APART = " | "
"""Between texts: no word, and nothing that stands together reaches over it."""

_LINE_SCRIPTS = (
    "\u1100-\u11ff\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_PIECES = re.compile(f"[{_LINE_SCRIPTS}]+|[^{_LINE_SCRIPTS}]+")
_IS_IN_LINE = re.compile(f"[{_LINE_SCRIPTS}]")


def words(text: str) -> list[str]:
    """The words of a text, in their order, as they are searched."""
    return [word for piece in _pieces(text) for word in _words_of(piece)]


def kept_form(*texts: str) -> str:
    """What a row keeps of its texts to be searched; empty where they have no words."""
    lines = [" ".join(found) for text in texts if (found := words(text))]
    return f" {_APART.join(lines)}" if lines else ""


def terms(query: str) -> tuple[str, ...] | None:
    """What the kept form must contain, all of it, to be found by this; none for a blank one, which finds everything.

    None where nothing can be found: it has no word, or more than anybody would look for.
    """
    found = dict.fromkeys(" " + " ".join(_words_of(piece)) for piece in _pieces(query))
    has_too_much = len(found) > TERMS_MAX or any(len(term) > TERM_MAX for term in found)
    return None if has_too_much or (query.strip() and not found) else tuple(found)


def _pieces(text: str) -> list[str]:
    runs = "".join(ch if unicodedata.category(ch)[0] in "LNM" else " " for ch in _bare(text)).split()
    return [piece for run in runs for piece in _PIECES.findall(run)]


def _words_of(piece: str) -> list[str]:
    return list(piece) if _IS_IN_LINE.match(piece) else [piece]


def _bare(text: str) -> str:
    """Without accents, capitals and what no one can see; syllables of Hangul, which come apart as well, whole again."""
    apart = unicodedata.normalize("NFKD", text)
    kept = "".join(ch for ch in apart if not unicodedata.combining(ch) and unicodedata.category(ch) != "Cf")
    return unicodedata.normalize("NFC", kept.casefold())
