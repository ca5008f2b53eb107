"""Every measurement, one after the other."""

from bench import demo_rendering, hand_over, pages, picture_preparation, polls

for part in (pages, picture_preparation, demo_rendering, polls, hand_over):
    part.main()
