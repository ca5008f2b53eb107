"""Every measurement, one after the other."""

from bench import demo_rendering, followers, hand_over, library, pages, picture_preparation, polls, takeaway

for part in (pages, library, followers, picture_preparation, demo_rendering, polls, hand_over, takeaway):
    part.main()
