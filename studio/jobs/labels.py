"""What a visitor writes on a finished video: its title, and notes. Plain text, for its visitor alone."""

from __future__ import annotations

from studio.orders.order import clean_text

TITLE_MAX = 120
"""Characters: two lines of a card."""
ALBUM_MAX = 60
"""Characters of an album's name: what a button has room for."""
NOTES_MAX = 2000
"""Characters: somewhat more than a description has."""


def clean_title(typed: str) -> str:
    """A title in one line, without what no one can see, and no longer than TITLE_MAX; empty where nothing is left."""
    return " ".join(clean_text(typed).split())[:TITLE_MAX].rstrip()


def clean_album(typed: str) -> str:
    """An album's name in the same way, no longer than ALBUM_MAX."""
    return clean_title(typed)[:ALBUM_MAX].rstrip()


def clean_notes(typed: str) -> str:
    """Notes with their lines, without what no one can see, and no longer than NOTES_MAX."""
    return clean_text(typed)[:NOTES_MAX].rstrip()
