"""Two sentences for a person."""

from __future__ import annotations

from dataclasses import dataclass

from components.language import _, sentences


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened and what to do, still to be translated."""

    happened: str
    do: str

    def text(self) -> str:
        """Both, in the visitor's language."""
        return sentences(_(self.happened), _(self.do) if self.do else "")
