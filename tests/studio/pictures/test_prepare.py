"""Whatever is uploaded becomes a picture fit to send, or is refused for a reason that has a sentence."""

from __future__ import annotations

import io
import os
import random
import struct
import threading
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.upload_corpus import (
    SIZE,
    XMP,
    corpus,
    display_p3,
    exif,
    faults_of,
    hostile,
    large_jpeg,
    png_of_16_bits,
    saved,
    scene,
    see_through,
)
from studio.pictures.file_types import jpeg_bytes_held, jpeg_segments, kind_of
from studio.pictures.prepare import MAX_UPLOAD_BYTES, Change, Picture, PictureRefused, Refusal, prepare
from studio.pictures.samples import SAMPLES
from studio.pictures.srgb import to_srgb

HOSTILE_UPLOADS = int(os.environ.get("HOSTILE_UPLOADS", "600"))
"""How many damaged uploads the suite tries; bench/hostile_uploads.py tries ten thousand."""

CORPUS = corpus()


def pixels(picture: Picture) -> np.ndarray:
    with Image.open(io.BytesIO(picture.jpeg)) as image:
        return np.asarray(image.convert("RGB"), dtype=np.int16)


def shown(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB"), dtype=np.int16)


def refusal_of(data: bytes) -> PictureRefused:
    with pytest.raises(PictureRefused) as caught:
        prepare(data)
    return caught.value


@pytest.mark.parametrize("name", CORPUS)
def test_every_way_to_store_a_picture_ends_as_a_clean_jpeg(name: str) -> None:
    picture = prepare(CORPUS[name])
    assert faults_of(picture) == []
    assert picture.kind == name.split()[0]


@pytest.mark.parametrize("name", CORPUS)
def test_preparing_a_prepared_picture_changes_nothing(name: str) -> None:
    once = prepare(CORPUS[name])
    twice = prepare(once.jpeg)
    assert twice.jpeg == once.jpeg
    assert twice.changes == ()


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in CORPUS
        if not any(word in name for word in ("alpha", "clear", "place", "1 bit", "wide", "turned"))
    ],
)
def test_it_looks_as_it_did(name: str) -> None:
    picture = prepare(CORPUS[name])
    original = scene() if "grey" not in name else scene().convert("L")
    limit = 14 if "palette" in name else 6
    assert np.abs(pixels(picture) - shown(original)).mean() < limit


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stored_turned_or_mirrored_stands_upright(orientation: int) -> None:
    # What each orientation does to upright pixels when they are stored (Exif 2.32, tag 274).
    stored_by = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = scene().transpose(stored_by[orientation]) if orientation in stored_by else scene()
    picture = prepare(saved(stored, "JPEG", quality=95, exif=exif(orientation=orientation)))
    assert (picture.width, picture.height) == SIZE
    assert (picture.original_width, picture.original_height) == SIZE
    assert np.abs(pixels(picture) - shown(scene())).mean() < 4
    assert (Change.TURNED_UPRIGHT in picture.changes) == (orientation != 1)


@pytest.mark.parametrize("orientation", [0, 9, 77, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int) -> None:
    picture = prepare(saved(scene(), "JPEG", exif=exif(orientation=orientation)))
    assert (picture.width, picture.height) == SIZE
    assert Change.TURNED_UPRIGHT not in picture.changes


def test_a_heic_of_a_phone_held_sideways_stands_upright_and_says_so() -> None:
    picture = prepare(CORPUS["HEIC turned 6"])
    assert (picture.width, picture.height) == SIZE[::-1]
    assert Change.TURNED_UPRIGHT in picture.changes


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("JPEG place", {Change.LOCATION_REMOVED, Change.DETAILS_REMOVED}),
        ("JPEG XMP", {Change.LOCATION_REMOVED, Change.DETAILS_REMOVED}),
        ("JPEG comment", {Change.DETAILS_REMOVED}),
        ("JPEG wide colours", {Change.COLOURS_CONVERTED}),
        ("JPEG sRGB profile", set()),
        ("JPEG CMYK", {Change.COLOURS_CONVERTED}),
        ("JPEG grey", set()),
        ("JPEG of two pictures", set()),
        ("JPEG turned 3", {Change.TURNED_UPRIGHT}),
        ("PNG", {Change.CONVERTED}),
        ("PNG text", {Change.CONVERTED, Change.DETAILS_REMOVED}),
        ("PNG alpha", {Change.CONVERTED, Change.FLATTENED}),
        ("PNG animated", {Change.CONVERTED, Change.FIRST_FRAME}),
        ("PNG place", {Change.CONVERTED, Change.TURNED_UPRIGHT, Change.LOCATION_REMOVED}),
        ("WebP animated", {Change.CONVERTED, Change.FIRST_FRAME}),
        (
            "WebP place",
            {Change.CONVERTED, Change.TURNED_UPRIGHT, Change.LOCATION_REMOVED, Change.DETAILS_REMOVED},
        ),
        ("HEIC place", {Change.CONVERTED, Change.LOCATION_REMOVED, Change.DETAILS_REMOVED}),
        ("HEIC wide colours", {Change.CONVERTED, Change.COLOURS_CONVERTED}),
        ("BMP", {Change.CONVERTED}),
    ],
)
def test_it_says_what_was_done_and_nothing_else(name: str, said: set[Change]) -> None:
    changes = prepare(CORPUS[name]).changes
    assert set(changes) == said
    assert list(changes) == sorted(changes, key=list(Change).index), "in the order in which it is told"


def test_not_a_byte_of_the_place_is_sent() -> None:
    tags = exif(gps=True, camera=True)
    for kind in ("JPEG", "PNG", "WEBP"):
        sent = prepare(saved(scene(), kind, exif=tags, xmp=XMP)).jpeg
        for trace in (b"Exif", b"Kinema", b"GPS", b"xmpmeta", b"2026:05"):
            assert trace not in sent


def test_the_small_picture_within_a_picture_is_not_sent() -> None:
    """JFIF has room for a thumbnail of its own: an older one may show what was cropped away since."""
    plain = saved(scene(), "JPEG")
    assert plain[:4] == b"\xff\xd8\xff\xe0"
    length = int.from_bytes(plain[4:6])
    jfif = plain[6:18] + bytes([8, 8]) + b"canary" * 32
    with_one = plain[:4] + (len(jfif) + 2).to_bytes(2) + jfif + plain[4 + length :]
    assert b"canary" not in prepare(with_one).jpeg


def test_what_is_transparent_is_white_and_the_rest_is_untouched() -> None:
    for name in ("PNG alpha", "WebP alpha", "HEIC alpha"):
        seen = pixels(prepare(CORPUS[name]))
        half = SIZE[0] // 2
        assert seen[:, : half - 8].min() > 250
        assert np.abs(seen[:, half + 8 :] - shown(scene())[:, half + 8 :]).mean() < 6


def test_an_alpha_channel_that_hides_nothing_is_not_called_flattened() -> None:
    assert Change.FLATTENED not in prepare(saved(scene().convert("RGBA"), "PNG")).changes


def test_half_transparent_edges_stay_soft_when_made_smaller() -> None:
    image = Image.new("RGBA", (3000, 2000), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((500, 200, 2500, 1800), fill=(200, 30, 30, 255))
    flat = to_srgb(image, (2000, 1333))
    seen = shown(flat.image)
    assert flat.was_transparent
    assert seen[0, 0].min() == 255
    # No dark rim: transparent black must not bleed into the edge between red and white.
    assert seen[..., 0].min() > 185


def test_colours_of_a_wide_screen_look_the_same_on_an_ordinary_one() -> None:
    named = (200, 100, 50)
    image = Image.new("RGB", SIZE, named)
    seen = pixels(prepare(saved(image, "JPEG", quality=98, icc_profile=display_p3())))[100, 100]
    to_xyz = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
    srgb = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
    light = np.linalg.solve(srgb, to_xyz @ (np.array(named) / 255) ** 2.2)
    expected = 255 * np.where(light > 0.0031308, 1.055 * np.clip(light, 0, 1) ** (1 / 2.4) - 0.055, 12.92 * light)
    assert np.abs(seen - expected).max() <= 4
    assert np.abs(seen - np.array(named)).max() > 8, "the profile matters for this colour"


@pytest.mark.parametrize("profile", [b"", b"nonsense", display_p3()[:60], display_p3()[:200], bytes(4000)])
def test_a_profile_that_cannot_be_read_is_left_aside(profile: bytes) -> None:
    picture = prepare(saved(scene(), "JPEG", quality=95, icc_profile=profile))
    assert np.abs(pixels(picture) - shown(scene())).mean() < 4


def test_a_profile_for_other_pixels_than_the_files_is_left_aside() -> None:
    picture = prepare(saved(scene().convert("CMYK"), "JPEG", quality=95, icc_profile=display_p3()))
    assert np.abs(pixels(picture) - shown(scene())).mean() < 8


def test_print_colours_are_not_inverted() -> None:
    seen = pixels(prepare(saved(Image.new("CMYK", SIZE, (0, 0, 0, 0)), "JPEG")))
    assert seen.min() > 250


@pytest.mark.parametrize("grey", [0, 64, 128, 200, 255])
def test_sixteen_bits_keep_their_brightness(grey: int) -> None:
    flat = Image.fromarray(np.full(SIZE[::-1], grey * 257, dtype=np.uint16))
    assert abs(int(pixels(prepare(saved(flat, "PNG"))).mean()) - grey) <= 1


def test_sixteen_bits_of_colour_keep_their_colours() -> None:
    assert np.abs(pixels(prepare(png_of_16_bits())) - shown(scene())).mean() < 4


def test_an_animation_is_seen_by_its_first_frame() -> None:
    for name in ("PNG animated", "WebP animated"):
        assert np.abs(pixels(prepare(CORPUS[name])) - shown(scene())).mean() < 6


@pytest.mark.parametrize(
    ("size", "sent", "change"),
    [
        ((360, 360), (360, 360), None),
        ((2000, 2000), (2000, 2000), None),
        ((1999, 360), None, Refusal.TOO_LONG),
        ((2000, 500), (2000, 500), None),
        ((2001, 1000), (2000, 1000), Change.RESIZED_DOWN),
        ((4000, 3000), (2000, 1500), Change.RESIZED_DOWN),
        ((3000, 4000), (1500, 2000), Change.RESIZED_DOWN),
        ((8000, 2000), (2000, 500), Change.RESIZED_DOWN),
        ((359, 500), (360, 501), Change.RESIZED_UP),
        ((240, 240), (360, 360), Change.RESIZED_UP),
        ((240, 960), (360, 1440), Change.RESIZED_UP),
        ((960, 240), (1440, 360), Change.RESIZED_UP),
        ((240, 961), None, Refusal.TOO_LONG),
        ((239, 500), None, Refusal.TOO_SMALL),
        ((500, 239), None, Refusal.TOO_SMALL),
        ((1, 1), None, Refusal.TOO_SMALL),
        ((6000, 6666), (1800, 2000), Change.RESIZED_DOWN),
    ],
)
def test_sizes_at_the_limits(
    size: tuple[int, int], sent: tuple[int, int] | None, change: Change | Refusal | None
) -> None:
    data = saved(Image.new("RGB", size, (90, 120, 200)), "JPEG")
    if isinstance(change, Refusal):
        refused = refusal_of(data)
        assert refused.refusal == change
        assert (refused.facts["width"], refused.facts["height"]) == size
        return
    picture = prepare(data)
    assert (picture.width, picture.height) == sent
    assert (picture.original_width, picture.original_height) == size
    assert picture.changes == (() if change is None else (change,))


@pytest.mark.parametrize(
    ("size", "sent"),
    [((239, 500), (360, 753)), ((60, 60), (360, 360)), ((60, 240), (360, 1440)), ((90, 60), (540, 360))],
)
def test_a_small_picture_is_enlarged_for_who_wants_it_and_says_so(size: tuple[int, int], sent: tuple[int, int]) -> None:
    small = scene(size)
    refused = refusal_of(saved(small, "PNG"))
    assert (refused.refusal, refused.facts["limit"], refused.can_be_enlarged) == (Refusal.TOO_SMALL, 240, True)
    picture = prepare(saved(small, "PNG"), enlarge=True)
    assert (picture.width, picture.height) == sent
    assert picture.changes == (Change.RESIZED_UP, Change.CONVERTED)
    assert faults_of(picture) == []
    assert np.abs(pixels(picture) - shown(small.resize(sent, Image.Resampling.LANCZOS))).mean() < 4


@pytest.mark.parametrize("size", [(59, 200), (1, 1)])
def test_what_would_be_blots_is_not_enlarged(size: tuple[int, int]) -> None:
    data = saved(Image.new("RGB", size), "PNG")
    assert not refusal_of(data).can_be_enlarged
    with pytest.raises(PictureRefused) as refused:
        prepare(data, enlarge=True)
    assert (refused.value.refusal, refused.value.facts["limit"]) == (Refusal.TOO_SMALL, 60)


def test_other_refusals_are_not_for_enlarging() -> None:
    assert not refusal_of(saved(Image.new("RGB", (2000, 300)), "PNG")).can_be_enlarged
    assert not refusal_of(b"hello").can_be_enlarged


@pytest.mark.parametrize("sent", [(2000, 1500), (1999, 1501)])
def test_a_large_picture_is_scaled_in_bands_without_a_seam(sent: tuple[int, int]) -> None:
    texture = np.random.default_rng(3).integers(0, 256, (750, 1000, 3), dtype=np.uint8)
    image = Image.fromarray(texture).resize((4000, 3000), Image.Resampling.BICUBIC)
    banded = to_srgb(image, sent).image
    whole = image.resize(sent, Image.Resampling.LANCZOS)
    assert np.abs(shown(banded) - shown(whole)).max() <= 1


def test_noise_at_full_size_is_made_to_fit_five_megabytes() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (2000, 2000, 3), dtype=np.uint8)
    picture = prepare(saved(Image.fromarray(noise), "BMP"))
    assert len(picture.jpeg) <= 5_000_000
    assert faults_of(picture) == []


@pytest.mark.parametrize(
    ("data", "refusal", "kind"),
    [
        (b"", Refusal.EMPTY, None),
        (b"\0", Refusal.NOT_A_PICTURE, None),
        (b"hello", Refusal.NOT_A_PICTURE, None),
        (b"BMW is not a bitmap, it only begins like one", Refusal.NOT_A_PICTURE, None),
        (b"<!DOCTYPE html><html><body>photo.jpg</body></html>", Refusal.NOT_A_PICTURE, None),
        (b"PK\3\4" + bytes(60), Refusal.NOT_A_PICTURE, None),
        (b"\x7fELF" + bytes(60), Refusal.NOT_A_PICTURE, None),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", Refusal.NOT_A_PICTURE, None),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', Refusal.UNSUPPORTED_KIND, "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<svg/>', Refusal.UNSUPPORTED_KIND, "SVG"),
        (b"%PDF-1.7\n", Refusal.UNSUPPORTED_KIND, "PDF"),
        (saved(scene(), "GIF"), Refusal.UNSUPPORTED_KIND, "GIF"),
        (saved(scene(), "TIFF"), Refusal.UNSUPPORTED_KIND, "TIFF"),
        (saved(scene(), "ICO"), Refusal.UNSUPPORTED_KIND, "ICO"),
        (saved(scene(), "AVIF"), Refusal.UNSUPPORTED_KIND, "AVIF"),
        (saved(scene(), "JPEG2000"), Refusal.UNSUPPORTED_KIND, "JPEG 2000"),
        (b"8BPS\0\1" + bytes(40), Refusal.UNSUPPORTED_KIND, "PSD"),
        (b"\xff\x0a" + bytes(40), Refusal.UNSUPPORTED_KIND, "JPEG XL"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", Refusal.NOT_A_PICTURE, None),
        (b"\xff\xd8\xff" + bytes(500), Refusal.CUT_OFF, "JPEG"),
        (b"\x89PNG\r\n\x1a\n", Refusal.CUT_OFF, "PNG"),
        (saved(scene(), "JPEG") + bytes(MAX_UPLOAD_BYTES), Refusal.TOO_MANY_BYTES, None),
    ],
)
def test_what_cannot_be_used_is_refused_for_its_own_reason(data: bytes, refusal: Refusal, kind: str | None) -> None:
    refused = refusal_of(data)
    assert refused.refusal == refusal
    assert refused.facts.get("kind") == kind


@pytest.mark.parametrize("name", ["JPEG", "JPEG progressive", "PNG", "PNG grey 16 bits", "WebP", "BMP", "HEIC"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.97])
def test_a_picture_that_was_cut_off_is_refused_as_such(name: str, part: float) -> None:
    whole = CORPUS[name]
    assert refusal_of(whole[: int(len(whole) * part)]).refusal == Refusal.CUT_OFF


@pytest.mark.parametrize("name", ["JPEG", "JPEG progressive", "PNG", "WebP", "HEIC"])
def test_a_picture_whose_second_half_never_came_is_refused(name: str) -> None:
    large = Image.fromarray(np.random.default_rng(2).integers(0, 256, (600, 800, 3), dtype=np.uint8))
    progressive = {"progressive": True} if "progressive" in name else {}
    kind = {"HEIC": "HEIF", "WebP": "WEBP"}.get(name, name.split()[0])
    whole = saved(large, kind, **progressive)
    half = len(whole) // 2
    assert refusal_of(whole[:half] + bytes(len(whole) - half)).refusal in (Refusal.CUT_OFF, Refusal.UNREADABLE)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [7142, 12_000, 100_000, 2**31 - 1])
def test_a_file_that_would_unfold_to_a_huge_picture_is_refused_by_its_head_alone(side: int) -> None:
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    bomb += struct.pack(">I", 10) + b"IDAT" + bytes(14)
    refused = refusal_of(bomb)
    assert refused.refusal == Refusal.TOO_MANY_PIXELS
    assert refused.facts["limit"] == 51


@pytest.mark.parametrize("size", [(8064, 6048), (12_000, 9_000), (9_000, 12_000), (10_954, 10_954)])
def test_a_phones_largest_photos_are_taken(size: tuple[int, int]) -> None:
    picture = prepare(large_jpeg(size))
    assert (picture.original_width, picture.original_height) == size
    assert max(picture.width, picture.height) == 2000
    assert picture.changes == (Change.RESIZED_DOWN,)
    seen = pixels(picture)
    half = picture.width // 2
    assert np.abs(seen[:, : half - 4] - (200, 40, 40)).max() < 12
    assert np.abs(seen[:, half + 4 :] - (40, 40, 200)).max() < 12


def test_a_large_photo_is_scaled_as_finely_as_a_small_one() -> None:
    """Decoded at a quarter of its size first: what is seen is the same as when it is not."""
    large = scene((1500, 1125)).resize((6000, 4500), Image.Resampling.BICUBIC)
    seen = pixels(prepare(saved(large, "JPEG", quality=95)))
    assert np.abs(seen - shown(large.resize((2000, 1500), Image.Resampling.LANCZOS))).mean() < 2


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(10_955, 10_955), (16_320, 12_240), (15_000, 15_000)])
def test_the_limit_holds_where_pillow_only_warns(size: tuple[int, int]) -> None:
    refused = refusal_of(large_jpeg(size))
    assert refused.refusal == Refusal.TOO_MANY_PIXELS
    assert refused.facts == {"limit": 120, "width": size[0], "height": size[1]}


def resized_by_its_head(jpeg: bytes, size: tuple[int, int]) -> bytes:
    """The JPEG with another size in its frame header."""
    frame = next(at for at in range(len(jpeg)) if jpeg[at : at + 2] in (b"\xff\xc0", b"\xff\xc2"))
    return jpeg[: frame + 5] + size[1].to_bytes(2) + size[0].to_bytes(2) + jpeg[frame + 9 :]


@pytest.mark.parametrize(
    ("mode", "subsampling", "limit"), [("L", 0, 120), ("RGB", 2, 110), ("RGB", 1, 82), ("RGB", 0, 55), ("CMYK", 0, 41)]
)
def test_a_progressive_jpeg_that_would_be_held_whole_is_refused_by_its_head_alone(
    mode: str, subsampling: int, limit: int
) -> None:
    small = saved(scene().convert(mode), "JPEG", progressive=True, subsampling=subsampling)
    refused = refusal_of(resized_by_its_head(small, (11_000, 11_000)) if limit == 120 else large_of(small, limit + 1))
    assert refused.refusal == Refusal.TOO_MANY_PIXELS
    assert refused.facts["limit"] == limit


def large_of(jpeg: bytes, megapixels: int) -> bytes:
    """The JPEG, of so many million pixels by its head."""
    return resized_by_its_head(jpeg, (1000 * megapixels // 8, 8000))


def test_a_jpeg_whose_colours_come_in_scans_of_their_own_is_held_whole_too() -> None:
    """Sequential by its frame header, and all the same nothing can be shown before the last scan."""
    single = saved(scene(), "JPEG", subsampling=0)
    assert jpeg_bytes_held(single) == 0
    scan = single.index(b"\xff\xda")
    alone = single[:scan] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + single[scan + 14 :]
    assert jpeg_bytes_held(alone) == 6
    assert refusal_of(large_of(alone, 100)).refusal == Refusal.TOO_MANY_PIXELS


@pytest.mark.parametrize("cut", range(0, 700, 7))
def test_headers_that_break_off_or_say_nonsense_are_read_without_an_error(cut: int) -> None:
    whole = saved(scene(), "JPEG", progressive=True)
    assert jpeg_bytes_held(whole[:cut]) in (0.0, 3.0)
    assert jpeg_bytes_held(whole[:cut] + bytes(100) + whole[cut:]) <= 8


def test_50_megapixels_of_a_screenshot_are_taken() -> None:
    tall = saved(Image.new("1", (4000, 12_700)), "PNG")
    assert prepare(tall).original_height == 12_700


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_our_own_samples_are_sent_as_they_are(sample: object) -> None:
    data = sample.file.read_bytes()  # type: ignore[attr-defined]
    picture = prepare(data)
    assert picture.jpeg == data
    assert len(data) <= 350_000


@pytest.mark.parametrize(
    "extra", [b"\xff\xfe\0\x0esecret place", b"\xff\xe1\0\x0esecret place", b"\xff\xed\0\x0esecret place"]
)
def test_a_jpeg_with_a_hidden_note_is_not_sent_as_it_is(extra: bytes) -> None:
    clean = prepare(CORPUS["PNG"]).jpeg
    assert b"secret" not in prepare(clean[:2] + extra + clean[2:]).jpeg
    assert b"secret" not in prepare(clean + b"secret place").jpeg


def test_many_pictures_at_once_come_out_as_one_at_a_time() -> None:
    names = sorted(CORPUS)[::4]
    alone = {name: prepare(CORPUS[name]) for name in names}
    together: dict[str, Picture] = {}

    def work(mine: list[str]) -> None:
        for name in mine:
            together[name] = prepare(CORPUS[name])

    threads = [threading.Thread(target=work, args=(names[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


@pytest.mark.filterwarnings("ignore")  # A damaged file may warn; what counts is what becomes of it.
def test_damaged_uploads_are_refused_or_prepared_right() -> None:
    outcomes = {"prepared": 0, "refused": 0}
    for number in range(HOSTILE_UPLOADS):
        name, data = hostile(CORPUS, number)
        try:
            picture = prepare(data)
        except PictureRefused:
            outcomes["refused"] += 1
        else:
            outcomes["prepared"] += 1
            assert faults_of(picture) == [], f"{number}: {name}"
    assert min(outcomes.values()) > HOSTILE_UPLOADS // 5, "both ways out are taken"


def test_the_kind_is_told_by_the_bytes_and_rubbish_has_none() -> None:
    for name, data in CORPUS.items():
        assert kind_of(data) == name.split()[0]
    rng = random.Random(1)
    assert all(kind_of(rng.randbytes(64)) is None for _ in range(500))


def test_a_prepared_picture_holds_no_segment_but_those_of_pixels() -> None:
    segments, scan = jpeg_segments(prepare(CORPUS["JPEG place"]).jpeg)
    assert scan is not None
    assert {marker for marker, _ in segments} <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def test_the_picture_is_not_written_into_logs() -> None:
    picture = prepare(CORPUS["JPEG"])
    assert len(repr(picture)) < 300
    assert see_through().mode == "RGBA"
