"""A button that costs money shows at once that it was pressed, and is dead until the press has been answered."""

from __future__ import annotations

from components import front_end
from components.language import _

_PRESS = front_end.of(__file__, is_for_the_page=True)


def guard(button_key: str, answered: int) -> None:
    """Guard the button of that key; it is free again once a page is drawn with another number of answered presses."""
    _PRESS(key=f"one-press-{button_key}", data={"button": button_key, "answered": answered, "words": _("Sending …")})
