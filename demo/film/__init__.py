"""A picture becomes a film: camera, frames, sound, watermark, MP4. Pure but for the encoder.

The same order makes the same video.
"""

__all__ = ["camera", "encode", "given_sound", "render", "sound", "subject", "watermark"]
