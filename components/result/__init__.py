"""One job on the page: its progress, its video and what can be done with it, or how it ended.

The same on every page that shows one. Words are shown as text, videos come from routes of our own.
"""

__all__ = ["autoplay", "job_card", "player", "progress_bar", "share"]
