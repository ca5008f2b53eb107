"""Phrases that are tapped into a text and out again; what a person typed around them stays as it is. Pure."""

from __future__ import annotations

import re

_ENDS_SENTENCE = (".", "!", "?", "…", "。", "！", "？", "।", "؟")  # noqa: RUF001 - those of other scripts, too
_JOINS = (",", ";", ":", "，", "、", "；", "：")  # noqa: RUF001


def has_phrase(text: str, phrase: str) -> bool:
    """True where the phrase stands in the text, as words of its own; capitals do not matter."""
    return _found(text, phrase) is not None


def with_phrase(text: str, phrase: str) -> str:
    """The text with the phrase at its end, joined as a person would join it; the same text where it has it already."""
    if has_phrase(text, phrase):
        return text
    before = text.rstrip()
    if not before:
        return _capital(phrase)
    if before.endswith(_ENDS_SENTENCE):
        return f"{before} {_capital(phrase)}"
    return f"{before} {phrase}" if before.endswith(_JOINS) else f"{before}, {phrase}"


def without_phrase(text: str, phrase: str) -> str:
    """The text without the phrase, and without what joined it; the same text where it does not have it."""
    found = _found(text, phrase)
    if found is None:
        return text
    before, after = text[: found.start()].rstrip(" "), text[found.end() :].lstrip(" ")
    if not before:
        return _capital(after.lstrip(",.; ")) if found.group()[:1].isupper() else after.lstrip(",; ")
    if not after:
        return before.removesuffix(",")
    # In the middle one of the two commas goes, and a sentence that was the phrase alone goes with its full stop.
    if before.endswith(_ENDS_SENTENCE) and after.startswith("."):
        after = after[1:].lstrip(" ")
    elif before.endswith(","):
        before = before.removesuffix(",") if after.startswith((",", *_ENDS_SENTENCE)) else before
    return before + ("" if after.startswith((",", *_ENDS_SENTENCE)) or not after else " ") + after


def _found(text: str, phrase: str) -> re.Match[str] | None:
    matches = list(re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE))
    return matches[-1] if matches else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
