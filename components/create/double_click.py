"""The second click of a double one, where rows move under the hand: it would be on another one's button."""

from __future__ import annotations

from components import front_end

_DROPPED = front_end.of(__file__, is_for_the_page=True)


def drop_second(within: str) -> None:
    """From now on the second click of a double one goes nowhere, if the first was on what this selector finds.

    The browser tells which it is, by its own clock: on its way here a second click may take any time.
    """
    _DROPPED(data={"within": within})
