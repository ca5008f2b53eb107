"""What a person asks for, and what may be asked; the form as far as it is filled in; help with its words; how its
picture is framed; several pictures in line; variations; what is kept under a name; what travels with a video; the
pause of all orders.

An order that has no problems by `order.problems_of` is one that the provider takes, as far as can be known before.
"""

__all__ = [
    "drafts", "framing", "hints", "lining_up", "order", "pause", "phrases", "presets", "sending", "shot_plan", "shots",
    "travelling", "variations",
]  # fmt: skip
