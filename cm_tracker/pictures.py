"""Pictures of prizes: what somebody sends is decoded and drawn anew, and only that is kept.

So no file of a stranger's is ever stored or handed on: what a camera wrote beside the picture (place,
owner, a small copy of what was cut away) is gone, and so is whatever a file pretends to be.
"""

import io

from PIL import Image, ImageOps

from cm_tracker.domain.errors import BadInput

MOST_BYTES = 5 * 1024 * 1024
# A large telephone's camera; decoding more would let one small file fill the machine's memory.
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 640
KINDS = ("PNG", "JPEG", "WEBP")
MEDIA_TYPE = "image/webp"
# How large a picture is, is looked at below, before it is decoded: Pillow's own limit would only warn.
Image.MAX_IMAGE_PIXELS = None


def drawn_anew(sent: bytes) -> bytes:
    """The picture as WebP of at most 640 by 640 pixels, without metadata, on white, the right way up.

    Raises `BadInput` for anything but a PNG, JPEG or WebP of up to 5 MB.
    """
    if len(sent) > MOST_BYTES:
        raise BadInput("The picture has more than 5 MB. Make it smaller, or take another one.", "upload")
    try:
        image = Image.open(io.BytesIO(sent), formats=KINDS)
        if image.width * image.height > MOST_PIXELS:
            raise BadInput("The picture has too many pixels. Make it smaller, or take another one.", "upload")
        image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))  # a JPEG is decoded smaller at once
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    except BadInput:
        raise
    # Whatever is wrong inside a stranger's file, a decoder may say so in any way.
    except Exception as error:
        raise BadInput("This is no picture that can be read. Send a PNG, a JPEG or a WebP.", "upload") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "WEBP", quality=82)
    return out.getvalue()
