"""Hide what would tell about a few people: a group of fewer than five clients is not shown.

Where the sum of all groups stands under them, hidden groups could be worked out by subtraction. Then the smallest of the
other groups is hidden, too, until the hidden ones have at least five clients together, or none is left.

To whoever may not see clients, a lone small group is hidden as well, and so is the sum of fewer than five. So are, inside a
row that is shown, a count of fewer than five of its clients or enrollments, such as those who had a reset, and all that is
said about them; and again as many others as it takes that the sum does not tell them. Where a count is a part of another
one, the rest counts the same: of 20 with tests, 19 with a negative one tell about the last. Counts of tests, visits and
points are no counts of clients. Whoever may see clients would only be kept from what they can open.

They may also ask for some of their sites alone, and compare this with all of them. So the numbers of some sites are hidden
where they would divide those that are hidden among all sites (`told_apart`).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.tables import Cell, Column

LEAST = 5
CLIENTS = "clients"
UNDER, HIDDEN = marked("under 5"), marked("hidden")

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A row of a table with the clients whom it counts.

    `told` names the counting columns whose numbers would tell about a few at the reader's other sites: see `told_apart`.
    """

    row: Row
    clients: frozenset[int]
    told: frozenset[str] = frozenset()


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
        hidden = _hidden_rows(groups, least)
    if sees_clients:
        return (*_rows(columns, groups, hidden, least), everybody.row)
    lines = [*groups, everybody]
    gone = _with_told(hidden, [(len(one.clients), 0) for one in lines], [CLIENTS in one.told for one in lines])
    if 0 < len(everybody.clients) < least:
        gone |= {len(groups)}
    return _without_few(columns, _rows(columns, lines, gone, least), lines, least)


def told_apart(
    columns: Sequence[Column], parts: Sequence[GroupRow], chosen: Collection[int], least: int = LEAST
) -> frozenset[str]:
    """Return the counting columns that must not be shown of some parts to whoever may ask for all of them, too.

    `parts` has each of the reader's sites, or each group at all of them, by name, and `chosen` the places of those whose
    sum would be shown. `clients` stands for the whole row. Among all parts the small ones are hidden, with as many others
    as it takes. A sum that has some of the hidden ones and not the others would divide them.
    """
    gone = _hidden_rows(parts, least)
    found = {CLIENTS: gone}
    for counted in _counting(columns):
        found[counted] = _few(_counts(columns, counted, [one.row for one in parts]), gone, least)
    return frozenset(name for name, hidden in found.items() if not hidden.isdisjoint(chosen) and hidden - {*chosen})


def to_hide(groups: Sequence[frozenset[int]], least: int = LEAST) -> frozenset[int]:
    """Return the places of groups of clients that are hidden where a sum of all can be known."""
    return _hidden_rows([GroupRow((), clients) for clients in groups], least)


def _together(groups: Sequence[GroupRow], places: Collection[int]) -> int:
    return len(frozenset[int]().union(*(groups[place].clients for place in places)))


def _hidden_rows(groups: Sequence[GroupRow], least: int) -> frozenset[int]:
    return _to_hide([len(one.clients) for one in groups], lambda places: _together(groups, places), least)


def _to_hide(counts: Sequence[int], together: Callable[[Collection[int]], int], least: int) -> frozenset[int]:
    """Return the places of small counts, and of as many others as it takes that they have `least` together."""
    hidden = {place for place, count in enumerate(counts) if 0 < count < least}
    others = sorted((count, place) for place, count in enumerate(counts) if count >= least)
    while hidden and others and together(hidden) < least:
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)


def _with_told(hidden: frozenset[int], counts: Sequence[tuple[int, int]], told: Sequence[bool]) -> frozenset[int]:
    """Return the hidden places with those that are told; the last place is the sum. A single one could be worked out of it."""
    found = hidden | {place for place, is_told in enumerate(told) if is_told}
    last = len(counts) - 1
    if len(found) == 1 and found != hidden and last not in found:
        found |= {next(iter(_others(counts[:last], found)), last)}
    return found


def _rows(columns: Sequence[Column], groups: Sequence[GroupRow], hidden: Collection[int], least: int) -> list[Row]:
    clients = [column.name for column in columns].index(CLIENTS)
    return [
        _hidden(one.row, clients, UNDER if len(one.clients) < least else HIDDEN) if place in hidden else one.row
        for place, one in enumerate(groups)
    ]


def _hidden(row: Row, clients: int, word: str) -> Row:
    return tuple(cell if place == 0 else word if place == clients else HIDDEN for place, cell in enumerate(row))


def _counting(columns: Sequence[Column]) -> dict[str, int]:
    """Return the columns that count some of a row's clients, with their places."""
    names = [column.name for column in columns]
    return {column.of: names.index(column.of) for column in columns if column.of}


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _counts(columns: Sequence[Column], counted: str, rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Return for each row how many a column counts, and how many of those whose part they are it leaves out."""
    names = [column.name for column in columns]
    place = names.index(counted)
    whole = columns[place].of
    counts = [_number(row[place]) for row in rows]
    if whole in ("", counted):
        return [(count, 0) for count in counts]
    return [(count, _number(row[names.index(whole)]) - count) for count, row in zip(counts, rows, strict=True)]


def _is_few(counts: Iterable[int], least: int) -> bool:
    return any(0 < count < least for count in counts)


def _few(counts: Sequence[tuple[int, int]], gone: Collection[int], least: int) -> frozenset[int]:
    """Return the places of rows that are gone, of small counts, and of as many others as it takes."""
    few = {*gone} | {place for place, of_row in enumerate(counts) if _is_few(of_row, least)}
    others = _others(counts, few)
    while others and _is_few((sum(counts[place][part] for place in few) for part in (0, 1)), least):
        few.add(others.pop(0))
    return frozenset(few)


def _others(counts: Sequence[tuple[int, int]], hidden: Collection[int]) -> list[int]:
    """Return the places that are not hidden, the smallest first: the same ones for a count and for the rest of it."""
    places = [place for place in range(len(counts)) if place not in hidden]
    return sorted(places, key=lambda place: sorted(counts[place]))


def _without_few(
    columns: Sequence[Column], rows: Sequence[Row], known: Sequence[GroupRow], least: int
) -> tuple[Row, ...]:
    """Return rows, the last one for everybody, without what is said of a few in them. `known` are the same with all cells."""
    found = [list(row) for row in rows]
    last = len(rows) - 1
    for counted, place in _counting(columns).items():
        about = [number for number, column in enumerate(columns) if column.of == counted]
        counts = _counts(columns, counted, [one.row for one in known])
        gone = {number for number, row in enumerate(found) if not isinstance(row[place], int)}
        few = _with_told(_few(counts[:-1], gone - {last}, least), counts, [counted in one.told for one in known])
        if _is_few(counts[-1], least):
            few = frozenset(range(len(rows)))
        for number in few:
            for cell in about:
                found[number][cell] = HIDDEN
            if number not in gone:
                found[number][place] = UNDER if 0 < counts[number][0] < least else HIDDEN
    return tuple(map(tuple, found))
