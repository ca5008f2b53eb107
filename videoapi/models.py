"""Which video models the provider offers on its one endpoint, and which options each takes. Values only: nothing is
sent or read.

A further model is one more entry. Fields and choices are those of the provider's reference for the model, in its very
spelling (`480P` of one is `480p` of another). What no source states is reckoned from a neighbour, and named in the
entry's `inferred`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    """What a model is chosen for. The screen has the sentence for each."""

    ALL_ROUND = "all_round"
    FASTER_AND_CHEAPER = "faster_and_cheaper"
    BEST_MOVEMENT = "best_movement"
    SMALL_AND_CHEAP = "small_and_cheap"
    SHORT_AND_SILENT = "short_and_silent"
    ENDING_PICTURE = "ending_picture"


class Sound(StrEnum):
    """Whether a model's videos are heard."""

    CHOSEN = "chosen"
    """With or without, as ordered (`generate_audio`)."""
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """One choice of `resolution`."""

    name: str
    """As sent, upper and lower case included."""
    short_side_px: int
    micros_per_s: int
    """Millionths of a dollar for a second of video, while the live price is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long one kind of video takes from acceptance to done, in seconds."""

    duration_s: int
    short_side_px: int
    earliest_s: float
    """The earliest plausible end."""
    typical_s: float
    latest_s: float
    """The latest plausible end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoModel:
    """What one model accepts. Whatever is not listed here is not offered, however the provider may answer it."""

    id: str
    """The provider's name for it, as sent in an order."""

    name: str
    """What its maker calls it."""

    strength: Strength

    fields: frozenset[str]
    """Everything that an order of it may have besides `model`, `prompt`, `image_url` and `resolution`."""

    durations_s: tuple[int, ...]
    """The lengths to choose from, in seconds, shortest first. Sent only where `duration` is among the fields; else the
    model has this one length."""

    qualities: tuple[Quality, ...]
    """The qualities to choose from, cheapest first."""

    sound: Sound

    prompt_max: int = 1500
    """Characters; the rest would be cut off upstream without a word."""

    negative_prompt_max: int = 500
    """Characters; the rest would be cut off upstream without a word."""

    seed_max: int = 2_147_483_647
    """The largest seed; the smallest is 0."""

    timings: tuple[Timing, ...]
    """Those that somebody has measured, at least one; `timing` reckons the others."""

    takes_audio_inline: bool = True
    """False where the provider is known to want a link in `audio_url`. Its own client says of its gateway that audio
    may come along as a data URL, and names no model (https://github.com/aimlapi/hypit-aimlapi): any may refuse it."""

    inferred: frozenset[str] = frozenset()
    """The fields of this entry that no source states for this very model: they are a neighbour's."""

    @property
    def resolutions(self) -> tuple[str, ...]:
        """The names of the qualities, cheapest first."""
        return tuple(quality.name for quality in self.qualities)

    def quality(self, resolution: str) -> Quality | None:
        """The quality of that very name."""
        return next((quality for quality in self.qualities if quality.name == resolution), None)

    @property
    def has_audio_link(self) -> bool:
        """True where a sound can be given by its address."""
        return "audio_url" in self.fields

    @property
    def has_audio_file(self) -> bool:
        """True where a sound can be sent along."""
        return self.has_audio_link and self.takes_audio_inline

    @property
    def has_sound_choice(self) -> bool:
        """True where a video can be had with sound or without."""
        return self.sound is Sound.CHOSEN

    def is_heard(self, wanted: bool) -> bool:
        """Whether a video of this model has sound, where sound is wanted or is not."""
        return wanted if self.has_sound_choice else self.sound is Sound.ALWAYS

    @property
    def has_several_shots(self) -> bool:
        """True where cuts can be asked for."""
        return "shot_type" in self.fields

    @property
    def has_negative_prompt(self) -> bool:
        """True where it can be told what to avoid."""
        return "negative_prompt" in self.fields

    @property
    def has_seed(self) -> bool:
        """True where chance can be repeated."""
        return "seed" in self.fields

    @property
    def has_prompt_improvement(self) -> bool:
        """True where the prompt may be rewritten, or left as it is; one model has two fields for that."""
        return not self.fields.isdisjoint({"enhance_prompt", "enable_prompt_expansion"})

    @property
    def has_ending_picture(self) -> bool:
        """True where the video can be made to end in a second picture."""
        return "last_image_url" in self.fields

    def timing(self, duration_s: int, short_side_px: int) -> Timing:
        """What to expect of such a video: as measured, or reckoned from the nearest that was, with wider bounds.

        Longer and sharper videos take longer, a little of it whatever their size.
        """
        nearest = min(
            self.timings,
            key=lambda each: (abs(each.duration_s - duration_s), abs(each.short_side_px - short_side_px)),
        )
        if (nearest.duration_s, nearest.short_side_px) == (duration_s, short_side_px):
            return nearest
        longer = (duration_s + _OUTSET_S) / (nearest.duration_s + _OUTSET_S)
        factor = longer * short_side_px / nearest.short_side_px
        return Timing(
            duration_s=duration_s,
            short_side_px=short_side_px,
            earliest_s=nearest.earliest_s * factor * 0.6,
            typical_s=nearest.typical_s * factor,
            latest_s=nearest.latest_s * factor * 1.3,
        )


_OUTSET_S = 5
"""What comes before the first second of video, in seconds of video: 5 s of Wan 2.6 take 120 s, 10 s less than 240."""


def _measured(duration_s: int, short_side_px: int, earliest_s: float, typical_s: float, latest_s: float) -> Timing:
    return Timing(
        duration_s=duration_s,
        short_side_px=short_side_px,
        earliest_s=earliest_s,
        typical_s=typical_s,
        latest_s=latest_s,
    )


# The provider shows its prices only live. These are the upstream list prices of 2026 for Wan 2.6 ($0.10 and $0.15) with
# the larger of the two margins that were seen (1.30; in January 2026: 1.05). 480p has 4/9 of the pixels of 720p.
_480P_MICROS, _720P_MICROS, _1080P_MICROS = 65_000, 130_000, 195_000

# 5 s at 1080p: 172 s in the provider's own sample; the others from the ranges in a third party's notes of April 2026
# (5 s 720p 1-3 min, 10-15 s 720p 3-6 min, 10-15 s 1080p 5-10 min).
_WAN_2_6_TIMINGS = (
    _measured(5, 720, 60, 120, 200),
    _measured(5, 1080, 105, 172, 260),
    _measured(10, 720, 120, 220, 370),
    _measured(10, 1080, 160, 300, 540),
    _measured(15, 720, 150, 280, 420),
    _measured(15, 1080, 220, 420, 660),
)

WAN_2_6_I2V = VideoModel(
    id="alibaba/wan-2-6-i2v",
    name="Wan 2.6",
    strength=Strength.ALL_ROUND,
    fields=frozenset(
        ("audio_url", "duration", "negative_prompt", "shot_type", "generate_audio", "seed", "enhance_prompt")
    ),
    durations_s=(5, 10, 15),
    qualities=(
        Quality(name="720p", short_side_px=720, micros_per_s=_720P_MICROS),
        Quality(name="1080p", short_side_px=1080, micros_per_s=_1080P_MICROS),
    ),
    # The field is in the provider's reference; the model's maker says that this one always has sound.
    sound=Sound.CHOSEN,
    timings=_WAN_2_6_TIMINGS,
    inferred=frozenset({"qualities.micros_per_s"}),
)
"""Wan 2.6 image-to-video: a first frame and a sentence become 5, 10 or 15 seconds of video with sound.

Fields and choices: https://docs.aimlapi.com/api-references/video-models/alibaba-cloud/wan-2.6-image-to-video
Lengths of texts, the seed and the picture's limits: the model maker's reference for image-to-video by first frame.
"""

_ENTRIES = (
    WAN_2_6_I2V,
    VideoModel(
        id="alibaba/wan-2-6-image-to-video-flash",
        name="Wan 2.6 Flash",
        strength=Strength.FASTER_AND_CHEAPER,
        fields=WAN_2_6_I2V.fields,
        durations_s=(5, 10, 15),
        # Said to be cheaper, by how much nobody says: its elder's prices are the most it can be.
        qualities=WAN_2_6_I2V.qualities,
        sound=Sound.CHOSEN,
        # The provider's sample: 10 s at 720p in 4 min 24 s.
        timings=(_measured(10, 720, 80, 264, 530),),
        inferred=frozenset({"strength", "qualities.micros_per_s"}),
    ),
    VideoModel(
        id="alibaba/wan-2-7-i2v",
        name="Wan 2.7",
        strength=Strength.BEST_MOVEMENT,
        fields=frozenset(
            (
                *("audio_url", "duration", "enable_prompt_expansion", "enhance_prompt"),
                *("negative_prompt", "seed", "watermark"),
            )
        ),
        durations_s=(5, 10, 15),
        # Its siblings from text and from video: 10 s for $1.95, in the provider's samples of May 2026.
        qualities=WAN_2_6_I2V.qualities,
        sound=Sound.ALWAYS,
        # The provider's sample: 1 min 4 s, presumably of the default length. Its siblings took almost 9 min.
        timings=(_measured(10, 1080, 25, 64, 134),),
        inferred=frozenset({"strength", "qualities.micros_per_s", "sound", "prompt_max", "seed_max", "timings"}),
    ),
    VideoModel(
        id="alibaba/wan2.5-i2v-preview",
        name="Wan 2.5",
        strength=Strength.SMALL_AND_CHEAP,
        # The aspect ratio is not sent: videos follow their picture (the provider's sample is 786x1172).
        fields=frozenset(("aspect_ratio", "duration", "negative_prompt", "seed", "enhance_prompt")),
        durations_s=(5, 10),
        qualities=(
            Quality(name="480p", short_side_px=480, micros_per_s=_480P_MICROS),
            Quality(name="720p", short_side_px=720, micros_per_s=_720P_MICROS),
            Quality(name="1080p", short_side_px=1080, micros_per_s=_1080P_MICROS),
        ),
        sound=Sound.ALWAYS,
        timings=_WAN_2_6_TIMINGS,
        inferred=frozenset({"strength", "qualities.micros_per_s", "sound", "timings"}),
    ),
    VideoModel(
        id="alibaba/wan2.2-i2v-plus",
        name="Wan 2.2 Plus",
        strength=Strength.SHORT_AND_SILENT,
        fields=frozenset(("negative_prompt", "watermark", "seed", "enhance_prompt")),
        durations_s=(5,),
        qualities=(
            Quality(name="480P", short_side_px=480, micros_per_s=_480P_MICROS),
            Quality(name="1080P", short_side_px=1080, micros_per_s=_1080P_MICROS),
        ),
        sound=Sound.NEVER,
        timings=_WAN_2_6_TIMINGS,
        inferred=frozenset({"strength", "durations_s", "qualities.micros_per_s", "sound", "timings"}),
    ),
    VideoModel(
        id="bytedance/seedance-1-0-pro-i2v",
        name="Seedance 1.0 Pro",
        strength=Strength.ENDING_PICTURE,
        fields=frozenset(("duration", "watermark", "seed", "camerafixed", "last_image_url")),
        durations_s=(5, 10),
        qualities=(
            Quality(name="480p", short_side_px=480, micros_per_s=_480P_MICROS),
            Quality(name="720p", short_side_px=720, micros_per_s=_720P_MICROS),
            Quality(name="1080p", short_side_px=1080, micros_per_s=_1080P_MICROS),
        ),
        sound=Sound.NEVER,
        timings=_WAN_2_6_TIMINGS,
        inferred=frozenset({"strength", "qualities.micros_per_s", "sound", "prompt_max", "seed_max", "timings"}),
    ),
)

MODELS: Mapping[str, VideoModel] = {model.id: model for model in _ENTRIES}
"""Every model by its id."""
