"""One job on the page: its progress, its video and what can be done with it, or how it ended.

The same on every page that shows one. Words are shown as text, videos come from routes of our own.
"""

__all__ = [
    "actions",
    "as_code",
    "ask_again",
    "edit_dialogs",
    "ending",
    "family",
    "job_card",
    "origin",
    "player",
    "players",
    "progress_bar",
    "reel",
    "share",
    "under_way",
]
