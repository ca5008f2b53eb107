"""Phrases that are tapped into a text and out again; what a person typed around them stays as it is. Pure."""

from __future__ import annotations

import re

_ENDS_SENTENCE = (".", "!", "?", "…", "。", "！", "？", "।", "؟")  # noqa: RUF001 - those of other scripts, too
_COMMAS = (",", "，", "、", "،")  # noqa: RUF001
_JOINS = (*_COMMAS, ";", ":", "；", "：", "؛")  # noqa: RUF001
_FULL_WIDTH = ("。", "！", "？", "，", "、", "；", "：")  # noqa: RUF001
"""Marks after which their scripts write no space."""
_JOINTS = (
    (re.compile("[\u3040-\u30ff]"), "、"),  # kana: Japanese
    (re.compile("[\u3400-\u9fff]"), "，"),  # noqa: RUF001 - Chinese
    (re.compile("[\u0600-\u06ff]"), "، "),  # Arabic
)


def has_phrase(text: str, phrase: str) -> bool:
    """True where the phrase stands in the text, as words of its own; capitals do not matter."""
    return _found(text, phrase) is not None


def with_phrase(text: str, phrase: str) -> str:
    """The text with the phrase at its end, joined as a person would join it; the same text where it has it already."""
    if has_phrase(text, phrase):
        return text
    before, joint = text.rstrip(), _joint(phrase)
    if not before:
        return _capital(phrase)
    if before.endswith((*_ENDS_SENTENCE, *_JOINS)):
        gap = "" if before.endswith(_FULL_WIDTH) and joint in _FULL_WIDTH else " "
        return before + gap + (_capital(phrase) if before.endswith(_ENDS_SENTENCE) else phrase)
    return before + joint + phrase


def without_phrase(text: str, phrase: str) -> str:
    """The text without the phrase, and without what joined it; the same text where it does not have it."""
    found = _found(text, phrase)
    if found is None:
        return text
    before, after = text[: found.start()].rstrip(" "), text[found.end() :].lstrip(" ")
    joints = "".join(_COMMAS) + "; "
    if not before:
        return _capital(after.lstrip(f"{joints}.。")) if found.group()[:1].isupper() else after.lstrip(joints)
    if not after:
        return before[:-1] if before.endswith(_COMMAS) else before
    # In the middle one of the two commas goes, and a sentence that was the phrase alone goes with its full stop.
    if before.endswith(_ENDS_SENTENCE) and after.startswith((".", "。")):
        after = after[1:].lstrip(" ")
    elif before.endswith(_COMMAS) and after.startswith((*_COMMAS, *_ENDS_SENTENCE)):
        before = before[:-1]
    is_close = not after or after.startswith((*_COMMAS, *_ENDS_SENTENCE)) or before.endswith(_FULL_WIDTH)
    return before + ("" if is_close else " ") + after


def _joint(phrase: str) -> str:
    """What stands between a text and this phrase, by the script that it is written in."""
    return next((joint for script, joint in _JOINTS if script.search(phrase)), ", ")


def _found(text: str, phrase: str) -> re.Match[str] | None:
    matches = list(re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE))
    return matches[-1] if matches else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
