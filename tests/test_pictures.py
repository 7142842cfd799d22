"""Uploaded pictures are encoded again as WebP, or refused with an error message."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageFile

from cm_tracker.domain.errors import BadInput
from cm_tracker.pictures import reencode

RED, WHITE = (200, 30, 30), (255, 255, 255)


def sent(kind: str, size: tuple[int, int] = (40, 20), *, mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    # `more` holds options of the file format.
    Image.new(mode, size, (*RED, 0) if mode == "RGBA" else RED).save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def read(image: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(image))
    opened.load()
    return opened


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_webp(kind: str) -> None:
    image = read(reencode(sent(kind)))
    assert (image.format, image.size) == ("WEBP", (40, 20))
    assert all(abs(a - b) < 12 for a, b in zip(image.convert("RGB").getpixel((20, 10)), RED, strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("file", [sent("PNG")[:60], sent("JPEG", (300, 300))[:400]], ids=["png", "jpeg"])
def test_a_cut_picture_is_refused_even_if_another_library_allows_them(
    file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(BadInput, match="cannot be read"):
        reencode(file)


def test_a_large_picture_is_scaled_down_in_proportion() -> None:
    assert read(reencode(sent("JPEG", (3000, 1500)))).size == (640, 320)


def test_the_data_that_a_camera_adds_is_removed() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Sofia's kitchen table"
    exif.get_ifd(0x8825)[1] = "N"
    image = sent("JPEG", exif=exif.tobytes(), comment=b"for Sofia", icc_profile=b"a profile")
    assert b"Sofia" in image
    again = reencode(image)
    assert b"Sofia" not in again and b"EXIF" not in again and b"XMP" not in again and b"ICCP" not in again
    assert dict(read(again).getexif()) == {}


def test_a_picture_that_was_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: a quarter turn
    assert read(reencode(sent("JPEG", (40, 20), exif=exif.tobytes()))).size == (20, 40)


def test_transparent_pixels_become_white() -> None:
    assert read(reencode(sent("PNG", mode="RGBA"))).convert("RGB").getpixel((5, 5)) == WHITE


def bomb() -> bytes:
    """Return a PNG of a few bytes whose header claims 40,000 by 40,000 pixels."""
    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (b"", "This picture cannot be read."),
        (b"hello", "This picture cannot be read."),
        (sent("GIF"), "This picture cannot be read."),
        (sent("TIFF"), "This picture cannot be read."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "This picture cannot be read."),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "This picture cannot be read."),
        (sent("PNG")[:60], "This picture cannot be read."),
        (sent("JPEG", (300, 300))[:400], "This picture cannot be read."),
        (bomb(), "too many pixels"),
        (sent("PNG") + b"\0" * (5 * 1024 * 1024), "more than 5 MB"),
        (sent("PNG", (1, 12_001)), "too many pixels"),
        (sent("JPEG") + b"\xff\xda" * 60, "too many passes"),
    ],
    ids=[
        "empty",
        "text",
        "gif",
        "tiff",
        "svg",
        "postscript",
        "cut png",
        "cut jpeg",
        "bomb",
        "too large",
        "thread",
        "passes",
    ],
)
def test_any_other_file_is_refused_with_a_message(file: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        reencode(file)


def test_bytes_that_follow_a_picture_are_removed() -> None:
    assert b"<script>" not in reencode(sent("PNG") + b"<script>alert(1)</script>")


def test_the_marker_of_a_jpeg_pass_is_ignored_in_other_kinds_of_files() -> None:
    """A large PNG contains the same two bytes by chance."""
    assert read(reencode(sent("PNG") + b"\xff\xda" * 60)).size == (40, 20)
