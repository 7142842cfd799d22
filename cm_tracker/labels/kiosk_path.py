"""A client's path at the kiosk as a drawing: where each stone lies. The template draws it as SVG.

There are two drawings of a path. The wide one is for tablets, the narrow one for phones, whose letters would be too small
in the wide one: it has fewer stones, and its trail runs on beyond the edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.kiosk.path import MOST_PEBBLES, Path, Stone
from cm_tracker.i18n import number, short_weekday

JOINED, PEBBLE, DONE, NEXT, AHEAD, RESTORING, TOP, TO_COME = (
    "joined", "pebble", "done", "next", "ahead", "restoring", "top", "to-come"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a drawing, and the radius of each kind of stone in it."""

    width: int
    height: int
    low: int
    high: int
    radius: dict[str, int]
    most_gap: int
    pebbles: int
    gap_pebbles: int


WIDE = Size(
    640, 184, 120, 84,
    {JOINED: 18, DONE: 24, NEXT: 42, AHEAD: 27, RESTORING: 33, TOP: 29, PEBBLE: 5, TO_COME: 5}, 34, MOST_PEBBLES, 3,
)  # fmt: skip
NARROW = Size(
    324, 124, 74, 54,
    {JOINED: 12, DONE: 17, NEXT: 29, AHEAD: 19, RESTORING: 23, TOP: 19, PEBBLE: 3, TO_COME: 3}, 22, 3, 2,
)  # fmt: skip
BETWEEN_PEBBLES = 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stone of a drawing: its middle, its radius, and what is written on it and below it.

    `flag` is what is written on its flag; a stone without one has an empty text, and the top's is a star.
    """

    kind: str
    x: int
    y: int
    radius: int
    number: str = ""
    label: str = ""
    flag: str = ""

    @property
    def below(self) -> int:
        """Where the label below it stands."""
        return self.y + self.radius


@dataclass(frozen=True, slots=True)
class Drawing:
    """A path as a drawing of some size. `here` is the stone at which the client stands, `next` the one after it."""

    width: int
    height: int
    low: int
    high: int
    stones: tuple[Drawn, ...]
    here: Drawn
    next: Drawn


def wide(path: Path, top_label: str, joined_label: str) -> Drawing:
    """Return the drawing for a tablet."""
    return _drawing(path, WIDE, path.done, path.ahead, top_label, joined_label)


def narrow(path: Path) -> Drawing:
    """Return the drawing for a phone: the last step, the next one and two more, without the top."""
    ahead = path.ahead[:3]
    return _drawing(path, NARROW, path.done[-1:], ahead, "", "")


def _drawing(
    path: Path, size: Size, done: Sequence[int | None], ahead: Sequence[Stone], top_label: str, joined_label: str
) -> Drawing:
    items: list[tuple[str, str, str, str]] = [(JOINED, "", joined_label, "")]
    items += [(PEBBLE, "", "", "")] * min(path.pebbles, size.pebbles)
    items += [(DONE, number(amount) if amount is not None else "", "", "") for amount in done]
    days = [stone.day for stone in ahead if stone.day is not None]
    for place, stone in enumerate(ahead):
        if stone.has_gap:
            items += [(TO_COME, "", "", "")] * size.gap_pebbles
        kind = NEXT if place == 0 else RESTORING if stone.is_restoring else TOP if stone.is_top else AHEAD
        label = _day(stone.day, days) if stone.day is not None else top_label if stone.is_top else ""
        items.append((kind, number(stone.amount), label, _flag(stone)))
    if size is NARROW and len(path.ahead) > len(ahead):
        items += [(TO_COME, "", "", "")] * size.gap_pebbles
    stones = _laid(items, size)
    here = [stone for stone in stones if stone.kind == DONE] or stones[:1]
    coming = next(stone for stone in stones if stone.kind == NEXT)
    return Drawing(size.width, size.height, size.low, size.high, stones, here[-1], coming)


def _day(day: date, days: Sequence[date]) -> str:
    """Return a weekday, with the day of the month where another stone has the same weekday before it."""
    is_first = all(other >= day or other.weekday() != day.weekday() for other in days)
    return short_weekday(day) if is_first else f"{short_weekday(day)} {number(day.day)}"


def _flag(stone: Stone) -> str:
    """Return what stands on a flag: the bonus, or a star at the top."""
    if stone.bonus and not (stone.is_top and stone.has_gap):
        return f"+{number(stone.bonus)}"
    return "\N{BLACK STAR}" if stone.is_top else ""


def _laid(items: Sequence[tuple[str, str, str, str]], size: Size) -> tuple[Drawn, ...]:
    """Lay stones along the trail, which rises to the right. Pebbles that follow one another lie close together."""
    widths = [2 * size.radius[kind] for kind, *_ in items]
    is_close = [
        items[place][0] == items[place - 1][0] and items[place][0] in (PEBBLE, TO_COME)
        for place in range(1, len(items))
    ]
    free = size.width - 2 * BETWEEN_PEBBLES * 2 - sum(widths) - BETWEEN_PEBBLES * sum(is_close)
    gap = min(free / max(is_close.count(False), 1), size.most_gap)
    # Where few stones lie on the trail, they stand in the middle of it.
    at = (size.width - sum(widths) - BETWEEN_PEBBLES * sum(is_close) - gap * is_close.count(False)) / 2
    laid = []
    for place, (kind, text, label, flag) in enumerate(items):
        if place:
            at += BETWEEN_PEBBLES if is_close[place - 1] else gap
        x = at + widths[place] / 2
        y = size.low + (size.high - size.low) * x / size.width
        laid.append(Drawn(kind, round(x), round(y), size.radius[kind], text, label, flag))
        at += widths[place]
    return tuple(laid)
