"""Three pictures of our own, so that a visitor without a photo at hand can try at once.

They are drawn by `docs/draw_samples.py`; nobody else has rights in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from languages.catalogues import N_
from studio.storage import media_keys

_FOLDER = Path(__file__).parent / "sample_pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A picture to try with, and a sentence that brings it to life."""

    name: str
    """Stable: safe in an address and a test."""
    title: str
    alt: str
    """What is to be seen, for who cannot see it. English; the screen translates it."""
    prompt: str
    """An idea of what may move. English, as the model understands it best; a person may change it."""
    file: Path
    """A JPEG of at most 350 KB that `pictures.prepare` sends as it is."""

    @property
    def picture_key(self) -> str:
        """Where it is kept for all who order with it."""
        return media_keys.sample(self.name)


SAMPLES: tuple[Sample, ...] = (
    Sample(
        name="lake",
        title=N_("Mountain lake at dusk"),
        alt=N_(
            "A still mountain lake at dusk: snowy peaks and first stars are mirrored beside a cabin with lit windows."
        ),
        prompt="Slow glide over the still lake towards the mountains, gentle ripples spread, stars begin to twinkle, "
        "smoke rises from the cabin.",
        file=_FOLDER / "lake.jpg",
    ),
    Sample(
        name="balloons",
        title=N_("Balloons at sunrise"),
        alt=N_("Colourful hot-air balloons float over misty green hills while the sun rises."),
        prompt="The balloons drift slowly across the valley, mist flows between the hills, the sun climbs, warm light "
        "spreads.",
        file=_FOLDER / "balloons.jpg",
    ),
    Sample(
        name="lighthouse",
        title=N_("Lighthouse in a storm"),
        alt=N_("A lighthouse on a rock in a stormy sea at night, its beam cutting through dark clouds."),
        prompt="Waves crash against the rock and spray flies up, the beam of the lighthouse sweeps through the storm, "
        "clouds race by.",
        file=_FOLDER / "lighthouse.jpg",
    ),
)


@dataclass(frozen=True, slots=True)
class SampleFilm:
    """What the demo makes of one of them, by `python -m docs.draw_sample_film`: five seconds, without sound."""

    of: Sample
    file: Path
    width: int
    height: int


SAMPLE_FILM = SampleFilm(SAMPLES[0], _FOLDER / "lake.mp4", 384, 288)
