"""What a person reads of videos that they bring in."""

from __future__ import annotations

from components.language import _, file_size, ngettext, number, sentences
from components.messages.sentences import NOT_BROUGHT, NOT_KEPT, NOT_TAKEN_IN
from studio.bringing_in.bringing_in import LeftOut, Progress
from studio.queue.storage_use import InUse

NEARLY = 0.8
"""Of what a visitor may have: time enough to do something about it."""


def not_taken(word: str, at_most_bytes: int) -> str:
    """Why a file was not taken, and what to do; of a word that nobody of ours says, that it did not arrive."""
    notice = NOT_TAKEN_IN.get(word, NOT_TAKEN_IN["line"])
    return notice.text().format(limit=file_size(at_most_bytes))


def how_far(progress: Progress) -> str:
    """What is being done right now."""
    if progress.videos == 0:
        return _("Looking into what you brought …")
    return _("Bringing in video {number} of {all} …").format(
        number=number(min(progress.done + 1, progress.videos)), all=number(progress.videos)
    )


def outcome(progress: Progress) -> str:
    """What came of it, in a line or two."""
    said = list[str]()
    if progress.new:
        said.append(
            ngettext("{number} video brought in.", "{number} videos brought in.", progress.new).format(
                number=number(progress.new)
            )
        )
    if progress.known:
        said.append(
            ngettext("{number} was here already.", "{number} were here already.", progress.known).format(
                number=number(progress.known)
            )
        )
    if progress.left_out_in_all:
        said.append(
            ngettext("{number} was not brought in:", "{number} were not brought in:", progress.left_out_in_all).format(
                number=number(progress.left_out_in_all)
            )
        )
    return sentences(*said) or _("Nothing was brought in.")


def left_out(one: LeftOut) -> str:
    """A video that was not brought in, and why. A stranger's words are in it."""
    why = _(NOT_KEPT) if isinstance(one.why, Exception) else _(NOT_BROUGHT[one.why])
    return _("{name}: {why}").format(name=one.name, why=why) if one.name else why


def room(in_use: InUse) -> str:
    """How much of what a visitor may have they have."""
    at_most = file_size(in_use.at_most_bytes)
    if in_use.used_bytes == 0:
        return _("There is room for {all} of your videos.").format(all=at_most)
    return _("Your videos take up {used} of {all}.").format(used=file_size(in_use.used_bytes), all=at_most)


def is_nearly_full(in_use: InUse) -> bool:
    """True where that should be said before it is reached."""
    return in_use.used_bytes >= in_use.at_most_bytes * NEARLY
