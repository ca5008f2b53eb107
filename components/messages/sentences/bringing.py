"""What is said of videos that are brought in."""

from __future__ import annotations

from components.language import N_
from components.messages.sentences.notice import Notice
from studio.bringing_in.one_video import WhyNot

NOT_TAKEN_IN = {
    "kind": Notice(
        N_("This is neither a video nor a ZIP."), N_("Choose an MP4 or a ZIP that you downloaded from Kineograph.")
    ),
    "large": Notice(N_("This file is larger than {limit}."), N_("Bring the videos in several files.")),
    "empty": Notice(N_("This file is empty."), N_("Choose another one.")),
    "busy": Notice(
        N_("Many videos are being brought in right now, so this file was not taken."), N_("Try again in a few minutes.")
    ),
    "slow": Notice(N_("The file did not arrive in time."), N_("Try again on a better connection.")),
    "line": Notice(
        N_("The connection was lost before the whole file had arrived."), N_("Choose it once more when you are online.")
    ),
    "enough": Notice(
        N_("Your videos take up all the room you have."), N_("Delete some for good in your bin, then try again.")
    ),
    "room": Notice(N_("This site has no room for further videos at the moment."), N_("Tell its owner.")),
    "not_let_in": Notice(N_("You may not bring videos in here yet."), N_("Open Create first, and let it let you in.")),
    "away": Notice(N_("The file could not be kept."), N_("Try again in a moment.")),
}
"""By the word that the route says (web/routes/bring_in.py) or the browser (components/gallery/bring_in.js)."""

NOT_BROUGHT = {
    WhyNot.NO_VIDEO: N_("has no video in it"),
    WhyNot.FOREIGN: N_("does not say that it comes from Kineograph"),
    WhyNot.BROKEN: N_("is not whole, or cannot be read"),
    WhyNot.ENOUGH: N_("not taken: your videos take up all the room you have"),
    WhyNot.NO_ROOM: N_("not taken: this site has no room for further videos"),
    WhyNot.STOPPED: N_("not taken: you stopped it"),
}
"""After what the video is called."""

NOT_KEPT = N_("could not be kept: bring it in once more in a moment")
