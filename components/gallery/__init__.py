"""A visitor's videos in a grid, how they are found and kept in order, and how all of them are taken along: to another
device, or as one file.

Shows what is this visitor's alone; deleting asks first.
"""

__all__ = ["deleting", "facts", "favourite", "gallery_link", "grid", "labels", "search", "takeaway_link"]
