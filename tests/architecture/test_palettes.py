"""What a client may choose at the kiosk: black on white, or light on dark. Its contrast is measured here.

The formula is that of WCAG 2.2 (relative luminance and contrast ratio). 7:1 is its level AAA for text.
"""

import re

import pytest

from tests.architecture.package import ROOT

TEXT = (ROOT / "static" / "css" / "properties.css").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r'^:root(?:\[data-colors="(\w+)"\])? \{\n(.*?)\n\}', TEXT, re.M | re.S))
PALETTES = {
    name or "usual": dict(re.findall(r"--cm-([\w-]+): (#[0-9a-f]{6}|rgb\([^)]*\)|transparent);", block))
    for name, block in BLOCKS.items()
}
CHOSEN = ("contrast", "dark")
# A letter's color, and what is behind it.
TEXTS = [
    *((letter, ground) for letter in ("ink", "soft", "teal-dark", "teal") for ground in ("paper", "card", "pale")),
    ("on-teal", "teal"), ("on-teal", "teal-dark"), ("warm-text", "warm-pale"), ("warm-text", "card"),
    ("good-text", "good-pale"), ("bad-text", "bad-pale"), ("ink", "warm-pale"), ("ink", "stone"),
    ("on-gold", "gold"), ("grown-text", "grown"), ("teal-dark", "ask"), ("ink", "gold-pale"), ("on-teal", "joined"),
]  # fmt: skip
# What has to be seen and is not a letter: the edge of a button, the focus, the ring of the time that is left.
SHAPES = [("edge", "card"), ("control", "card"), ("focus", "paper"), ("focus", "card"), ("teal", "card")]


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_figures_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_there_are_three_palettes() -> None:
    assert set(PALETTES) == {"usual", *CHOSEN}
    assert PALETTES["contrast"]["gold"] == "#ffe14d", "black, white and one yellow"
    assert set(PALETTES["contrast"].values()) == {"#000000", "#ffffff", "#ffe14d", "#d0d0d0", "transparent"}


@pytest.mark.parametrize("name", CHOSEN)
def test_every_color_has_its_place_in_every_palette(name: str) -> None:
    """A color that is forgotten stays as it is in the usual palette, and is not seen on black."""
    assert set(PALETTES[name]) == set(PALETTES["usual"])


@pytest.mark.parametrize("name", CHOSEN)
@pytest.mark.parametrize(("letter", "ground"), TEXTS)
def test_text_has_a_contrast_of_seven_to_one(name: str, letter: str, ground: str) -> None:
    assert contrast(PALETTES[name][letter], PALETTES[name][ground]) >= 7


@pytest.mark.parametrize("name", ["usual", *CHOSEN])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_a_shape_has_a_contrast_of_three_to_one(name: str, shape: str, ground: str) -> None:
    assert contrast(PALETTES[name][shape], PALETTES[name][ground]) >= 3
