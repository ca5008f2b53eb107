"""Deleting for good, and holding database and media against each other.

What is being made is deleted once it is done; the ledger keeps amounts, never words. A repair never deletes what
cannot be had again.
"""

__all__ = ["consistency", "deletion"]
