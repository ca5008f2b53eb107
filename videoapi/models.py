"""Which video models the provider offers here, and which options each takes. Values only: nothing is sent or read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoModel:
    """What one model accepts. Whatever is not listed here is not offered, however the provider may answer it."""

    id: str
    """The provider's name for it, as sent in an order."""

    durations_s: tuple[int, ...]
    """The lengths to choose from, in seconds, shortest first."""

    resolutions: tuple[str, ...]
    """The qualities to choose from, cheapest first; each names the short side of the frame."""

    prompt_max: int
    """Characters; the rest would be cut off upstream without a word."""

    negative_prompt_max: int
    """Characters; the rest would be cut off upstream without a word."""

    seed_max: int
    """The largest seed; the smallest is 0."""

    picture_side_min: int
    """Pixels, the shorter side. The stricter of the two limits that the model's maker has published."""

    picture_side_max: int
    """Pixels, the longer side. The stricter of the two limits that the model's maker has published."""

    picture_bytes_max: int
    """Bytes of the picture before base64. The stricter of the two limits that the model's maker has published."""


WAN_2_6_I2V = VideoModel(
    id="alibaba/wan-2-6-i2v",
    durations_s=(5, 10, 15),
    resolutions=("720p", "1080p"),
    prompt_max=1500,
    negative_prompt_max=500,
    seed_max=2_147_483_647,
    picture_side_min=360,
    picture_side_max=2000,
    picture_bytes_max=10_000_000,
)
"""Wan 2.6 image-to-video: a first frame and a sentence become 5, 10 or 15 seconds of video with sound.

Fields and choices: https://docs.aimlapi.com/api-references/video-models/alibaba-cloud/wan-2.6-image-to-video
Lengths of texts, the seed and the picture's limits: the model maker's reference for image-to-video by first frame.
"""
