"""The form: a picture, a sentence, the settings, the price and the button; and the jobs that come of it.

What a person gives is kept the moment it arrives. What a click means is decided in a callback that runs whole.
"""

__all__ = [
    "ending_input",
    "framing_input",
    "ideas",
    "job_board",
    "order_button",
    "order_form",
    "picture_input",
    "picture_line",
    "stage",
]
