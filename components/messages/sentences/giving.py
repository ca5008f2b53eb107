"""What is said of pictures, links and sounds that are given."""

from __future__ import annotations

from components.language import N_
from components.messages.sentences.notice import Notice
from studio.pictures.fetch import LinkRefusal
from studio.pictures.prepare import Change, Refusal
from studio.sounds.prepare import SoundRefusal

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
        N_("This video doesn't say how it was made here."),
        N_("Drop a video that you downloaded from here, as it was, or choose a photo."),
    ),
    Refusal.LET_GO: Notice(N_("We don't have this picture any more."), N_("Add it once more.")),
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
        N_("This link can't be used: it must begin with https:// at every step."),
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
    LinkRefusal.NOT_FOUND: Notice(N_("There is nothing at this link."), N_("Check that it was copied to its end.")),
    LinkRefusal.NO_ACCESS: Notice(
        N_("The site does not give us the picture behind this link; it may open for you alone."),
        N_("Save the picture and add it as a file."),
    ),
    LinkRefusal.NOT_A_PICTURE: Notice(
        N_("This link doesn't lead to a picture, perhaps to the page around it."),
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

NOT_SHARED = {
    "again": Notice(N_("This browser was new here, so your photo did not arrive."), N_("Share it once more.")),
    "large": Notice(N_("This photo is larger than {limit} MB."), N_("Share a smaller one.")),
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
