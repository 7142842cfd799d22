"""Pictures of prizes and of the kiosk: an uploaded file is decoded and encoded again, and only the new picture is stored.

So the uploaded file itself is never stored or sent to anybody. The data that a camera adds (place,
owner, a thumbnail of the uncropped picture) is lost, and so is anything else hidden in the file.
"""

import io
from threading import Lock

from PIL import Image, ImageFile

from cm_tracker.domain.errors import BadInput

MOST_BYTES = 5 * 1024 * 1024
# Enough for the camera of a large phone. With more, one small file could fill the machine's memory.
MOST_PIXELS = 25_000_000
MOST_SIDE = 12_000
# A JPEG may have several passes, and each takes as long to decode as the whole. No camera makes more than a dozen.
MOST_PASSES = 50
_PASS = b"\xff\xda"
LONGEST_SIDE = 640
# A picture that fills the screen of a tablet.
LONGEST_SIDE_OF_SCREEN = 1600
KINDS = ("PNG", "JPEG", "WEBP")
MEDIA_TYPE = "image/webp"
# How the camera was held (EXIF 2.3, tag 0x0112), and the rotation that turns the picture upright.
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pillow's own limit is off, because it would only warn. The size is checked below, before decoding.
Image.MAX_IMAGE_PIXELS = None


def reencode(sent: bytes, longest_side: int = LONGEST_SIDE) -> bytes:
    """Return a picture as a new WebP file, upright, on white, without metadata.

    No side is longer than `longest_side`, in pixels: 640 for a prize.

    Raise `BadInput` for anything but a PNG, JPEG or WebP of up to 5 MB.
    """
    if len(sent) > MOST_BYTES:
        raise BadInput("The picture has more than 5 MB. Make it smaller, or take another one.", "upload")
    try:
        # One at a time, because decoding a picture may need a hundred megabytes.
        with _DECODING:
            # WeasyPrint turns this on for the whole process. Half a picture would then be stored as a grey one.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            return _reencoded(sent, longest_side)
    except BadInput:
        raise
    # A decoder may raise any exception for a broken file.
    except Exception as error:
        raise BadInput("This picture cannot be read. Send a PNG, a JPEG or a WebP.", "upload") from error


_DECODING = Lock()


def _reencoded(sent: bytes, longest_side: int) -> bytes:
    image: Image.Image = Image.open(io.BytesIO(sent), formats=KINDS)
    if image.width * image.height > MOST_PIXELS or max(image.size) > MOST_SIDE:
        raise BadInput("The picture has too many pixels. Make it smaller, or take another one.", "upload")
    # In other formats the two bytes that begin a pass of a JPEG mean nothing.
    if image.format == "JPEG" and sent.count(_PASS) > MOST_PASSES:
        raise BadInput("The picture is stored in too many passes. Save it anew, or take another one.", "upload")
    image.draft("RGB", (2 * longest_side, 2 * longest_side))  # lets Pillow decode a JPEG at a smaller size
    turned = image.getexif().get(ORIENTATION)
    if image.mode not in ("RGB", "RGBA", "L"):
        image = image.convert("RGBA")
    image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if turned in UPRIGHT:
        image = image.transpose(UPRIGHT[turned])
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    out = io.BytesIO()
    paper.save(out, "WEBP", quality=82)
    return out.getvalue()
