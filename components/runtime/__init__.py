"""What is changed of Streamlit itself: most of it for the whole server, at its start. And how a page is told of news.

Each file that changes something names the version it was read in, and a test that says when it may go.
"""

__all__ = ["events", "forged_values", "late_values", "pending_clicks", "uninterrupted", "upload_store"]
