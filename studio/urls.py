"""Where a browser finds what is kept, below the app's own address.

Under /app/static/, because Streamlit's own elements pass only such addresses through untouched.
"""

from __future__ import annotations

from pathlib import PurePosixPath

VIDEO = "/app/static/videos/{id}.mp4"
POSTER = "/app/static/posters/{id}.jpg"
SMALL_POSTER = "/app/static/posters/{id}/small.jpg"
SAMPLE = "/app/static/samples/{name}.jpg"
SAMPLE_FILM = "/app/static/samples/film.mp4"
THUMBNAIL = "/app/static/thumbnails/{id}.jpg"
PICTURE = "/app/static/pictures/{id}.jpg"
SMALL_PICTURE = "/app/static/pictures/{id}/small.jpg"
SOUND = "/app/static/sounds/{id}.mp3"
EDIT = "/app/static/edits/{id}/{name}"

# Links that are given away are short, and nothing of Streamlit's has to pass them through.
SHARE = "/v/{token}"
SHARED_VIDEO = "/v/{token}/video.mp4"
SHARED_POSTER = "/v/{token}/poster.jpg"
OPEN_GALLERY = "/open/{token}"

# Where a browser is given cookies; nothing but a page of ours sends it there.
ADMITTED = "/admitted/{token}"
BEGIN_ANEW = "/begin-anew"
OWNER_LINK = "/owner-link/{token}"

# What the browser listens to; nothing of Streamlit's has to pass it through.
EVENTS = "/events"

# A link that is followed by a press; nothing of Streamlit's has to pass it through.
TAKEAWAY = "/takeaway.zip"

# What the gallery sends files to, to have what is in them.
BRING_IN = "/bring-in"

# Where a browser is given the cookie that says which language was chosen.
LANGUAGE = "/language/{code}"

# For who has put the app on their phone's screen; by the older address for who did so before.
MANIFEST = "/manifest.webmanifest"
OLDER_MANIFEST = "/app/static/kineograph.webmanifest"
INSTALLED_ICON = "/app/static/icons/{name}.png"
SHARE_TARGET = "/share-target"

PLAIN_STYLE = "/app/static/plain.css"
PAGE_START = "/app/static/start.js"
PAGE_START_STYLE = "/app/static/start.css"
ICON = "/app/static/icon.png"
# Pages of Streamlit's, which components/frame.py puts there.
HOME = "/"
GALLERY = "/gallery"
BIN = "/bin"
FIGURES = "/figures"
WATCH = "/video"
OWNER = "/owner"
PRIVACY = "/privacy"
HOW_IT_WORKS = "/how-it-works"
ACCESSIBILITY = "/accessibility"


def video(job_id: str) -> str:
    """The finished video of a job."""
    return VIDEO.format(id=job_id)


def download(job_id: str) -> str:
    """The same as a file to save."""
    return VIDEO.format(id=job_id) + "?download=1"


def poster(job_id: str) -> str:
    """A still of the finished video."""
    return POSTER.format(id=job_id)


def small_poster(job_id: str) -> str:
    """The same, small."""
    return SMALL_POSTER.format(id=job_id)


def thumbnail(job_id: str) -> str:
    """A small version of the picture that the job is made from."""
    return THUMBNAIL.format(id=job_id)


def picture(picture_key: str) -> str:
    """A prepared picture as it will be sent, by where it is kept."""
    return PICTURE.format(id=PurePosixPath(picture_key).stem)


def small_picture(picture_key: str) -> str:
    """A small version of a prepared picture, by where that is kept."""
    return SMALL_PICTURE.format(id=PurePosixPath(picture_key).stem)


def sound(sound_key: str) -> str:
    """A prepared sound, by where it is kept."""
    return SOUND.format(id=PurePosixPath(sound_key).stem)


def edit(job_id: str, name: str) -> str:
    """What was made of a job's video, by its name (studio.videos.edit)."""
    return EDIT.format(id=job_id, name=name)


def download_edit(job_id: str, name: str) -> str:
    """The same as a file to save."""
    return edit(job_id, name) + "?download=1"


def installed_icon(name: str) -> str:
    """An icon of the installed app, by its name (web/icons)."""
    return INSTALLED_ICON.format(name=name)


def sample(name: str) -> str:
    """A small version of one of our own pictures."""
    return SAMPLE.format(name=name)


def share(token: str) -> str:
    """The page to give away of one video; people are led on from it to `watch`."""
    return SHARE.format(token=token)


def shared_video(token: str) -> str:
    """The video of a share link."""
    return SHARED_VIDEO.format(token=token)


def shared_poster(token: str) -> str:
    """Its still."""
    return SHARED_POSTER.format(token=token)


def watch(video_id: str) -> str:
    """The page of one video, by the token of a share link or by the visitor's own job."""
    return f"{WATCH}?id={video_id}"


def open_gallery(token: str) -> str:
    """The page that opens a gallery in another browser, after a question."""
    return OPEN_GALLERY.format(token=token)


def admitted(ticket: str) -> str:
    """Where a browser changes a ticket for the cookie with its rights."""
    return ADMITTED.format(token=ticket)


def begin_anew(*, keep: bool) -> str:
    """Where a browser becomes a new visitor; with `keep` its gallery follows."""
    return f"{BEGIN_ANEW}?keep=yes" if keep else BEGIN_ANEW


def owner_link(ticket: str) -> str:
    """The page that opens the owner's page in a browser, after a question."""
    return OWNER_LINK.format(token=ticket)
