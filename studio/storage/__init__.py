"""Where things are kept: rows in SQLite or PostgreSQL, videos and pictures in a folder or a bucket.

What is away, full or read-only raises one of the family in `errors`, and then nothing is half done. Transactions are
short: none is open while a disk, a bucket or a server is waited for. What lies on the disk is for the app's user alone.
"""

__all__ = [
    "database",
    "errors",
    "free_space",
    "media",
    "media_keys",
    "private_files",
    "quota",
    "search_words",
    "secret_file",
    "tables",
]
