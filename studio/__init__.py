"""The app without a screen. Nothing here imports Streamlit.

settings, clock, urls, resources, sandbox, spreadsheets   the ground: they know nobody
storage       rows, videos and pictures, wherever they are kept
orders        what a person asks for
pictures      any upload -> a picture fit to send
sounds        any WAV or MP3 -> a sound fit to send
videos        is it a whole MP4
jobs          an order under way: states, and the only arrows between them
money         limits, reservations, the ledger, the provider's account beside it
access        visitors, codes, sign-in, the owner
sharing       links to give away
queue         jobs in the database: placed, claimed, saved
worker        sends, polls and fetches
as_code       an order as a program for a key of one's own
retention     deletion, and whether database and media agree
diagnostics   logs and incidents
takeaway      all videos of a visitor as one ZIP
edits         what visitors make of their finished videos, at no cost
visitor_service, owner_service   all that a screen may ask for
build         the only place that chooses: database, media store, demo or provider
commands      what `python -m studio` does

Who may import whom is a table in tests/test_layers.py.
"""
