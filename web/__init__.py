"""What the browser fetches besides pages, and what stands before all of it. Nothing here imports Streamlit.

routes        videos and pictures, share and gallery links, admissions, events, an installed app's files, health
middleware    hosts, origins, cookies, headers, upload limits, errors: `stack` puts them in their order
templates     the few pages that are not Streamlit's; they have no translations, their words are English
connections   what one connection may cost, below all of that

A stranger is answered as if what belongs to somebody else were not there.
"""
