"""The models that the stand-in knows: the provider's published schema of each, and what a second of its video costs.

Read from the provider's pages apart from the app that is tested against it: a misreading must not be shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What an order of one model may say, and what becomes of it."""

    name: str
    takes: frozenset[str]
    """Its fields besides `model`, `prompt`, `image_url` and `resolution`."""
    credits_per_second: Mapping[str, int]
    """By resolution, in its very spelling."""
    usual_resolution: str
    durations_s: tuple[int, ...]
    usual_duration_s: int
    aspect_ratios: tuple[str, ...] = ()
    negative_prompt_max: int | None = None
    """Characters, where the schema has a limit; elsewhere the excess is cut off."""
    has_sound: bool = True
    """Where no field asks for it."""


_WAN_2_6_FIELDS = frozenset(
    ("audio_url", "duration", "negative_prompt", "shot_type", "generate_audio", "seed", "enhance_prompt")
)

MODELS: Mapping[str, Model] = {
    # $0.105 and $0.1575 a second. The sample order (5 s at 1080p) used 1,575,000 credits.
    "alibaba/wan-2-6-i2v": Model(
        name="Wan 2.6 Image-to-Video",
        takes=_WAN_2_6_FIELDS,
        credits_per_second={"720p": 210_000, "1080p": 315_000},
        usual_resolution="1080p",
        durations_s=(5, 10, 15),
        usual_duration_s=10,
    ),
    # Cheaper, by how much is not told: half is made up.
    "alibaba/wan-2-6-image-to-video-flash": Model(
        name="Wan 2.6 Image-to-Video Flash",
        takes=_WAN_2_6_FIELDS,
        credits_per_second={"720p": 105_000, "1080p": 157_500},
        usual_resolution="720p",
        durations_s=(5, 10, 15),
        usual_duration_s=10,
    ),
    # $0.195 a second in the samples of its siblings; 720p made up in the proportion of Wan 2.6.
    "alibaba/wan-2-7-i2v": Model(
        name="Wan 2.7 Image-to-Video",
        takes=frozenset(
            (
                *("audio_url", "duration", "enable_prompt_expansion", "enhance_prompt", "negative_prompt", "seed"),
                "watermark",
            )
        ),
        credits_per_second={"720p": 260_000, "1080p": 390_000},
        usual_resolution="1080p",
        durations_s=(5, 10, 15),
        usual_duration_s=10,
        negative_prompt_max=500,
    ),
    # From here on all prices are made up.
    "alibaba/wan2.5-i2v-preview": Model(
        name="Wan 2.5 Image-to-Video",
        takes=frozenset(("aspect_ratio", "duration", "negative_prompt", "seed", "enhance_prompt")),
        credits_per_second={"480p": 105_000, "720p": 210_000, "1080p": 315_000},
        usual_resolution="1080p",
        durations_s=(5, 10),
        usual_duration_s=10,
        aspect_ratios=("16:9", "9:16", "1:1"),
    ),
    "alibaba/wan2.2-i2v-plus": Model(
        name="Wan 2.2 Plus Image-to-Video",
        takes=frozenset(("negative_prompt", "watermark", "seed", "enhance_prompt")),
        credits_per_second={"480P": 105_000, "1080P": 315_000},
        usual_resolution="1080P",
        durations_s=(5,),
        usual_duration_s=5,
        has_sound=False,
    ),
    "bytedance/seedance-1-0-pro-i2v": Model(
        name="Seedance 1.0 Pro Image-to-Video",
        takes=frozenset(("duration", "watermark", "seed", "camerafixed", "last_image_url")),
        credits_per_second={"480p": 105_000, "720p": 210_000, "1080p": 315_000},
        usual_resolution="1080p",
        durations_s=(5, 10),
        usual_duration_s=5,
        has_sound=False,
    ),
}
"""By the id that orders name."""
