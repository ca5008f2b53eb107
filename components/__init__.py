"""What pages are made of. Streamlit lives here and in pages/, and nowhere else.

create, result, gallery, owner, access   a folder for each subject
messages    every sentence about what happened, in one table
runtime     what is changed of Streamlit itself, and how a page is told of news
session, language, callbacks, frame      who is here; words and amounts; what a click means; what is around each page

Screens ask `studio.visitor_service` and its neighbours, and decide nothing about orders or money. A component with a
script of its own keeps it in files of one name beside its Python (`front_end`).
"""
