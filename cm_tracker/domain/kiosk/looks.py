"""How a client wants to see the kiosk: the language, the size of the letters, the colors, and amounts shown or hidden."""

from dataclasses import dataclass

USUAL = "usual"
TEXT_SIZES = (USUAL, "large", "largest")
COLORS = (USUAL, "contrast", "dark")


@dataclass(frozen=True, slots=True)
class Look:
    """How a client sees the kiosk now.

    `language` is the one that they chose for this card, else that of their record, which is `kept_language`.
    """

    language: str = "en"
    kept_language: str = "en"
    hides_amounts: bool = False
    text_size: str = USUAL
    colors: str = USUAL
