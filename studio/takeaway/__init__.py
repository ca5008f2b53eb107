"""All videos of a visitor, or some of them, as one ZIP to take away.

It is made while it is sent: nothing of it is on a disk, and of no file more than a piece is in memory.
"""

__all__ = ["takeaway"]
