"""What a person asks for, and what may be asked; the form as far as it is filled in; variations; the pause.

An order that has no problems by `order.problems_of` is one that the provider takes, as far as can be known before.
"""

__all__ = ["drafts", "order", "pause", "variations"]
