"""What kind of file an upload is, told by its first bytes and never by its name. Nothing is decoded here."""

from __future__ import annotations

import struct

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"%PDF-", "PDF"),
    (b"8BPS", "PSD"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
)

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


def kind_of(data: bytes) -> str | None:
    """The name of the picture kind, accepted or not, or None where the bytes begin like no picture we know."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    # "BM" alone begins many a text; a bitmap also has one of the known sizes of its second header.
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in (12, 40, 52, 56, 64, 108, 124):
        return "BMP"
    if data[4:8] == b"ftyp":
        return _kind_of_brands(data)
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    # How such a file begins, to tell it apart: nothing here is shown.
    if start.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in data[:4096].lower():
        return "SVG"
    return None


def _kind_of_brands(data: bytes) -> str | None:
    """HEIC and AVIF share a container with MP4 and tell themselves apart by the brands in its first box."""
    length = min(int.from_bytes(data[:4], "big"), 256)
    major = data[8:12]
    brands = {major} | {data[at : at + 4] for at in range(16, length - 3, 4)}
    # The major brand speaks first: an AVIF may list "mif1" among the compatible ones, and so may a HEIC list "avif".
    if major in _AVIF_BRANDS:
        return "AVIF"
    if major in _HEIC_BRANDS and not (major in (b"mif1", b"msf1") and brands & _AVIF_BRANDS):
        return "HEIC"
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if major == b"crx ":
        return "camera raw"
    return None


def ends_early(kind: str, data: bytes) -> bool:
    """True where the file says itself that more should follow than there is."""
    match kind:
        case "JPEG":
            return _jpeg_ends_early(data)
        case "PNG":
            return b"IEND" not in data[-4096:] and b"IEND" not in data
        case "WebP":
            return len(data) < 12 or 8 + int.from_bytes(data[4:8], "little") > len(data)
        case "BMP":
            return len(data) < 54 or int.from_bytes(data[2:6], "little") > len(data)
        case "HEIC":
            return _boxes_end_early(data)
        case _:
            return False


def _jpeg_ends_early(data: bytes) -> bool:
    segments, scan = jpeg_segments(data)
    return scan is None or not segments or data.find(b"\xff\xd9", scan) < 0


_PAGE_OF_ZEROS = bytes(4096)


def has_zeroed_tail(kind: str, data: bytes) -> bool:
    """True where the end was never written and is all zeros, as a broken download leaves it.

    The decoders of these kinds take zeros for flat picture and say nothing; a PNG has checksums, and of a BMP zeros may
    be the picture. A page of them ends no JPEG, WebP or HEIC that is whole, unless a camera padded it after its end.
    """
    if kind == "JPEG":
        return data.endswith(_PAGE_OF_ZEROS[:64]) and _jpeg_ends_early(data)
    return kind in ("WebP", "HEIC") and data.endswith(_PAGE_OF_ZEROS)


def jpeg_segments(data: bytes) -> tuple[list[tuple[int, bytes]], int | None]:
    """The marker segments before the first scan as (marker, payload), and where the scan's bytes begin.

    The position is None where the file ends before its first scan, or stops looking like a JPEG.
    """
    segments: list[tuple[int, bytes]] = []
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return segments, None
        marker = data[at + 1]
        if marker == 0xFF:  # Fill bytes may stand before any marker.
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2 or at + 2 + length > len(data):
            return segments, None
        segments.append((marker, data[at + 4 : at + 2 + length]))
        at += 2 + length
        if marker == 0xDA:
            return segments, at
    return segments, None


# Progressive frame headers, Huffman and arithmetic, alone and in a hierarchy (ITU-T T.81, table B.1).
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})


def jpeg_bytes_held(data: bytes) -> float:
    """Bytes for each pixel that a decoder holds of the whole picture before it can show any; 0 where of a few rows.

    The coefficients, two bytes each, of a JPEG whose components come in several scans; one of a single scan is decoded
    row by row. 0, too, where the headers cannot be read: then nothing is decoded.
    """
    per_pixel, components, is_progressive = 0.0, 0, False
    for marker, payload in jpeg_segments(data)[0]:
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and len(payload) >= 6:
            components, is_progressive = payload[5], marker in _PROGRESSIVE
            factors = [(factor >> 4, factor & 15) for factor in payload[7 : 6 + 3 * components : 3]]
            most = max((h for h, _ in factors), default=0) * max((v for _, v in factors), default=0)
            per_pixel = 2 * sum(h * v for h, v in factors) / most if most else 0.0
        elif marker == 0xDA:
            return per_pixel if is_progressive or payload[:1] < bytes([components]) else 0.0
    return 0.0


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height as the frame header of a JPEG says (ITU-T T.81, B.2.2). Raises ValueError without one."""
    for marker, payload in jpeg_segments(data)[0]:
        # C4, C8 and CC lie among the frame headers and are tables.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and len(payload) >= 5:
            height, width = struct.unpack_from(">HH", payload, 1)
            return width, height
    raise ValueError("no frame header: not a JPEG that could be prepared")


def _boxes_end_early(data: bytes) -> bool:
    """True where a top-level box (ISO 14496-12, 4.2) reaches beyond the end of the file."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:
            return False
        if size < 8:
            return False
        at += size
    return at > len(data)
