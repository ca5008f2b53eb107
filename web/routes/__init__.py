"""What the browser fetches besides pages: videos and pictures, share and gallery links, admissions, health.

Each answers a visitor with what is theirs, and a stranger with the same 404 as for what is not there.
"""

__all__ = [
    "admission",
    "bring_in",
    "events",
    "gallery_link",
    "health",
    "installed",
    "language",
    "media",
    "share_page",
    "share_target",
    "takeaway",
]
