"""What the pages are called among each other: their files, beside pages/main.py."""

from __future__ import annotations

CREATE = "create.py"
GALLERY = "gallery.py"
BIN = "bin.py"
FIGURES = "figures.py"
VIDEO = "video.py"
OWNER = "owner.py"
PRIVACY = "privacy.py"
HOW_IT_WORKS = "how_it_works.py"
ACCESSIBILITY = "accessibility.py"
