"""An order as a program that a person can run with a key of their own: cURL, Python, JavaScript.

The request is the one that the worker sends, by the same mapping. Each program is a Jinja2 template beside
`programs.py`; what a person typed is quoted for its language and is nothing but text in it.
"""

__all__ = ["programs"]
