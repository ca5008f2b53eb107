"""Whose tab it is."""

from __future__ import annotations

from studio.access.tabs import Tabs

ANN, BOB = "a" * 32, "b" * 32


def test_a_tab_is_of_the_visitor_it_was_last_drawn_for() -> None:
    tabs = Tabs()
    tabs.note("tab", ANN)
    assert tabs.is_of("tab", ANN)
    assert not tabs.is_of("tab", BOB)
    tabs.note("tab", BOB)
    assert tabs.is_of("tab", BOB)
    assert not tabs.is_of("tab", ANN)


def test_what_is_not_known_is_nobodys() -> None:
    tabs = Tabs()
    assert not tabs.is_of("tab", ANN)
    assert not tabs.is_of("tab", None)
    assert not tabs.is_of("", None)


def test_those_not_drawn_for_longest_are_forgotten_first() -> None:
    tabs = Tabs(remembered=2)
    for session in ("first", "second", "first", "third"):
        tabs.note(session, ANN)
    assert [tabs.is_of(session, ANN) for session in ("first", "second", "third")] == [True, False, True]
