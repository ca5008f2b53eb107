"""Keeps what is being typed: a reload, a call on the phone or a crash costs no word."""

from __future__ import annotations

from components import front_end

_KEEPER = front_end.of(__file__, is_for_the_page=True)


def keep() -> None:
    """From now on the words in this page's text areas are sent while they are typed."""
    _KEEPER()
