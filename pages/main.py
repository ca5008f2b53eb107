"""The shell around every page: runs before each of them."""

from components import frame

frame.show(*frame.pages())
