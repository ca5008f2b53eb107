"""What stands between the network and the pages, in its order: `stack` has it.

Nothing here reads a body but the upload limits, which count it. A refusal is decided before Streamlit hears of it.
"""

__all__ = ["places", "sockets", "stack", "visitor_cookie"]
