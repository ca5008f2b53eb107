"""The languages that Kineograph speaks: which there are, which of them somebody wants, and every sentence in each.

It knows of no page and no request: pages (components/language.py) and routes (web/language.py) say for whom they speak.
What is written here in English is found in each catalogue (`catalogues/*.po`, gettext), which `make messages` keeps.
"""

__all__ = ["catalogues", "readers", "spoken"]
