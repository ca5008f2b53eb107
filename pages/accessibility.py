"""Accessibility: what works for whom, and what does not yet."""

from components import accessibility

accessibility.show()
