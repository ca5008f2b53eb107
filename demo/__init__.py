"""A stand-in for the video provider on this computer: the same HTTP, and true MP4s made from the person's own picture.

    process.py      start and stop it from another program (standard library only)
    __main__.py     python -m demo: the server's own life
    server.py       the routes                        generations.py  orders and how they stand
    schema.py       what an order may say             failures.py     wanted failures, by words in the prompt
    answers.py      errors in the provider's shapes   connections.py  answers that break off
    files.py        finished files, with Range        addresses.py    their signed addresses
    account.py      balance, key, log, catalogue      prices.py       what a video costs
    ledger.py       everything remembered             workshop.py     renders under way, worker.py one of them
    making.py       from an order to a file           fetching.py     what an order only links to
    given_files.py  what comes along with an order  given_sound.py  a given sound, decoded
    moves.py        words -> camera moves             camera.py       moves -> one view per frame
    subject.py      what the picture is about         render.py       views -> frames
    mark.py         the word "Demo"                   sound.py        a soundscape            encode.py  the MP4

It imports neither studio nor videoapi: it reads the provider's schema with its own eyes, or a shared misreading would
cancel out.
"""
