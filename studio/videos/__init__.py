"""Is this a whole, playable MP4? Its first picture for the gallery, its last one to go on from.

A stranger's bytes: outside tests they are looked into in a process of their own (`validate_in_sandbox`), so that what
kills a decoder does not kill the app.
"""

__all__ = ["validate", "validate_in_sandbox"]
