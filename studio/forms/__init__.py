"""The form of each visitor as far as it is filled in, and the pictures and sounds that are given for it.

What was given is on the visitor's kept form once it is prepared, whatever becomes of the page; what is typed meanwhile
takes nothing off again. Whatever leaves the form is deleted, unless a job or another form needs it. A visitor is given
the files on their own form and of their own orders, and nobody else's.
"""

__all__ = ["form_storage", "forms", "given_pictures", "preparing", "sent_files"]
