"""All that a person reads when something happened: what happened, and what to do.

The sentences stand in one table, `sentences`; a test fails where an error has no entry.
"""

__all__ = ["attention", "error_page", "notices", "outlook", "sentences"]
