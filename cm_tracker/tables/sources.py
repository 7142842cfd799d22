"""What a table can be read from: the lines of a text or of a workbook's sheet."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from cm_tracker.domain.phrases import Phrase, phrase
from cm_tracker.tables.formulas import unguarded

MOST_ROWS = 200_000
# The columns that the rejects file adds to those of the input.
REJECT_COLUMNS = ("line", "reason", "says")


class BadFile(Exception):
    """Raised if no row of a file can be used. `says` is a sentence that names the file and, if known, the line."""

    def __init__(self, says: Phrase) -> None:
        super().__init__(says)
        self.says = says


class Head(NamedTuple):
    """A line that names the columns, in small letters: its number, the separator, and where the rows begin.

    The cells of a sheet have no separator. `above` says that other lines with values stand above it.
    """

    line: int
    names: tuple[str, ...]
    delimiter: str
    after: int
    above: bool = False


class Source(Protocol):
    """The lines of one file."""

    name: str
    has_bom: bool

    def heads(self) -> Iterator[Head]:
        """Yield each line with a value as a head, from the first one on, once for each separator."""
        ...

    def rows(self, head: Head, known: frozenset[int]) -> Iterator[tuple[int, Sequence[str], Phrase | None]]:
        """Yield the rows below a head: the number of the line, its values, and what is wrong with it.

        `known` are the places of the columns that are used.
        """
        ...

    def notes(self) -> tuple[Phrase, ...]:
        """Return a sentence for everything that was assumed about the file."""
        ...

    def line_word(self, head: Head) -> Phrase:
        """Return how a sentence calls the head: "first line", or its number."""
        ...


def head_word(head: Head) -> Phrase:
    """Return how a sentence calls a head of a file, after an English "the"; a translation has its article in it."""
    return phrase("head in line %(line)s", line=str(head.line)) if head.above else phrase("first line")


def names_of(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a head in small letters, without the empty ones at its end.

    Those of a rejects file are the names of the file whose rows it has.
    """
    names = [cell.strip().casefold() for cell in cells]
    if rejects_places(names):
        names = [unguarded(name) for name in names]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def rejects_places(names: Sequence[str]) -> frozenset[int]:
    """Return the places of the columns that a rejects file added, by the names of its head; none for another file.

    They are the first ones of their names. The file itself may have a column of the same name behind them.
    """
    is_rejects = set(REJECT_COLUMNS) <= set(names)
    return frozenset(names.index(name) for name in REJECT_COLUMNS) if is_rejects else frozenset()


def shortened(text: str, most: int = 200) -> str:
    """Return a text that is not longer than some characters."""
    return text if len(text) <= most else text[:most] + " …"
