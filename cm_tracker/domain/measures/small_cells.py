"""Hide what would tell about a few people: a group of fewer than five clients is not shown.

Where the sum of all groups stands under them, hidden groups could be worked out by subtraction. Then the smallest of the
other groups is hidden, too, until the hidden ones have at least five clients together, or none is left.

To whoever may not see clients, a lone small group is hidden as well, and so is the sum of fewer than five. So are, inside a
row that is shown, the numbers of fewer than five of its clients, such as those who had a reset; and again as many others as
it takes that the sum does not tell them. Whoever may see clients would only be kept from what they can open.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.tables import Cell, Column

LEAST = 5
UNDER, HIDDEN = marked("under 5"), marked("hidden")

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A row of a table with the clients whom it counts. `elsewhere` are those of the same group that it leaves out.

    These are who would be told by asking for the same group without the choice of a site.
    """

    row: Row
    clients: frozenset[int]
    elsewhere: frozenset[int] = frozenset()


def hide_small(
    columns: Sequence[Column],
    groups: Sequence[GroupRow],
    everybody: GroupRow,
    *,
    least: int = LEAST,
    sees_clients: bool,
) -> tuple[Row, ...]:
    """Return the rows of groups, and the one for everybody, with the cells of a few clients hidden.

    The first column names the group, and the one named `clients` counts its clients.
    """
    hidden: frozenset[int] = frozenset()
    if len(groups) > 1 or not sees_clients:
        hidden = _to_hide([len(one.clients) for one in groups], lambda places: _together(groups, places), least)
    if sees_clients:
        return (*_rows(columns, groups, hidden, least), everybody.row)
    hidden |= {place for place, one in enumerate(groups) if 0 < len(one.elsewhere) < least}
    rows = [*_rows(columns, groups, hidden, least), everybody.row]
    if 0 < len(everybody.clients) < least or 0 < len(everybody.elsewhere) < least:
        [rows[-1]] = _rows(columns, [everybody], {0}, least)
    return _without_few(columns, rows, [*(one.row for one in groups), everybody.row], least)


def to_hide(groups: Sequence[frozenset[int]], least: int = LEAST) -> frozenset[int]:
    """Return the places of groups of clients that are hidden where a sum of all can be known."""
    counted = [GroupRow((), clients) for clients in groups]
    return _to_hide([len(clients) for clients in groups], lambda places: _together(counted, places), least)


def _together(groups: Sequence[GroupRow], places: Collection[int]) -> int:
    return len(frozenset[int]().union(*(groups[place].clients for place in places)))


def _to_hide(counts: Sequence[int], together: Callable[[Collection[int]], int], least: int) -> frozenset[int]:
    """Return the places of small counts, and of as many others as it takes that they have `least` together."""
    hidden = {place for place, count in enumerate(counts) if 0 < count < least}
    others = sorted((count, place) for place, count in enumerate(counts) if count >= least)
    while hidden and others and together(hidden) < least:
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)


def _rows(columns: Sequence[Column], groups: Sequence[GroupRow], hidden: Collection[int], least: int) -> list[Row]:
    clients = [column.name for column in columns].index("clients")
    return [
        _hidden(one.row, clients, UNDER if len(one.clients) < least else HIDDEN) if place in hidden else one.row
        for place, one in enumerate(groups)
    ]


def _hidden(row: Row, clients: int, word: str) -> Row:
    return tuple(cell if place == 0 else word if place == clients else HIDDEN for place, cell in enumerate(row))


def _without_few(columns: Sequence[Column], rows: Sequence[Row], known: Sequence[Row], least: int) -> tuple[Row, ...]:
    """Return rows, the last one for everybody, without what is said of a few in them. `known` are the same with all cells."""
    names = [column.name for column in columns]
    found = [list(row) for row in rows]
    for counted in dict.fromkeys(column.of for column in columns if column.of):
        place = names.index(counted)
        about = [number for number, column in enumerate(columns) if column.of == counted]
        counts = [cell if isinstance(cell := row[place], int) else 0 for row in known]
        gone = {number for number, row in enumerate(rows) if not isinstance(row[place], int)}
        few = (gone - {len(rows) - 1}) | {number for number, count in enumerate(counts[:-1]) if 0 < count < least}
        others = sorted((counts[number], number) for number in range(len(rows) - 1) if number not in few)
        while others and 0 < sum(counts[number] for number in few) < least:
            few.add(others.pop(0)[1])
        if 0 < counts[-1] < least:
            few = {*range(len(rows))}
        for number in few - gone:
            found[number][place] = UNDER if 0 < counts[number] < least else HIDDEN
            for cell in about:
                found[number][cell] = HIDDEN
    return tuple(map(tuple, found))
