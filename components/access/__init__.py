"""How a visitor comes to be allowed to order: by a code, by signing in, or not at all yet.

The right code leads to a route that sets the cookie; nothing is admitted by a script run alone.
"""

__all__ = ["admit", "gate", "sign_in"]
