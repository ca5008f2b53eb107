"""Where in the media store each kind of file is kept. Keys are in the database: what is kept stays findable."""

from __future__ import annotations

import hashlib
import secrets

FOLDERS = ("videos/", "posters/", "pictures/", "thumbnails/", "sounds/", "edits/")
"""All that there are."""
_SAMPLES = "samples/"
_PART_OF = "part-of-"


def new_picture() -> str:
    """The key of a picture that somebody gave; not to be guessed."""
    return f"pictures/{secrets.token_hex(1)}/{secrets.token_hex(16)}.jpg"


def framed_picture(picture_key: str, frame: str) -> str:
    """The key of that picture framed so: the same for the same, and not to be guessed by who has not the picture's."""
    name = hashlib.sha256(f"{picture_key} {frame}".encode(errors="surrogatepass")).hexdigest()
    return f"pictures/{name[:2]}/{name[2:34]}.jpg"


def sample(name: str) -> str:
    """The key of one of our own pictures: kept once for all visitors, and never deleted."""
    return f"pictures/{_SAMPLES}{name}.jpg"


def new_sound() -> str:
    """The key of a sound that somebody gave; not to be guessed."""
    return f"sounds/{secrets.token_hex(1)}/{secrets.token_hex(16)}.mp3"


def is_sound(key: str) -> bool:
    """True for the key of a sound."""
    return key.startswith("sounds/")


def thumbnail_key(picture_key: str) -> str:
    """Where the small version of a kept picture is kept."""
    return picture_key.replace("pictures/", "thumbnails/", 1)


def is_shared(key: str) -> bool:
    """True for the picture or thumbnail of a sample: it belongs to nobody's order alone."""
    return key.partition("/")[2].startswith(_SAMPLES)


def ending(picture_id: str) -> str:
    """How the key of the picture ends whose address has this id (studio.urls.picture)."""
    return f"/{picture_id}.jpg"


def sound_ending(sound_id: str) -> str:
    """The same of a sound (studio.urls.sound)."""
    return f"/{sound_id}.mp3"


def video(job_id: str) -> str:
    """The key of a job's video."""
    return f"videos/{job_id[:2]}/{job_id}.mp4"


def poster(job_id: str) -> str:
    """The key of the still of a job's video."""
    return f"posters/{job_id[:2]}/{job_id}.jpg"


def edits(job_id: str) -> str:
    """What the keys of everything begin with that was made of a job's video."""
    return f"edits/{job_id[:2]}/{job_id}/"


def edit(job_id: str, name: str) -> str:
    """The key of something that was made of a job's video."""
    return edits(job_id) + name


def part_of(job_id: str, joined_key: str) -> str:
    """The key of a note that a job's video is inside of what is kept under `joined_key`, which is another job's: when
    the one is deleted, the other must go as well."""
    _, _, other, name = joined_key.split("/")
    return edit(job_id, f"{_PART_OF}{other}-{name.partition('.')[0]}")


def noted_in(key: str) -> str | None:
    """What a note is about: the key of the joined video. None for every other key."""
    name = key.rpartition("/")[2]
    if not key.startswith("edits/") or not name.startswith(_PART_OF):
        return None
    other, _, joined = name.removeprefix(_PART_OF).partition("-")
    return edit(other, f"{joined}.mp4")


def job_of_edit(key: str) -> str | None:
    """Of which job's video this was made; None for every other key."""
    return key.split("/")[2] if key.startswith("edits/") and key.count("/") == 3 else None
