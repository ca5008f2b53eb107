"""A kept sound is MP3 frames of one size, one after the other: its length and its beginning are told by counting. Pure.

At 48 kHz and a constant rate every frame is as long as the next, without the padding that other sample rates need
(ISO/IEC 11172-3, 2.4.3.1). A frame may lean on bits in those before it, never on those after: any beginning is whole.
"""

from __future__ import annotations

import math

RATE_HZ = 48_000
BITS_PER_S = 192_000
"""Of what is sent: nobody hears a difference, and the service encodes it once more. Fifteen seconds are 360 kB."""
FRAME_SAMPLES = 1152
FRAME_S = FRAME_SAMPLES / RATE_HZ
FRAME_BYTES = FRAME_SAMPLES * BITS_PER_S // (8 * RATE_HZ)


def length_s(size_bytes: int) -> float:
    """How long a kept sound of so many bytes is, in seconds."""
    return size_bytes // FRAME_BYTES * FRAME_S


def beginning(mp3: bytes, most_s: float) -> bytes:
    """So many seconds of a kept sound from its start, to the frame that ends them; all of it where it is shorter."""
    return mp3[: math.ceil(round(most_s / FRAME_S, 6)) * FRAME_BYTES]
