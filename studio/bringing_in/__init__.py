"""Videos that were taken away come back: single ones with what made them inside, or a ZIP of many.

Whatever a file says, each video is checked as a download is, its pictures are prepared as an upload's are, and it
counts against what its visitor may have here. None is brought in twice, and of a broken archive what is whole is taken.
"""

__all__ = ["bringing_in", "given_files", "one_video"]
