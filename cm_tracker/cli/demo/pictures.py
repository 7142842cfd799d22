"""Pictures of the demonstration's prizes, drawn with a few shapes. A real clinic uses photos."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

SIDE = 320
INK, PAPER = "#1d2b2f", "#ffffff"


def _bars(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((70, 110, 250, 250), 14, fill="#b4541a")
    draw.polygon(((70, 124), (110, 80), (290, 80), (250, 124)), fill="#d9824a")
    draw.polygon(((250, 124), (290, 80), (290, 214), (250, 250)), fill="#8a3e10")
    draw.ellipse((110, 145, 210, 215), fill="#f4d9a8")


def _mug(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((100, 90, 210, 265), 26, fill="#0f5e63")
    draw.arc((185, 125, 270, 220), -90, 90, fill="#0f5e63", width=18)
    draw.rounded_rectangle((88, 66, 222, 100), 12, fill="#0a4549")
    draw.rectangle((100, 160, 210, 182), fill="#8fc3c0")


def _toothbrush(draw: ImageDraw.ImageDraw) -> None:
    draw.line((80, 250, 220, 90), fill="#2f7fb3", width=20)
    draw.line((206, 74, 246, 112), fill=PAPER, width=26)
    draw.polygon(((150, 262), (258, 190), (280, 226), (172, 292)), fill="#d5575a")
    draw.polygon(((150, 262), (172, 292), (146, 290)), fill=INK)


def _ticket(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((50, 105, 270, 220), 16, fill="#2f6f4f")
    draw.rectangle((75, 130, 180, 180), fill="#cfe7d8")
    draw.ellipse((88, 196, 116, 224), fill=INK)
    draw.ellipse((196, 196, 224, 224), fill=INK)
    draw.rectangle((195, 130, 245, 180), fill="#cfe7d8")


def _socks(draw: ImageDraw.ImageDraw) -> None:
    for at, color in ((60, "#7a4a8c"), (130, "#a06bb3")):
        draw.rounded_rectangle((at + 20, 60, at + 80, 210), 14, fill=color)
        draw.rounded_rectangle((at + 20, 175, at + 140, 250), 34, fill=color)
        draw.rectangle((at + 20, 82, at + 80, 98), fill=PAPER)


def _book(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((85, 60, 240, 265), 10, fill="#a3262a")
    draw.rectangle((100, 235, 240, 258), fill="#f2ede0")
    draw.rectangle((120, 105, 210, 120), fill="#f4d9a8")
    draw.rectangle((120, 135, 180, 147), fill="#f4d9a8")


def _movie(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((60, 130, 260, 255), 10, fill=INK)
    draw.polygon(((60, 125), (255, 78), (262, 108), (66, 156)), fill="#56666b")
    for at in range(80, 240, 52):
        draw.polygon(((at, 121), (at + 22, 115), (at + 34, 142), (at + 12, 148)), fill=PAPER)
    draw.polygon(((140, 165), (195, 195), (140, 225)), fill="#f4c95d")


def _card(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((48, 95, 272, 235), 18, fill="#1c6b3c")
    draw.rectangle((48, 125, 272, 150), fill="#0d4023")
    draw.ellipse((200, 170, 240, 210), fill="#e2574c")
    draw.line((220, 170, 226, 158), fill="#8a5a2b", width=6)
    for at in (70, 100, 130):
        draw.ellipse((at, 195, at + 14, 209), fill="#cfe7d8")


def _headphones(draw: ImageDraw.ImageDraw) -> None:
    draw.arc((75, 70, 245, 260), 180, 360, fill="#34495e", width=18)
    draw.rounded_rectangle((62, 160, 112, 250), 20, fill="#34495e")
    draw.rounded_rectangle((208, 160, 258, 250), 20, fill="#34495e")


def _helmet(draw: ImageDraw.ImageDraw) -> None:
    draw.pieslice((60, 75, 260, 295), 180, 360, fill="#e0a526")
    draw.rectangle((52, 182, 268, 204), fill="#a87912")
    for at in (110, 150, 190):
        draw.rounded_rectangle((at, 110, at + 18, 170), 9, fill="#5c430a")
    draw.arc((90, 170, 230, 270), 20, 160, fill=INK, width=8)


# The background and the shapes of each prize, in the order of the demonstration's prizes.
DRAWINGS: tuple[tuple[str, Callable[[ImageDraw.ImageDraw], None]], ...] = (
    ("#fdf1df", _bars),
    ("#e8f1f8", _toothbrush),
    ("#f2eaf5", _socks),
    ("#e3f0ef", _mug),
    ("#e6f3ea", _ticket),
    ("#fbeaea", _book),
    ("#efede6", _movie),
    ("#e6f3ea", _card),
    ("#e9edf1", _headphones),
    ("#fdf6e0", _helmet),
)


def picture(n: int) -> bytes:
    """Return the picture of the n-th prize as a PNG, as somebody might upload it."""
    background, shapes = DRAWINGS[n]
    image = Image.new("RGB", (SIDE, SIDE), background)
    shapes(ImageDraw.Draw(image))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
