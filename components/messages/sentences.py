"""The one table of sentences: what happened, and what to do. A test fails where an error has no entry."""

from __future__ import annotations

from dataclasses import dataclass

from components.language import N_, _
from studio.access.admission import Answer
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import Reason, State
from studio.jobs.last_error import Trouble
from studio.money.limits import Limit
from studio.orders.hints import Hint
from studio.orders.order import Problem
from studio.pictures.fetch import LinkRefusal
from studio.pictures.prepare import Change, Refusal
from studio.presets import NotSaved
from studio.queue.kept_presets import Saved
from studio.sounds.prepare import SoundRefusal
from studio.storage.errors import StorageAway, StorageFull, StorageProblem, StorageReadOnly
from studio.videos.edit import EditRefusal, Kind
from videoapi.models import Strength


@dataclass(frozen=True, slots=True)
class Notice:
    """Two sentences for a person, still to be translated."""

    happened: str
    do: str

    def text(self) -> str:
        """Both, in the visitor's language."""
        return f"{_(self.happened)} {_(self.do)}".strip()


PROBLEMS = {
    Problem.MODEL_NOT_OFFERED: N_("That model is not offered here. Choose another."),
    Problem.NO_PICTURE: N_("Add a picture first: drop one above, or try one of ours."),
    Problem.NO_PROMPT: N_("Say in a sentence what should happen in the video."),
    Problem.PROMPT_TOO_LONG: N_("The description is too long. Shorten it to {prompt_max} characters."),
    Problem.NEGATIVE_PROMPT_TOO_LONG: N_("“What to avoid” is too long. Shorten it to {negative_max} characters."),
    Problem.LENGTH_NOT_OFFERED: N_("That length is not offered for this model. Choose another."),
    Problem.QUALITY_NOT_OFFERED: N_("That quality is not offered for this model. Choose another."),
    Problem.SEED_OUT_OF_RANGE: N_(
        "The seed must be a whole number from 0 to {seed_max}. Leave it empty for a random one."
    ),
    Problem.AUDIO_LINK_UNUSABLE: N_(
        "The link to the sound must begin with https://, end with .wav or .mp3, and lead to a public site, without a "
        "password in it. Correct it or leave it empty."
    ),
    Problem.SOUND_GONE: N_("Your audio file is no longer here. Remove it, or add it once more."),
    Problem.COUNT_NOT_OFFERED: N_("That many videos at once are not offered. Choose 1 to 4."),
}

HINTS = {
    Hint.SHOTS_NOT_CHOSEN: N_("Your words are of several shots. Switch on “Several shots”, or it stays one long take."),
    Hint.SHOTS_NOT_TOLD: N_("For several shots, say what happens in each: a sentence for every shot."),
    Hint.SAYS_WHAT_IS_SEEN: N_("Your picture already shows what is there. Say what should move."),
    Hint.CAMERA_FIGHTS: N_("The camera cannot do both of these in one take. Keep one of them."),
}

REFUSALS = {
    Refusal.NOT_A_PICTURE: Notice(
        N_("This file is not a picture, whatever its name says."), N_("Choose a photo: JPEG, PNG, WebP, BMP or HEIC.")
    ),
    Refusal.UNSUPPORTED_KIND: Notice(
        N_("We cannot use {kind} files."), N_("Save the picture as JPEG or PNG and try again.")
    ),
    Refusal.CUT_OFF: Notice(
        N_("The picture breaks off before its end; it was probably not saved or sent completely."),
        N_("Save or download it again, then add it here."),
    ),
    Refusal.TOO_MANY_BYTES: Notice(N_("This picture is larger than {limit} MB."), N_("Choose a smaller one.")),
    Refusal.TOO_MANY_PIXELS: Notice(
        N_("This picture has more than {limit} million pixels."), N_("Make it smaller, for example 4000 pixels wide.")
    ),
    Refusal.TOO_SMALL: Notice(
        N_("This picture is only {width} × {height} pixels."),
        N_("Choose one whose sides are {limit} pixels or more; the original is better than a preview."),
    ),
    Refusal.TOO_LONG: Notice(
        N_("This picture is too long and narrow: {width} × {height}."),
        N_("Crop it so that the long side is at most four times the short one."),
    ),
    Refusal.EMPTY: Notice(N_("This file is empty."), N_("Choose another picture.")),
    Refusal.TOOK_TOO_LONG: Notice(
        N_("Reading this picture took too long, so we stopped."), N_("Save it as JPEG and try again.")
    ),
    Refusal.UNREADABLE: Notice(
        N_("We could not read this picture; it may be damaged."), N_("Save it as JPEG or choose another one.")
    ),
    Refusal.NO_ROOM: Notice(
        N_("This site has no room for further pictures at the moment."), N_("Tell its owner, and try again later.")
    ),
    Refusal.FILM_OF_OTHERS: Notice(
        N_("This video says nothing of how it was made here."),
        N_("Drop a video that you downloaded from here, as it was, or choose a photo."),
    ),
    Refusal.LET_GO: Notice(N_("We no longer have this picture."), N_("Add it once more.")),
}

SOUND_REFUSALS = {
    SoundRefusal.EMPTY: Notice(N_("This audio file is empty."), N_("Choose another one.")),
    SoundRefusal.NOT_WAV_OR_MP3: Notice(
        N_("This file is not a WAV or MP3, whatever its name says."), N_("Save the sound as MP3 and add it again.")
    ),
    SoundRefusal.TOO_MANY_BYTES: Notice(
        N_("This audio file is larger than {limit} MB."), N_("Cut it to what you need, or save it as MP3.")
    ),
    SoundRefusal.TOO_SHORT: Notice(
        N_("This sound is shorter than {limit} seconds, which is too short for the service."),
        N_("Choose a longer one."),
    ),
    SoundRefusal.UNREADABLE: Notice(
        N_("We could not read this audio file; it may be damaged."), N_("Save it as MP3 once more and add it again.")
    ),
    SoundRefusal.TOOK_TOO_LONG: Notice(
        N_("Reading this audio file took too long, so we stopped."), N_("Add it once more in a moment.")
    ),
    SoundRefusal.NO_ROOM: Notice(
        N_("This site has no room for further files at the moment."), N_("Tell its owner, and try again later.")
    ),
    SoundRefusal.TOO_MANY: Notice(
        N_("You have given many files in a short time."), N_("Wait ten minutes, then add the next one.")
    ),
}

LINK_REFUSALS = {
    LinkRefusal.NOT_HTTPS: Notice(
        N_("This is no link that can be used: it must begin with https:// at every step."),
        N_("Copy the address of the picture itself, or save the picture and add it as a file."),
    ),
    LinkRefusal.NOT_PUBLIC: Notice(
        N_("This link does not lead to a public site."),
        N_("Copy the link from a page that everybody can open, or save the picture and add it as a file."),
    ),
    LinkRefusal.NOT_REACHABLE: Notice(
        N_("The picture could not be fetched from this link: the site does not answer as it should."),
        N_("Check that the link opens in your browser, or save the picture and add it as a file."),
    ),
    LinkRefusal.NOT_FOUND: Notice(
        N_("There is nothing at this link any more."), N_("Check that it was copied to its end.")
    ),
    LinkRefusal.NO_ACCESS: Notice(
        N_("The site does not give us the picture behind this link; it may open for you alone."),
        N_("Save the picture and add it as a file."),
    ),
    LinkRefusal.NOT_A_PICTURE: Notice(
        N_("This link leads to something else than a picture, perhaps to the page around it."),
        N_("Copy the address of the picture itself, or save the picture and add it as a file."),
    ),
    LinkRefusal.TOO_LARGE: Notice(
        N_("The picture behind this link is larger than {limit} MB."), N_("Choose a smaller one.")
    ),
    LinkRefusal.TOO_SLOW: Notice(
        N_("Fetching the picture from this link took too long, so we stopped."),
        N_("Try again, or save the picture and add it as a file."),
    ),
}

CHANGES = {
    Change.TURNED_UPRIGHT: N_("turned upright"),
    Change.LOCATION_REMOVED: N_("location removed"),
    Change.DETAILS_REMOVED: N_("camera details removed"),
    Change.RESIZED_DOWN: N_("made smaller"),
    Change.RESIZED_UP: N_("made larger"),
    Change.CONVERTED: N_("converted to JPEG"),
    Change.FLATTENED: N_("transparency filled with white"),
    Change.FIRST_FRAME: N_("first frame taken"),
    Change.COLOURS_CONVERTED: N_("colours adjusted for screens"),
}

STAGES = {
    State.WAITING: N_("Getting ready"),
    State.SUBMITTING: N_("Sending your picture"),
    State.QUEUED: N_("In the queue"),
    State.GENERATING: N_("Making your video"),
    State.FETCHING: N_("Saving your video"),
    State.UNCONFIRMED: N_("Looking for your order"),
    State.DONE: N_("Your video is ready"),
    State.REFUSED: N_("Your order wasn't accepted"),
    State.FAILED: N_("This video couldn't be made"),
    State.EXPIRED: N_("The video did not arrive"),
    State.CLOSED: N_("We could not find out what became of this"),
}

REASONS = {
    Reason.ORDER_INVALID: Notice(
        N_("The video service did not accept these settings."),
        N_("Change the description or the settings and try again."),
    ),
    Reason.KEY_REJECTED: Notice(
        N_("The video service does not accept this site's key."),
        N_("Only the owner of this site can mend that; tell them."),
    ),
    Reason.OUT_OF_CREDIT: Notice(
        N_("This site has used up its credit at the video service."), N_("Tell the owner, and try again later.")
    ),
    Reason.BLOCKED: Notice(
        N_("The video service turned this order away before looking at it; its firewall may have taken offence."),
        N_("Please rephrase it without links or code, and try again."),
    ),
    Reason.NOT_OFFERED: Notice(
        N_("The video service does not offer this kind of video at present."), N_("Try again later.")
    ),
    Reason.UNREACHABLE: Notice(N_("The video service could not be reached for an hour."), N_("Try again later.")),
    Reason.BUSY: Notice(N_("The video service was too busy to make this."), N_("Try again in a few minutes.")),
    Reason.PICTURE_LOST: Notice(N_("The picture is no longer here."), N_("Add it once more and try again.")),
    Reason.SOUND_LOST: Notice(N_("Your audio file is no longer here."), N_("Add it once more and try again.")),
    Reason.NO_ROOM: Notice(
        N_("For an hour there was no room here to keep a video, so your order did not go out."),
        N_("Tell the owner of this site, and try again later."),
    ),
    Reason.PICTURE_MODERATED: Notice(
        N_("The video service does not work with this picture; its safety check stopped it."),
        N_("Choose another picture."),
    ),
    Reason.WORDS_MODERATED: Notice(
        N_("The safety check of the video service stopped these words."), N_("Please rephrase and try again.")
    ),
    Reason.RESULT_MODERATED: Notice(
        N_("The video was made, but the safety check held it back."), N_("Describe it differently and try again.")
    ),
    Reason.MODERATED: Notice(
        N_("The safety check of the video service stopped this."), N_("Try other words or another picture.")
    ),
    Reason.FAMOUS_CHARACTER: Notice(
        N_("The picture or the words seem to show a protected character or brand."), N_("Use a picture of your own.")
    ),
    Reason.AUDIO_UNREACHABLE: Notice(
        N_("The video service could not fetch the sound from your link."),
        N_("Check that it opens without signing in, is a wav or mp3 of 3 to 30 seconds and at most 15 MB."),
    ),
    Reason.AUDIO_FILE_REFUSED: Notice(
        N_("The video service did not take your sound as a file."),
        N_("Give a link to it instead, under “More options”, and try again."),
    ),
    Reason.PICTURE_UNREADABLE: Notice(
        N_("The video service could not read the picture."), N_("Save it as JPEG and add it again.")
    ),
    Reason.TIMED_OUT: Notice(
        N_("The video service took too long and gave up."), N_("Try again; a shorter video helps.")
    ),
    Reason.REWRITE_FAILED: Notice(
        N_("The video service could not improve the description."),
        N_("Switch off “Improve my description” and try again."),
    ),
    Reason.NEVER_ANSWERED: Notice(
        N_("The video service did not finish this within a day."),
        N_("It will not come any more. Try again if you like."),
    ),
    Reason.NEVER_FETCHED: Notice(
        N_("The video was made, but could not be brought here within a day."), N_("Tell the owner of this site.")
    ),
    Reason.NEVER_CHECKED: Notice(
        N_("The video is here, but checking it breaks off each time, so it is not shown."),
        N_("The owner of this site has it; tell them."),
    ),
    Reason.WITHDRAWN: Notice(
        N_("This order was taken back before it went out."), N_("Order it again if you want it after all.")
    ),
    Reason.NOT_FOUND_AGAIN: Notice(
        N_("We sent this order, got no reply, and could not find it within a day."),
        N_("It may have been charged."),
    ),
    Reason.UNKNOWN: Notice(
        N_("The video service could not make this video and did not say why."),
        N_("Try again, perhaps with other words."),
    ),
}

TROUBLES = {
    "NotReachable": N_("The video service cannot be reached right now. We keep trying."),
    "TooManyRequests": N_("The video service is busy. Your order goes out by itself as soon as it can."),
    "ServiceDown": N_("The video service has trouble right now. We keep looking."),
    Stop.OUTAGE: N_("The video service has trouble right now. Your order waits and goes out by itself."),
    Stop.OUT_OF_CREDIT: N_("This site's credit at the video service is used up. Your order waits for the owner."),
    Stop.KEY_REJECTED: N_("The video service does not accept this site's key. Your order waits for the owner."),
    StorageProblem.STORAGE_FULL: N_("There is no room to keep a video right now. Nothing is lost; we keep trying."),
    StorageProblem.STORAGE_READ_ONLY: N_("Videos cannot be kept right now. Nothing is lost; we keep trying."),
    StorageProblem.STORAGE_AWAY: N_("The place where videos are kept is away. Nothing is lost; we keep trying."),
    "NoAnswer": N_("The video service did not answer. We keep asking."),
    "UnreadableAnswer": N_("The video service sent an answer we couldn't read. We keep asking."),
    "KeyRejected": N_("The video service does not accept this site's key right now. Nothing is lost; tell the owner."),
    "OutOfCredit": N_("This site has used up its credit at the video service. Nothing is lost; tell the owner."),
    "Forbidden": N_("The video service does not let us ask right now. We keep asking; tell the owner if it lasts."),
    "OrderInvalid": N_("The video service did not understand our question. We keep asking."),
    "NotFound": N_("The video service does not know this video yet. We keep asking."),
    "AddressRefused": N_("The video lies at an address that this site does not fetch from. Tell the owner."),
    "AddressExpired": N_("The address of the video was too old. We ask for a new one."),
    "DownloadCut": N_("The video broke off on its way here. We fetch the rest."),
    "DownloadTooLarge": N_("The video is larger than this site takes. Tell the owner."),
    "VideoAPIError": N_("The video service gave an answer that we do not know. We keep asking."),
    Trouble.INTERRUPTED: N_("We were interrupted while sending. We look whether the order arrived."),
    Trouble.CHECK_DIED: N_("The video could not be checked this time. We try again."),
    Trouble.VIDEO_BROKEN: N_("The video arrived damaged. We fetch it again."),
    Trouble.FETCHED_ELSEWHERE: N_("The video is already being brought here. We wait until it has arrived."),
}


STOPS = {
    Stop.OUTAGE: Notice(
        N_("The video service has trouble right now."), N_("You can order all the same: it goes out by itself.")
    ),
    Stop.OUT_OF_CREDIT: Notice(
        N_("This site has used up its credit at the video service."),
        N_("New videos have to wait until the owner tops it up; your form stays as it is."),
    ),
    Stop.KEY_REJECTED: Notice(
        N_("The video service does not accept this site's key."),
        N_("New videos have to wait until the owner fixes it; your form stays as it is."),
    ),
}

STORAGE = {
    StorageFull: Notice(N_("There is no room left to keep anything."), N_("The page goes on by itself when there is.")),
    StorageReadOnly: Notice(
        N_("Nothing can be kept right now."),
        N_("What you have is safe; the page goes on by itself when it works again."),
    ),
    StorageAway: Notice(
        N_("Your pictures and videos cannot be reached right now."),
        N_("They are safe; the page goes on by itself when they are back."),
    ),
}

STRENGTHS = {
    Strength.ALL_ROUND: N_("The best all-rounder, with sound and several shots."),
    Strength.FASTER_AND_CHEAPER: N_("Faster and cheaper."),
    Strength.BEST_MOVEMENT: N_("The best movement."),
    Strength.SMALL_AND_CHEAP: N_("Small and cheap, for trying things out."),
    Strength.SHORT_AND_SILENT: N_("Short and without sound."),
    Strength.ENDING_PICTURE: N_("Can end in a picture of yours; the same picture twice makes a loop."),
}

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
    EditRefusal.NOT_THERE: Notice(N_("This video is no longer here."), N_("Look into your gallery.")),
    EditRefusal.ENOUGH_TODAY: Notice(
        N_("You have kept as many videos in a day as can be kept."), N_("Download it, or keep it tomorrow.")
    ),
    EditRefusal.ENOUGH_KEPT: Notice(
        N_("What you have kept so takes as much room as it may."), N_("Delete some of it from your gallery.")
    ),
}

MADE_FROM = {
    Kind.TRIM: N_("Cut from another video of yours"),
    Kind.BACK_AND_FORTH: N_("Back and forth of another video of yours"),
}
COST_NOTHING = N_("Cost nothing: made from your own video")

NOT_ENOUGH = {
    Limit.MONTH: Notice(
        N_("This costs more than the {left} that are left this month."),
        N_("It opens again {opens}; your form stays as it is."),
    ),
    None: Notice(
        N_("This costs more than the {left} that are left today."),
        N_("You can go on {opens}; your form stays as it is."),
    ),
}
"""Where something is left, but not enough."""

LIMITS = {
    Limit.VISITOR: Notice(
        N_("You have used up what one visitor may spend today."), N_("You can go on {opens}; your form stays as it is.")
    ),
    Limit.CODE: Notice(
        N_("What your access code may spend today is used up."), N_("It opens again {opens}; your form stays as it is.")
    ),
    Limit.DAY: Notice(
        N_("Today's budget of this site is used up."), N_("It opens again {opens}; your form stays as it is.")
    ),
    Limit.MONTH: Notice(
        N_("This month's budget of this site is used up."), N_("It opens again {opens}; your form stays as it is.")
    ),
    Limit.VISITOR_QUEUE: Notice(
        N_("You have as many videos waiting as one visitor may have."),
        N_("When one of them is done you can order the next; your form stays as it is."),
    ),
    Limit.ADDRESS_QUEUE: Notice(
        N_("As many videos are waiting from your network as one network may have."),
        N_("When one of them is done you can order the next; your form stays as it is."),
    ),
    Limit.QUEUE: Notice(
        N_("Many people are waiting for their videos right now."),
        N_("Try again in a few minutes; your form stays as it is."),
    ),
}

PAUSED = Notice(
    N_("New orders are paused for now."),
    N_("What is under way goes on, and your form stays as it is. Come back later."),
)
NOT_ADMITTED = Notice(
    N_("You cannot order here at the moment."), N_("Reload the page to see how to come in; your form stays as it is.")
)
NO_ROOM = Notice(
    N_("This site has no room for further videos at the moment."),
    N_("Tell its owner, and try again later; your form stays as it is, and what is under way will be kept."),
)
PRICE_UNKNOWN = Notice(
    N_("Nobody can say what this video would cost, so it is not ordered."), N_("Choose another quality or length.")
)
PRICE_RISEN = Notice(
    N_("This video costs {amount} now, more than was shown when you clicked."),
    N_("It was not ordered. Click again to order it at that price."),
)
ORDERED_JUST_NOW = Notice(N_("You ordered just this {ago}."), N_("Make another?"))
NO_COOKIES = Notice(
    N_("This browser keeps no cookies, and only by a cookie can your videos be found again."),
    N_("Allow cookies for this site and load the page again; until then nothing can be ordered here."),
)
NOT_SHARED = {
    "again": Notice(N_("This browser was new here, so your photo did not arrive."), N_("Share it once more.")),
    "large": Notice(N_("This photo is larger than 20 MB."), N_("Share a smaller one.")),
    "busy": Notice(N_("Many pictures are being prepared right now."), N_("Share it once more in a moment.")),
    "slow": Notice(N_("Your photo did not arrive in time."), N_("Share it once more on a better connection.")),
    "none": Notice(N_("No photo came with that."), N_("Share a single photo.")),
    "many": Notice(N_("You have given many pictures in a short time."), N_("Wait ten minutes, then share the next.")),
    "room": Notice(N_("This site has no room for further pictures at the moment."), N_("Tell its owner.")),
    "away": Notice(N_("Your picture could not be kept."), N_("Share it once more in a moment.")),
}
"""By the word that the share target puts into the address (web/routes/share_target.py)."""

PICTURES_ON_THEIR_WAY = Notice(
    N_("Some of your pictures are still on their way."), N_("Click again in a moment: then all of them are ordered.")
)
STILL_PREPARING = Notice(N_("Your picture is still being prepared."), N_("Click again in a moment."))
PICTURE_NOT_KEPT = Notice(N_("Your picture could not be kept."), N_("Add it once more in a moment."))
TOO_MANY_WAITING = Notice(
    N_("Many pictures are being prepared right now, so yours was not taken."), N_("Add it once more in a moment.")
)
TOO_MANY_PICTURES = Notice(
    N_("You have given many pictures in a short time."), N_("Wait ten minutes, then add the next one.")
)

PRESETS_SAVED = {
    Saved.NEW: N_("Saved."),
    Saved.REPLACED: N_("Saved, in place of what had this name before."),
    Saved.UNCHANGED: N_("It is saved just so already."),
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

ADMISSIONS = {
    Answer.ADMITTED: Notice(N_("Welcome."), N_("Your code works: you can make videos now.")),
    Answer.WRONG: Notice(N_("This code is wrong or has expired."), N_("Check it, or ask who gave it to you.")),
    Answer.TOO_MANY: Notice(N_("Those were too many tries."), N_("Wait a minute, then try again.")),
}
