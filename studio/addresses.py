"""Where a browser finds what is kept, below the app's own address.

Under /app/static/, because Streamlit's own elements pass only such addresses through untouched.
"""

from __future__ import annotations

VIDEO = "/app/static/videos/{id}.mp4"
POSTER = "/app/static/posters/{id}.jpg"
SAMPLE = "/app/static/samples/{name}.jpg"
THUMBNAIL = "/app/static/thumbnails/{id}.jpg"


def video(job_id: str) -> str:
    """The finished video of a job."""
    return VIDEO.format(id=job_id)


def download(job_id: str) -> str:
    """The same as a file to save."""
    return VIDEO.format(id=job_id) + "?download=1"


def poster(job_id: str) -> str:
    """A still of the finished video."""
    return POSTER.format(id=job_id)


def thumbnail(job_id: str) -> str:
    """A small version of the picture that the job is made from."""
    return THUMBNAIL.format(id=job_id)


def sample(name: str) -> str:
    """A small version of one of our own pictures."""
    return SAMPLE.format(name=name)
