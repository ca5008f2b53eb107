"""The word "Demo" in a lower corner: nobody should take such a video for one of the provider's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_TEXT_SHARE = 0.032
"""Height of the letters by the frame's short side: readable on a phone, quiet on a television."""

_INK = 0.78
_SHADOW = 0.42
"""How much of the picture the letters and their soft shadow cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A drawn mark, ready to be laid on the planes of a frame."""

    top: int
    left: int
    keep: npt.NDArray[np.float32]
    """How much of the picture stays, for each luma sample of the mark's box; the box has even sides and corners."""
    ink: npt.NDArray[np.float32]
    """How much of it is white."""

    def on_luma(self, plane: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The plane with the mark on it; done in place."""
        return self._laid(plane, self.top, self.left, self.keep, self.ink * 235 + (1 - self.keep - self.ink) * 16)

    def on_chroma(self, plane: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """As on_luma, for a plane of half the size. White and black have no colour."""
        rows, columns = self.keep.shape
        keep = self.keep.reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3), dtype=np.float32)
        return self._laid(plane, self.top // 2, self.left // 2, keep, (1 - keep) * np.float32(128))

    @staticmethod
    def _laid(
        plane: npt.NDArray[np.uint8],
        top: int,
        left: int,
        keep: npt.NDArray[np.float32],
        add: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.uint8]:
        box = plane[top : top + keep.shape[0], left : left + keep.shape[1]]
        box[:] = np.rint(box * keep + add).astype(np.uint8)
        return plane


def drawn(size: tuple[int, int]) -> Mark:
    """The mark for frames of this size, in the lower right corner."""
    short = min(size)
    font = ImageFont.load_default(max(11, short * _TEXT_SHARE))
    margin = 2 * max(4, round(short * 0.014))
    left, top, right, bottom = (round(edge) for edge in font.getbbox("Demo"))
    width = 2 * ((right - left) // 2 + margin)
    height = 2 * ((bottom - top) // 2 + margin)
    letters = Image.new("L", (width, height), 0)
    corner = ((width - right + left) / 2 - left, (height - bottom + top) / 2 - top)
    ImageDraw.Draw(letters).text(corner, "Demo", 255, font)
    blurred = letters.filter(ImageFilter.GaussianBlur(short * 0.006))
    ink = np.asarray(letters, dtype=np.float32) / 255 * _INK
    shade = np.clip(np.asarray(blurred, dtype=np.float32) / 255 * 1.6, 0, 1) * _SHADOW
    keep = (1 - ink) * (1 - shade)
    return Mark(
        top=(size[1] - height) // 2 * 2,
        left=(size[0] - width) // 2 * 2,
        keep=keep.astype(np.float32),
        ink=ink.astype(np.float32),
    )
