"""What a dialog says of what is being made, of what was made, and of what was refused."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _refused(of_a_chain: bool) -> None:
    from components.result import edit_dialogs, family
    from studio.edits import Making
    from studio.videos.edit import BACK_AND_FORTH, EditRefusal, EditRefused

    making = Making("a" * 32)
    making.end(EditRefused(EditRefusal.UNREADABLE))
    if of_a_chain:
        family._wait(making)
    else:
        edit_dialogs._made(making, BACK_AND_FORTH)


def _waits() -> None:
    from components.result import edit_dialogs
    from studio.edits import Making
    from studio.videos.edit import GIF

    edit_dialogs._made(Making("a" * 32), GIF)


def test_what_was_refused_is_told_and_not_begun_again() -> None:
    """However often the dialog looks: it holds what it began."""
    said = "This video could not be read to its end. Download it as it is."
    for of_a_chain in (False, True):
        tab = AppTest.from_function(_refused, kwargs={"of_a_chain": of_a_chain}).run().run()
        assert [error.value for error in tab.error] == [said]
        assert not tab.exception


def test_what_waits_for_its_turn_says_so() -> None:
    tab = AppTest.from_function(_waits).run()
    assert not tab.exception
    assert not tab.error
