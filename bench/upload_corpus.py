"""Real pictures of every kind, mode and manner that people upload, made on the spot, and ways to damage them.

The hostile bench and the tests of `studio.pictures.prepare` share these.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pillow_heif
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from studio.orders.framing import MAX_SENT_SIDE, MIN_SENT_SIDE
from studio.pictures.prepare import MAX_SENT_BYTES, Picture

pillow_heif.register_heif_opener()

SIZE = (480, 360)

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,51.49N"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """Four differently coloured quarters with a soft texture: tells every turn and mirroring apart."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.zeros((height, width, 3), dtype=np.float64)
    left, top = x < width / 2, y < height / 2
    for where, colour in (
        (top & left, (200, 60, 50)),
        (top & ~left, (60, 170, 80)),
        (~top & left, (50, 80, 190)),
        (~top & ~left, (220, 190, 70)),
    ):
        pixels[where] = colour
    pixels += (12 * np.sin(x / 9) * np.cos(y / 7))[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def exif(*, orientation: int | None = None, gps: bool = False, camera: bool = False) -> Image.Exif:
    tags = Image.Exif()
    if orientation is not None:
        tags[ExifTags.Base.Orientation] = orientation
    if camera:
        tags[ExifTags.Base.Make] = "Kinema"
        tags[ExifTags.Base.DateTime] = "2026:05:04 10:11:12"
    if gps:
        tags.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (48.0, 51.0, 29.6), 3: "E", 4: (2.0, 17.0, 40.2)})
    return tags


def display_p3() -> bytes:
    """A colour profile with the wide primaries of current phones and a plain gamma of 2.2 (ICC.1:2001-04)."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    name = b"Wide test space\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256))
    tags = {
        b"desc": description,
        b"cprt": b"text\0\0\0\0CC0\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.15710, 0.06657, 0.78407),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, content = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        table += tag + struct.pack(">II", start + len(content), len(value))
        content += value + bytes(-len(value) % 4)
    header = struct.pack(">I4sI4s4s4s", start + len(content), b"lcms", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += struct.pack(">3i", round(0.9642 * 65536), 65536, round(0.8249 * 65536))
    return header.ljust(128, b"\0") + table + content


def large_jpeg(size: tuple[int, int], *, quality: int = 85) -> bytes:
    """A JPEG of the size, colours at half the resolution as from a phone: the left half red, the right half blue.

    Put together from one strip of eight rows of blocks with a restart marker after each: nothing so large is ever in
    memory here. Width and height as large as the format allows, 65,535.
    """
    strip = Image.new("RGB", (size[0], 128), (200, 40, 40))
    strip.paste((40, 40, 200), (size[0] // 2, 0, size[0], 128))
    data = saved(strip, "JPEG", quality=quality, subsampling=2, restart_marker_rows=1)
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    scan += 2 + int.from_bytes(data[scan + 2 : scan + 4])
    # In a scan, a byte 255 that is data is followed by a zero.
    rows = re.split(rb"\xff[\xd0-\xd7]", data[scan:-2])
    head = data[: frame + 5] + size[1].to_bytes(2) + data[frame + 7 : scan]
    needed = -(-size[1] // 16)
    body = b"".join(rows[row % 8] + bytes([0xFF, 0xD0 + row % 8]) for row in range(needed))
    return head + body[:-2] + data[-2:]


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_of_16_bits(size: tuple[int, int] = SIZE) -> bytes:
    """A colour PNG of 16 bits a channel, which Pillow reads and does not write."""
    pixels = np.asarray(scene(size)).astype(">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", *size, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def see_through(size: tuple[int, int] = SIZE) -> Image.Image:
    """The scene with its left half transparent."""
    image = scene(size).convert("RGBA")
    image.paste((10, 20, 30, 0), (0, 0, size[0] // 2, size[1]))
    return image


def corpus() -> dict[str, bytes]:
    """A picture for every way to store one that is taken, by a name that says which."""
    image, clear = scene(), see_through()
    frames = [Image.new("RGB", SIZE, colour) for colour in ("green", "blue")]
    palette = image.quantize(16)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "taken at home")
    grey16 = Image.fromarray((np.asarray(image.convert("L")).astype(np.uint16)) * 257)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = {
        "JPEG": saved(image, "JPEG"),
        "JPEG progressive": saved(image, "JPEG", progressive=True),
        "JPEG grey": saved(image.convert("L"), "JPEG"),
        "JPEG CMYK": saved(image.convert("CMYK"), "JPEG"),
        "JPEG place": saved(image, "JPEG", exif=exif(gps=True, camera=True)),
        "JPEG XMP": saved(image, "JPEG", xmp=XMP),
        "JPEG comment": saved(image, "JPEG", comment=b"taken at home"),
        "JPEG wide colours": saved(image, "JPEG", icc_profile=display_p3()),
        "JPEG sRGB profile": saved(image, "JPEG", icc_profile=srgb),
        "JPEG of two pictures": saved(image, "MPO", save_all=True, append_images=[image.rotate(180)]),
        "PNG": saved(image, "PNG"),
        "PNG 1 bit": saved(image.convert("1"), "PNG"),
        "PNG grey": saved(image.convert("L"), "PNG"),
        "PNG grey and alpha": saved(clear.convert("LA"), "PNG"),
        "PNG palette": saved(palette, "PNG"),
        "PNG palette with a clear colour": saved(palette, "PNG", transparency=0),
        "PNG alpha": saved(clear, "PNG"),
        "PNG grey 16 bits": saved(grey16, "PNG"),
        "PNG 16 bits": png_of_16_bits(),
        "PNG animated": saved(image, "PNG", save_all=True, append_images=frames),
        "PNG place": saved(image, "PNG", exif=exif(gps=True, orientation=6)),
        "PNG text": saved(image, "PNG", pnginfo=text),
        "WebP": saved(image, "WEBP"),
        "WebP alpha": saved(clear, "WEBP", lossless=True),
        "WebP animated": saved(image, "WEBP", save_all=True, append_images=frames),
        "WebP place": saved(image, "WEBP", exif=exif(gps=True, orientation=8), xmp=XMP),
        "BMP": saved(image, "BMP"),
        "BMP grey": saved(image.convert("L"), "BMP"),
        "BMP 1 bit": saved(image.convert("1"), "BMP"),
        "BMP alpha": saved(clear, "BMP"),
        "HEIC": saved(image, "HEIF"),
        "HEIC alpha": saved(clear, "HEIF"),
        "HEIC place": saved(image, "HEIF", exif=exif(gps=True, camera=True).tobytes()),
        "HEIC wide colours": saved(image, "HEIF", icc_profile=display_p3()),
        "HEIC tiled": saved(image, "HEIF", grid_tile_size=256),
    }
    for orientation in range(2, 9):
        found[f"JPEG turned {orientation}"] = saved(image, "JPEG", exif=exif(orientation=orientation))
        found[f"HEIC turned {orientation}"] = saved(image, "HEIF", exif=exif(orientation=orientation).tobytes())
    return found


def faults_of(picture: Picture) -> list[str]:
    """What is not as promised about a prepared picture. Nothing, one hopes."""
    faults = []
    with Image.open(io.BytesIO(picture.jpeg), formats=["JPEG"]) as image:
        image.load()
        if image.size != (picture.width, picture.height):
            faults.append(f"is {image.size}, says {picture.width} x {picture.height}")
        if image.mode != "RGB":
            faults.append(f"mode {image.mode}")
        said = set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        if said or len(image.getexif()):
            faults.append(f"says {sorted(said)}")
    if not (min(image.size) >= MIN_SENT_SIDE and max(image.size) <= MAX_SENT_SIDE):
        faults.append(f"sides {image.size}")
    if len(picture.jpeg) > MAX_SENT_BYTES:
        faults.append(f"{len(picture.jpeg)} bytes")
    for trace in (b"Exif\0", b"http://ns.adobe.com", b"ICC_PROFILE", b"Photoshop"):
        if trace in picture.jpeg:
            faults.append(f"holds {trace!r}")
    return faults


def _flipped(data: bytearray, other: bytes, rng: random.Random) -> bytearray:
    for _ in range(rng.choice((1, 3, 20, 200))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def _head_flipped(data: bytearray, other: bytes, rng: random.Random) -> bytearray:
    for _ in range(rng.choice((1, 2, 6))):
        data[rng.randrange(min(len(data), 400))] = rng.randrange(256)
    return data


def _cut(data: bytearray, other: bytes, rng: random.Random) -> bytearray:
    return data[: rng.randrange(len(data))]


def _zeroed(data: bytearray, other: bytes, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    length = min(rng.choice((16, 600, len(data))), len(data) - start)
    data[start : start + length] = bytes(length)
    return data


def _random_put(data: bytearray, other: bytes, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    data[start : start + rng.choice((0, 8, 500))] = rng.randbytes(rng.choice((4, 64, 2000)))
    return data


def _spliced(data: bytearray, other: bytes, rng: random.Random) -> bytearray:
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def _repeated(data: bytearray, other: bytes, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    piece = data[start : start + rng.choice((32, 1000))]
    return data[:start] + piece * rng.choice((2, 50)) + data[start:]


def _large_number_put(data: bytearray, other: bytes, rng: random.Random) -> bytearray:
    """Sizes and counts near the limits of what fits, where a reader's arithmetic may overflow."""
    at = rng.randrange(min(len(data), 300))
    number = rng.choice((0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x2000, 30000))
    data[at : at + 4] = number.to_bytes(4, rng.choice(("big", "little")))
    return data


def _checksums_repaired(data: bytearray, other: bytes, rng: random.Random) -> bytearray:
    """Flipped, with the checksums of a PNG made right again: the damage gets past the first check."""
    data = _head_flipped(data, other, rng) if rng.random() < 0.5 else _flipped(data, other, rng)
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            break
        struct.pack_into(">I", data, at + 8 + length, zlib.crc32(bytes(data[at + 4 : at + 8 + length])))
        at += 12 + length
    return data


_MUTATIONS: tuple[Callable[[bytearray, bytes, random.Random], bytearray], ...] = (
    _flipped,
    _head_flipped,
    _cut,
    _zeroed,
    _random_put,
    _spliced,
    _repeated,
    _large_number_put,
    _checksums_repaired,
)


def hostile(pictures: dict[str, bytes], number: int) -> tuple[str, bytes]:
    """The hostile upload of this number, the same one every time: what was damaged and how, and the bytes."""
    rng = random.Random(f"upload {number}")
    name, other = rng.choice(sorted(pictures)), rng.choice(sorted(pictures))
    mutation = rng.choice(_MUTATIONS)
    data = mutation(bytearray(pictures[name]), pictures[other], rng)
    # The first bytes stay: a file that does not begin like a picture is refused before anything reads it.
    if rng.random() < 0.7:
        data[:12] = pictures[name][:12]
    return f"{name}, {mutation.__name__.strip('_').replace('_', ' ')}", bytes(data)
