"""Is this a whole, playable MP4? Its first picture for the gallery. And what can be made of a finished one, at no cost.

A stranger's bytes: outside tests they are looked into in a process of their own (`validate_in_sandbox`,
`edit_in_sandbox`), so that what kills a decoder does not kill the app. `edit` says which edits there are, and why one
is refused, `carried` puts in and reads what a film says of itself; neither decodes anything. `essence` tells
which film a file is.
"""

__all__ = ["carried", "edit", "edit_in_sandbox", "essence", "validate", "validate_in_sandbox"]
