"""What is said of jobs: where they stand, what is in their way, how they ended."""

from __future__ import annotations

from components.language import N_
from components.messages.sentences.notice import Notice
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import Reason, State
from studio.jobs.last_error import StepError
from studio.storage.errors import StorageAway, StorageFull, StorageProblem, StorageReadOnly

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
        N_("Only the owner of this site can fix that; please tell them."),
    ),
    Reason.OUT_OF_CREDIT: Notice(
        N_("This site has used up its credit at the video service."), N_("Tell the owner, and try again later.")
    ),
    Reason.BLOCKED: Notice(
        N_("The video service blocked this order before reading it."),
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
        N_("This site had no room for a video for an hour, so your order was not sent."),
        N_("Tell the owner of this site, and try again later."),
    ),
    Reason.PICTURE_MODERATED: Notice(
        N_("The safety check of the video service stopped this picture."),
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
        N_("The video was made, but could not be downloaded within a day."), N_("Tell the owner of this site.")
    ),
    Reason.NEVER_CHECKED: Notice(
        N_("The video arrived, but it could not be checked, so it is not shown."),
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

LAST_ERRORS = {
    "NotReachable": N_("The video service cannot be reached right now. We keep trying."),
    "TooManyRequests": N_("The video service is busy. Your order goes out by itself as soon as it can."),
    "ServiceDown": N_("The video service has trouble right now. We keep looking."),
    Stop.OUTAGE: N_("The video service has trouble right now. Your order waits and goes out by itself."),
    Stop.OUT_OF_CREDIT: N_("This site's credit at the video service is used up. Your order waits for the owner."),
    Stop.KEY_REJECTED: N_("The video service does not accept this site's key. Your order waits for the owner."),
    StorageProblem.STORAGE_FULL: N_("There is no room to keep a video right now. Nothing is lost; we keep trying."),
    StorageProblem.STORAGE_READ_ONLY: N_("Videos cannot be kept right now. Nothing is lost; we keep trying."),
    StorageProblem.STORAGE_AWAY: N_(
        "The storage for videos can't be reached right now. Nothing is lost; we keep trying."
    ),
    "NoAnswer": N_("The video service did not answer. We keep asking."),
    "UnreadableAnswer": N_("The video service sent an answer we couldn't read. We keep asking."),
    "KeyRejected": N_("The video service does not accept this site's key right now. Nothing is lost; tell the owner."),
    "OutOfCredit": N_("This site has used up its credit at the video service. Nothing is lost; tell the owner."),
    "Forbidden": N_("The video service does not let us ask right now. We keep asking; tell the owner if it lasts."),
    "OrderInvalid": N_("The video service did not understand our question. We keep asking."),
    "NotFound": N_("The video service does not know this video yet. We keep asking."),
    "AddressRefused": N_("The video is at an address that this site doesn't download from. Please tell the owner."),
    "AddressExpired": N_("The link to the video had expired. We are asking for a new one."),
    "DownloadCut": N_("The download was interrupted. We are getting the rest."),
    "DownloadTooLarge": N_("The video is larger than this site accepts. Please tell the owner."),
    "VideoAPIError": N_("The video service sent an answer we don't know. We keep asking."),
    StepError.INTERRUPTED: N_("We were interrupted while sending. We are checking whether your order arrived."),
    StepError.CHECK_DIED: N_("The video could not be checked this time. We are trying again."),
    StepError.VIDEO_BROKEN: N_("The video arrived damaged. We are downloading it again."),
    StepError.FETCHED_ELSEWHERE: N_("Your video is already being saved."),
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
