"""The shape of a ladder as a small picture without axes; its lowest and highest value stand beside it in words."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 160, 44


@dataclass(frozen=True, slots=True)
class SparkBar:
    """The bar of one visit."""

    x: float
    width: float
    y: float
    height: float


def spark_bars(amounts: Sequence[int]) -> tuple[SparkBar, ...]:
    """Return a bar for each amount, on their own scale."""
    if not amounts:
        return ()
    step = WIDTH / len(amounts)
    scale = (HEIGHT - 2) / (max(amounts) or 1)
    return tuple(
        SparkBar(
            x=round(n * step + step * 0.1, 1),
            width=round(step * 0.8, 1),
            y=round(HEIGHT - 1 - amount * scale, 1),
            height=round(amount * scale, 1),
        )
        for n, amount in enumerate(amounts)
    )
