"""A visitor's videos in a grid, how they are found and kept in order, and how all of them are taken along: to another
device, or as one file.

Shows what is this visitor's alone; what is deleted can be had back from the bin, and asks first where it cannot.
"""

__all__ = [
    "albums",
    "bin_view",
    "bring_in",
    "deleting",
    "details",
    "facts",
    "favourite",
    "figures_view",
    "filters",
    "gallery_link",
    "grid",
    "labels",
    "live",
    "orders",
    "rows",
    "search",
    "takeaway_link",
]
