"""What a file that is brought in says of a video: what made it, and what its visitor made of it. Pure.

All of it is a stranger's word: it is cut to what there may be, and nothing is believed that costs anybody anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from studio.jobs.labels import clean_album, clean_notes, clean_title
from studio.orders.order import WORDS_KEPT_MAX, OrderSettings, clean_text, is_usable_audio_link
from studio.orders.travelling import said_by, settings_in
from studio.videos.carried import Tags

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
LONGEST = timedelta(days=2)
"""Between the provider's taking an order and its end there."""
LENGTHS_S = range(1, 3_601)
SEEDS = range(2**63)
ALBUMS_MAX = 20
"""Of one video that are looked at."""
KINDS = ("picture", "ending_picture", "sound")
_MODEL = re.compile(r"[\w./-]{1,100}", re.ASCII)
_QUALITY = re.compile(r"[0-9A-Za-z]{1,16}", re.ASCII)
_MADE_AS = re.compile(
    r"trim-[0-9]{1,9}-[0-9]{1,9}\.mp4|back-and-forth\.mp4|joined-[0-9]{1,2}-[0-9a-f]{16}\.mp4", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of one video."""

    settings: OrderSettings
    still: bytes = b""
    """The picture that it was made from, as it travelled inside the film; empty where none did."""
    files: Mapping[str, str] = field(default_factory=dict)
    """What else there is of it in its archive: its name there, by KINDS."""
    title: str = ""
    notes: str = ""
    is_favourite: bool = False
    albums: tuple[str, ...] = ()
    ordered_at: datetime | None = None
    accepted_at: datetime | None = None
    finished_at: datetime | None = None
    made_from: str = ""
    """The name in the archive of the video that it was made of; empty where it was ordered."""
    made_as: str | None = None
    continues: str = ""
    """The name there of the video that it goes on from."""


def of_film(tags: Tags) -> Told | None:
    """What a film says of itself; None where it is none of ours."""
    said = said_by(tags.text)
    settings = None if said is None else _settings(said)
    return None if settings is None else Told(settings=settings, still=tags.still)


def of_sheet(said: Mapping[str, object], now: datetime) -> Told | None:
    """What an archive's sheet says of a video (studio.takeaway.sheet); None where that is no such thing."""
    settings = _settings(said)
    if settings is None:
        return None
    accepted, finished = _moment(said.get("accepted_at"), now), _moment(said.get("finished_at"), now)
    is_timed = accepted is not None and finished is not None and timedelta(0) <= finished - accepted <= LONGEST
    made_as, albums = _text(said, "made_as"), said.get("albums")
    named = [clean_album(one) for one in albums if isinstance(one, str)] if isinstance(albums, list) else []
    return Told(
        settings=settings,
        files={kind: name for kind in KINDS if (name := _text(said, kind))},
        title=clean_title(_text(said, "title")),
        notes=clean_notes(_text(said, "notes")),
        is_favourite=said.get("favourite") is True,
        albums=tuple(dict.fromkeys(filter(None, named[:ALBUMS_MAX]))),
        ordered_at=_moment(said.get("ordered_at"), now),
        accepted_at=accepted if is_timed else None,
        finished_at=finished if is_timed else None,
        made_from=_text(said, "made_from"),
        made_as=made_as if _MADE_AS.fullmatch(made_as) else None,
        continues=_text(said, "continues"),
    )


def _settings(said: Mapping[str, object]) -> OrderSettings | None:
    """Those of any order that there may have been, of whatever model."""
    found = settings_in(said)
    if found is None or found.duration_s not in LENGTHS_S:
        return None
    if _MODEL.fullmatch(found.model) is None or _QUALITY.fullmatch(found.resolution) is None:
        return None
    return replace(
        found,
        prompt=clean_text(found.prompt[:WORDS_KEPT_MAX]),
        negative_prompt=clean_text(found.negative_prompt[:WORDS_KEPT_MAX]),
        audio_url=found.audio_url if found.audio_url and is_usable_audio_link(found.audio_url) else "",
        seed=found.seed if found.seed is not None and found.seed in SEEDS else None,
    )


def _text(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    return value[:WORDS_KEPT_MAX] if isinstance(value, str) else ""


def _moment(value: object, now: datetime) -> datetime | None:
    try:
        when = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return when if when is not None and when.tzinfo is not None and FIRST <= when <= now else None
