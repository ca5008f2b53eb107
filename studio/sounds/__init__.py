"""Any WAV or MP3 becomes a sound fit to send, or a refusal for which the screen has a sentence.

Decoded in a process of its own (`prepare_in_sandbox`) and written anew: what leaves is MP3 frames and nothing else.
`mp3` measures and cuts them without decoding any.
"""

__all__ = ["mp3", "prepare", "prepare_in_sandbox"]
