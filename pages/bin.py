"""Bin: the videos that this visitor has deleted, for as long as they can be had back."""

from components.gallery import bin_view
from components.messages import attention

bin_view.show()
attention.follow()
