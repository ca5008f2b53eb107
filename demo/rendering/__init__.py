"""From an accepted order to an MP4 in its place: one process a video, as many as the machine has cores.

A process never outlives the server, and leaves whole files only.
"""

__all__ = ["render_pool"]
