"""Every measurement, one after the other."""

from bench import demo_rendering, hand_over, looks, pages, picture_preparation

for part in (pages, picture_preparation, demo_rendering, looks, hand_over):
    part.main()
