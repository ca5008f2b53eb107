"""All that a person reads when something happened: what happened, and what to do.

The sentences stand in one table, `sentences`; a test fails where an error has no entry.
"""

__all__ = [
    "attention",
    "bringing_notices",
    "charges",
    "error_page",
    "given_notices",
    "job_notices",
    "notices",
    "outlook",
    "sentences",
]
