"""What the owner can find out: one JSON line an event, and what went wrong by its reference.

No secret, no words and no picture of a visitor in either; how much is written is bounded, whatever anybody sends.
"""

__all__ = ["incidents", "logs"]
