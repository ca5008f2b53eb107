"""A stand-in for the video provider on this computer: the same HTTP, and true MP4s made from the person's own picture.

http        the routes, the errors in the provider's shapes, and the finished files behind signed addresses
orders      what an order may say, what it costs, how it ends, and how it is remembered
rendering   one process for each video, from an accepted order to a whole file in its place
film        a picture and words become camera moves, frames, sound and an MP4
process     start and stop it from another program; `python -m demo` is the server's own life

It imports neither studio nor videoapi: it reads the provider's schema with its own eyes, or a shared misreading would
cancel out.
"""
