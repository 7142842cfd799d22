"""Rows for research that tell about nobody: clients without their codes, days shifted, and rare words hidden.

Each client becomes a random word, the same in every list of one file, and each of their days is moved by the same number of
whole weeks, so that the time between two days, the weekday, and the order of events stay. Which client it is and by how
much their days moved follow from a secret that is made for one file and kept nowhere: nobody can go back, and two files
cannot be joined. A site is a random word, too, because its name says where people live. A word that stands with fewer than
`LEAST` clients is hidden: a site, a schedule, an outcome, a reason. Where fewer than `LEAST` clients have a yes, or a no, the
column is empty in every row; a list about fewer than `LEAST` clients is empty. Rows are in the order of the random words and
of the moved days: in the order in which they were recorded, neighbors of the same day would show how the days moved.

Sources: 45 CFR 164.514(b) (what makes data de-identified; shifted days need an expert's determination or a limited data set),
42 CFR 2.52 (research), and the cell size suppression policy of the Centers for Medicare & Medicaid Services, which hides
cells of 1 to 10 people.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from cm_tracker.domain.measures.tables import DAY, FLAG, INSTANT, NUMERAL, TEXT, Cell, Column

LEAST = 11
HIDDEN = "hidden"
# The days of a client move by up to half a year, and never by nothing.
MOST_WEEKS = 26
PERSON, SITE = "client_code", "site"

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Rare:
    """How many clients stand with each word, or each yes and no, of each column, by the name of the column."""

    clients: Mapping[str, Mapping[str | bool, int]]

    def is_rare(self, column: str, word: str) -> bool:
        """Return whether fewer than `LEAST` clients stand with a word."""
        return self.clients.get(column, {}).get(word, 0) < LEAST

    def is_told(self, column: str) -> bool:
        """Return whether a column of yes and no may be told: nobody stands with one of them, or at least `LEAST` do."""
        return all(clients >= LEAST for clients in self.clients.get(column, {}).values())


def counted(columns: Sequence[Column], rows: Iterable[Row]) -> Rare:
    """Return how many clients stand with each word, and each yes and no, of some rows."""
    person = _place_of(columns, PERSON)
    words = [
        (place, column.name)
        for place, column in enumerate(columns)
        if column.kind in (TEXT, FLAG) and column.name != PERSON
    ]
    found: dict[str, dict[str | bool, set[str]]] = {name: {} for _, name in words}
    for row in rows:
        for place, name in words:
            word = row[place]
            if isinstance(word, str | bool):
                found[name].setdefault(word, set()).add(str(row[person]))
    return Rare({name: {word: len(who) for word, who in words.items()} for name, words in found.items()})


@dataclass(frozen=True, slots=True)
class Deidentifier:
    """Makes the rows of one file, by its secret of 32 random bytes."""

    secret: bytes

    def columns(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """Return the columns as they stand in the file: a word for a client and for a record, and days without a time."""
        return tuple(self._column(column) for column in columns)

    def rows(self, columns: Sequence[Column], rows: Sequence[Row]) -> list[Row]:
        """Return rows that tell about nobody, ordered by person and day; none if they are about fewer than `LEAST` clients."""
        person = _place_of(columns, PERSON)
        days = [place for place, column in enumerate(columns) if column.kind in (DAY, INSTANT)]
        if len({row[person] for row in rows}) < LEAST:
            return []
        rare = counted(columns, rows)
        hidden = [self.row(columns, row, rare) for row in rows]
        return sorted(hidden, key=lambda row: (str(row[person]), [str(row[place]) for place in days], str(row)))

    def row(self, columns: Sequence[Column], row: Row, rare: Rare) -> Row:
        """Return a row that tells about nobody."""
        code = str(row[_place_of(columns, PERSON)])
        return tuple(self._cell(column, cell, code, rare) for column, cell in zip(columns, row, strict=True))

    def weeks(self, code: str) -> int:
        """Return by how many weeks the days of a client move: 1 to `MOST_WEEKS` forward or back."""
        drawn = int.from_bytes(self._of("days", code)[:8]) % (2 * MOST_WEEKS)
        return drawn - MOST_WEEKS if drawn < MOST_WEEKS else drawn - MOST_WEEKS + 1

    def _column(self, column: Column) -> Column:
        if column.name == SITE:
            says = f"A random word for a site, or “{HIDDEN}” for one with fewer than {LEAST} people."
            return replace(column, meaning=says)
        if column.name == PERSON:
            return replace(
                column, name="person", title="Person", meaning="A random word for a client, the same in every list."
            )
        if column.kind == NUMERAL:
            return replace(column, kind=TEXT, meaning="A random word for a record, the same in every list.")
        if column.kind in (DAY, INSTANT):
            return replace(
                column, kind=DAY, meaning=f"{column.meaning} Moved by whole weeks, the same for all days of a person."
            )
        if column.kind == TEXT:
            return replace(
                column,
                meaning=f"{column.meaning} “{HIDDEN}” where fewer than {LEAST} people have the same.",
                codes=(*column.codes, (HIDDEN, "Hidden")) if column.codes else (),
            )
        if column.kind == FLAG:
            says = f"{column.meaning} Empty everywhere where fewer than {LEAST} people have a yes, or a no."
            return replace(column, meaning=says)
        return column

    def _cell(self, column: Column, cell: Cell, code: str, rare: Rare) -> Cell:
        if cell is None:
            return None
        if column.name == PERSON:
            return f"P-{self._of('person', code).hex()[:10]}"
        if column.kind == NUMERAL:
            return f"R-{self._of(column.name, str(cell)).hex()[:10]}"
        if column.kind in (DAY, INSTANT):
            day = cell.date() if isinstance(cell, datetime) else cell
            assert isinstance(day, date)
            return day + timedelta(weeks=self.weeks(code))
        if column.kind == TEXT and rare.is_rare(column.name, str(cell)):
            return HIDDEN
        if column.kind == FLAG and not rare.is_told(column.name):
            return None
        return f"S-{self._of(SITE, str(cell)).hex()[:10]}" if column.name == SITE else cell

    def _of(self, what: str, name: str) -> bytes:
        return hmac.new(self.secret, f"{what}\0{name}".encode(), hashlib.sha256).digest()


def _place_of(columns: Sequence[Column], name: str) -> int:
    return next(place for place, column in enumerate(columns) if column.name == name)
