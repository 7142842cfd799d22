"""Hide what would tell about a few people: a group of fewer than five clients is not shown.

Where the sum of all groups stands under them, one hidden group could be worked out by subtraction. Then the smallest of
the other groups is hidden, too. A table of one group has no other to tell apart, and is shown.
"""

from collections.abc import Sequence

from cm_tracker.domain.measures.tables import Cell

LEAST = 5
UNDER, HIDDEN = "under 5", "hidden"

Row = tuple[Cell, ...]


def hide_small(rows: Sequence[Row], clients: int, least: int = LEAST) -> tuple[Row, ...]:
    """Return the rows of groups with the cells of small ones hidden.

    The first cell of a row names its group, and `clients` is the place of the cell with its number of clients.
    """
    counts = [row[clients] for row in rows]
    numbers = [count if isinstance(count, int) else 0 for count in counts]
    small = {place for place, number in enumerate(numbers) if 0 < number < least}
    if len(rows) < 2 or not small:
        return tuple(rows)
    hidden = set(small)
    if len(small) == 1:
        others = [(number, place) for place, number in enumerate(numbers) if number >= least]
        hidden |= {place for _, place in sorted(others)[:1]}
    return tuple(
        row if place not in hidden else _hidden(row, clients, UNDER if place in small else HIDDEN)
        for place, row in enumerate(rows)
    )


def _hidden(row: Row, clients: int, word: str) -> Row:
    return tuple(cell if place == 0 else word if place == clients else HIDDEN for place, cell in enumerate(row))
