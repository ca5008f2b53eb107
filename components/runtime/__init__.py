"""What is changed of Streamlit itself: most of it for the whole server, at its start.

Each file names the version it was read in, and a test that says when it may go.
"""

__all__ = ["forged_values", "late_values", "uninterrupted", "upload_store"]
