"""Any upload becomes a picture fit to send, or a refusal for which the screen has a sentence.

Decoded in a process of its own (`prepare_in_sandbox`), visitors in turn (`queue`); what leaves is upright sRGB without
metadata. Also small versions for lists, and pictures of our own to try with.
"""

__all__ = ["fetch", "prepare", "prepare_in_sandbox", "queue", "samples", "thumbnails"]
