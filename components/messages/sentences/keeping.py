"""What is said of what visitors make of their videos and of their settings."""

from __future__ import annotations

from components.language import N_
from components.messages.sentences.notice import Notice
from studio.presets import NotSaved
from studio.queue.kept_presets import Saved
from studio.videos.edit import EditRefusal, Kind

EDIT_REFUSALS = {
    EditRefusal.TOO_SHORT: Notice(N_("That would be too short to watch."), N_("Choose a longer part.")),
    EditRefusal.OUTSIDE: Notice(N_("The video has no such moment."), N_("Choose one within its length.")),
    EditRefusal.UNREADABLE: Notice(N_("This video could not be read to its end."), N_("Download it as it is.")),
    EditRefusal.TOO_LARGE: Notice(N_("The result would be too large to send around."), N_("Trim the video first.")),
    EditRefusal.TOOK_TOO_LONG: Notice(N_("That took too long and was given up."), N_("Try a shorter part.")),
    EditRefusal.BUSY: Notice(N_("Many videos are being edited right now."), N_("Try again in a minute.")),
    EditRefusal.NO_ROOM: Notice(
        N_("There is no room to keep the result right now."), N_("Tell the owner of this site.")
    ),
    EditRefusal.NOT_THERE: Notice(N_("This video is no longer here."), N_("Look in your gallery.")),
    EditRefusal.ENOUGH_TODAY: Notice(
        N_("You have kept as many videos today as you can."), N_("Download it, or keep it tomorrow.")
    ),
    EditRefusal.ENOUGH_KEPT: Notice(
        N_("The videos you have kept take up all the room you have."), N_("Delete some of it from your gallery.")
    ),
}

MADE_FROM = {
    Kind.TRIM: N_("Cut from another video of yours"),
    Kind.BACK_AND_FORTH: N_("Back and forth of another video of yours"),
}

COST_NOTHING = N_("Cost nothing: made from your own video")

PRESETS_SAVED = {
    Saved.NEW: N_("Saved."),
    Saved.REPLACED: N_("Saved. It replaces what had this name before."),
    Saved.UNCHANGED: N_("It is already saved exactly like this."),
}

PRESETS_NOT_SAVED = {
    NotSaved.NO_NAME: Notice(N_("A preset needs a name."), N_("Type one, then save.")),
    NotSaved.TOO_MANY: Notice(
        N_("You have {at_most} presets, and there is no room for more."),
        N_("Delete one, or save under the name of one to replace it."),
    ),
    NotSaved.NO_ROOM: Notice(N_("This site has no room for further presets at the moment."), N_("Try again later.")),
}

PRESET_DELETED = N_("The preset is deleted.")

PRESET_GONE = Notice(
    N_("This preset cannot be used: it was deleted in another tab, or cannot be read any more."),
    N_("Save what you need under its name again."),
)

PRESET_OF_OTHER_MODEL = N_(
    "The model that was saved is not offered here any more. Yours stays, with what comes nearest: check the choices."
)
