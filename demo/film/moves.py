"""Camera moves in the words of a prompt."""

from __future__ import annotations

import re
from enum import StrEnum


class Move(StrEnum):
    """A camera move that a prompt can ask for."""

    STATIC = "static"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    PUSH_IN = "push in"
    PULL_BACK = "pull back"
    PAN_LEFT = "pan left"
    PAN_RIGHT = "pan right"
    TILT_UP = "tilt up"
    TILT_DOWN = "tilt down"
    ORBIT = "orbit"
    ROLL = "roll"
    HANDHELD = "handheld"
    PARALLAX = "parallax"


_SLOWLY = r"(?: (?:slowly|gently|smoothly|softly|quickly|fast))?"
_SIDEWAYS = r"(?:pan|truck|slide|track|sweep|camera (?:move|go|glide|drift))(?:s|es|ning|ing|king)?(?: \w+){0,3}"
_UPRIGHT = r"(?:tilt|pan|crane|pedestal|boom|camera (?:move|look|rise|go|drift))(?:s|es|ing|ning)?"

# Words for the camera only: "she looks up" or "a dancer spins" says nothing about it.
_WORDS: dict[Move, tuple[str, ...]] = {
    Move.STATIC: (
        "static",
        r"locked[ -]?off",
        "(?:still|fixed) camera",
        "camera (?:is |stays )(?:still|fixed)",
        "tripod",
    ),
    Move.ZOOM_IN: (rf"zoom(?:s|ing)?{_SLOWLY} (?:in|to|into|onto)", r"close[ -]?up", "closer"),
    Move.ZOOM_OUT: (rf"zoom(?:s|ing)?{_SLOWLY} (?:out|back)", "reveal(?:s|ing)?", "wider"),
    Move.PUSH_IN: (
        rf"push(?:es|ing)?{_SLOWLY}[ -]in",
        rf"dolly(?:ing)?(?!{_SLOWLY} (?:out|back))",
        rf"camera (?:moves|moving|flies|flying|approaches|glides){_SLOWLY} (?:in|forwards?|through|towards?)",
        "fly[ -]?through",
    ),
    Move.PULL_BACK: (
        rf"pull(?:s|ing)?{_SLOWLY} (?:back|out|away)",
        rf"dolly(?:ing)?{_SLOWLY} (?:out|back)",
        rf"camera (?:moves|moving|glides){_SLOWLY} (?:back|backwards?|away)",
    ),
    Move.PAN_LEFT: (rf"{_SIDEWAYS} left(?:wards?)?", "from right to left"),
    Move.PAN_RIGHT: (rf"{_SIDEWAYS} right(?:wards?)?", "from left to right"),
    Move.TILT_UP: (rf"{_UPRIGHT}{_SLOWLY} up(?:wards?)?", "camera (?:rises|rising|ascends)"),
    Move.TILT_DOWN: (rf"{_UPRIGHT}{_SLOWLY} down(?:wards?)?", "camera (?:sinks|sinking|descends)"),
    Move.ORBIT: ("orbit(?:s|ing)?", "arc shot", "camera (?:circles|circling|arcs|moves around)", "360"),
    Move.ROLL: (
        "camera rolls?",
        "camera spins?",
        "(?:roll|spin)(?:s|ning|ing)? the camera",
        "rotat(?:es?|ing|ion)",
        r"(?:counter-?|anti-?)?clockwise",
        "dutch angle",
    ),
    Move.HANDHELD: (r"hand[ -]?held", "shaky", "camera shake", "documentary style"),
    Move.PARALLAX: ("parallax", r"2\.5d", "3d effect", "depth effect"),
}

_PATTERNS = {move: re.compile(rf"\b(?:{'|'.join(words)})\b") for move, words in _WORDS.items()}
_AGAINST_THE_CLOCK = re.compile(r"\b(?:counter|anti)-?clockwise\b|\brotat\w* left\b")
_CLOCKWISE = re.compile(r"\bclockwise\b|\brotat\w* right\b")
_FAST = re.compile(r"\b(?:fast|quick|quickly|rapid|rapidly|dramatic|dramatically|whip)\b")
_SLOW = re.compile(r"\b(?:slow|slowly|gentle|gently|subtle|subtly|slight|slightly)\b")


def moves_in(prompt: str) -> frozenset[Move]:
    """The moves a prompt names; empty when it names none. A still camera named together with a move gives way to it."""
    text = " ".join(prompt.lower().split())
    found = {move for move, pattern in _PATTERNS.items() if pattern.search(text)}
    if len(found) > 1:
        found.discard(Move.STATIC)
    return frozenset(found)


def pace_in(prompt: str) -> float:
    """How much further than usual the camera goes: more than 1 for fast words, less for slow ones."""
    text = prompt.lower()
    return 1.35 if _FAST.search(text) else 0.75 if _SLOW.search(text) else 1.0


def turn_in(prompt: str) -> float | None:
    """1 for a turn of the camera with the clock, -1 against it, None when the words leave it open."""
    text = prompt.lower()
    return -1.0 if _AGAINST_THE_CLOCK.search(text) else 1.0 if _CLOCKWISE.search(text) else None
