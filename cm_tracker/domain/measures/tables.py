"""A report as a value: columns with their kinds, rows, a title that says the result, and the definition.

A page, a CSV file, an XLSX file and JSON are all made from it, so that they cannot differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

TEXT, DAY, NUMBER, PERCENT, MONEY, MINUTES, TENTHS = "text", "day", "number", "percent", "money", "minutes", "tenths"
INSTANT, FLAG, NUMERAL = "instant", "flag", "numeral"
"""The kinds of columns. `INSTANT` is a day with its time in a time zone, and `FLAG` is true or false. All others but texts
and days are whole numbers: of a percentage thousandths, of money cents, of `TENTHS` tenths (an average or a median).
A `NUMERAL` counts nothing: it names a record or a year."""
KINDS = (TEXT, DAY, INSTANT, FLAG, NUMERAL, NUMBER, PERCENT, MONEY, MINUTES, TENTHS)

Cell = str | int | bool | date | datetime | None
"""A text in a column of numbers says why there is no number: see `equity`. None is a cell without a value."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, which never changes, its title on a page, and its kind, one of `KINDS`.

    `of` names the column that counts the people or enrollments whom this one is about, where these are not all of the row.
    The rest is for the codebook of a file: what the column means, in which unit a number is, and the codes that may stand
    in it, each with its words.
    """

    name: str
    title: str
    kind: str = NUMBER
    meaning: str = ""
    unit: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    of: str = ""


class Value(NamedTuple):
    """A value in a title, with its kind."""

    value: Cell
    kind: str = NUMBER


@dataclass(frozen=True, slots=True)
class Title:
    """A sentence that says what the numbers say: its text with `%(name)s` in it, and the values of these names."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A report of some days: its rows have one cell for each column.

    `definition` says what each number means, in sentences. `source` is where the definition comes from. `notes` are what
    a reader has to know of these very numbers. `left_out` says what is not in them, because it was too much; it is empty
    where all is. `chart` names the column of the bars of a chart, which the first column
    names. It is None where a chart would say nothing. `names_clients` says that rows have the codes of clients.
    """

    name: str
    title: Title
    first_day: date
    last_day: date
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    definition: str
    source: str
    notes: tuple[str, ...] = ()
    left_out: str = ""
    chart: str | None = None
    names_clients: bool = False

    def column(self, name: str) -> tuple[Cell, ...]:
        """Return the cells of a column by its name."""
        place = [column.name for column in self.columns].index(name)
        return tuple(row[place] for row in self.rows)

    def with_columns(self, names: Sequence[str]) -> "Table":
        """Return the same rows with some of the columns alone, in the order of their names."""
        known = [column.name for column in self.columns]
        places = [known.index(name) for name in names]
        return replace(
            self,
            columns=tuple(self.columns[place] for place in places),
            rows=tuple(tuple(row[place] for place in places) for row in self.rows),
        )
