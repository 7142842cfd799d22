"""QR codes as drawings inside a page: the strict content policy lets no other picture in."""

from typing import NamedTuple

import segno


class QrCode(NamedTuple):
    """The size of an SVG drawing with its margin, and the path to draw in it."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """Return a text as a QR code."""
    code = segno.make(text, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix]
    path = "".join(f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return QrCode(len(rows) + 8, path)
