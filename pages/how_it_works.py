"""How it works: from a picture to a video, and what people ask about it."""

from components import how_it_works

how_it_works.show()
