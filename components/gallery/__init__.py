"""The grid of a visitor's videos, and the link that takes it along to another device.

Shows what is this visitor's alone; deleting asks first.
"""

__all__ = ["gallery_link", "grid"]
