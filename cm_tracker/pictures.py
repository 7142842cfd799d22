"""Pictures of prizes: what somebody sends is decoded and drawn anew, and only that is kept.

So no file of a stranger's is ever stored or handed on: what a camera wrote beside the picture (place,
owner, a small copy of what was cut away) is gone, and so is whatever a file pretends to be.
"""

import io
from threading import Lock

from PIL import Image

from cm_tracker.domain.errors import BadInput

MOST_BYTES = 5 * 1024 * 1024
# A large telephone's camera; decoding more would let one small file fill the machine's memory.
MOST_PIXELS = 25_000_000
MOST_SIDE = 12_000
# A JPEG may come in several passes, and each costs as much as the whole; no camera makes more than a dozen.
MOST_PASSES = 50
_PASS = b"\xff\xda"
LONGEST_SIDE = 640
KINDS = ("PNG", "JPEG", "WEBP")
MEDIA_TYPE = "image/webp"
# How a camera was held (EXIF 2.3, tag 0x0112), and what stands the picture up.
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
# How large a picture is, is looked at below, before it is decoded: Pillow's own limit would only warn.
Image.MAX_IMAGE_PIXELS = None


def drawn_anew(sent: bytes) -> bytes:
    """The picture as WebP of at most 640 by 640 pixels, without metadata, on white, the right way up.

    Raises `BadInput` for anything but a PNG, JPEG or WebP of up to 5 MB.
    """
    if len(sent) > MOST_BYTES:
        raise BadInput("The picture has more than 5 MB. Make it smaller, or take another one.", "upload")
    try:
        # One at a time: a picture may need a hundred megabytes while it is drawn.
        with _DRAWING:
            return _drawn(sent)
    except BadInput:
        raise
    # Whatever is wrong inside a stranger's file, a decoder may say so in any way.
    except Exception as error:
        raise BadInput("This picture cannot be read. Send a PNG, a JPEG or a WebP.", "upload") from error


_DRAWING = Lock()


def _drawn(sent: bytes) -> bytes:
    image: Image.Image = Image.open(io.BytesIO(sent), formats=KINDS)
    if image.width * image.height > MOST_PIXELS or max(image.size) > MOST_SIDE:
        raise BadInput("The picture has too many pixels. Make it smaller, or take another one.", "upload")
    # In another kind of file the mark of a pass is a pair of bytes like any other.
    if image.format == "JPEG" and sent.count(_PASS) > MOST_PASSES:
        raise BadInput("The picture is stored in too many passes. Save it anew, or take another one.", "upload")
    image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))  # a JPEG is decoded smaller at once
    turned = image.getexif().get(ORIENTATION)
    if image.mode not in ("RGB", "RGBA", "L"):
        image = image.convert("RGBA")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if turned in UPRIGHT:
        image = image.transpose(UPRIGHT[turned])
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    out = io.BytesIO()
    paper.save(out, "WEBP", quality=82)
    return out.getvalue()
