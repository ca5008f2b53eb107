"""The provider's HTTP API as the stand-in speaks it: answers, errors, files behind signed addresses.

The shapes are the published ones; at least four kinds of errors are in the wild, and each is used here somewhere.
"""

__all__ = ["connections", "server"]
