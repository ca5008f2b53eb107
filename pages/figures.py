"""Figures: what this visitor's videos come to."""

from components.gallery import figures_view
from components.messages import attention

figures_view.show()
attention.follow()
