"""Read a table from a file of a spreadsheet or another program. One bad row costs only that row.

A file has a head, the line that names its columns, and rows below it. Titles may stand above the head. Whoever imports
it may say which of the file's columns has what the program asks for; otherwise the names must be the program's own. A
row that cannot be read keeps the number of its line and a sentence that says what is wrong.

The reader accepts what spreadsheets add (a byte order mark, other separators, empty columns and rows), with a note.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cm_tracker.domain.phrases import Phrase, joined, phrase, phrases, written
from cm_tracker.tables import csv_text, workbook
from cm_tracker.tables.formulas import unguarded
from cm_tracker.tables.sources import BadFile, Head, Source, rejects_places, shortened

MOST_BYTES = 20_000_000
MOST_CHARACTERS = 10_000  # of one value
MOST_ABOVE_HEAD = 30


@dataclass(frozen=True, slots=True)
class How:
    """How a file is read where it does not say so itself.

    `columns` names the file's column for each of the program's, such as {"client_code": "Patient"}. Its names, like
    those of the head, are compared without regard to capitals. `head_line` is the line of the head; None finds it.
    """

    encoding: str = csv_text.UTF_8
    sheet: str | None = None
    head_line: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def name_of(self, column: str) -> str:
        """Return the name in the file of one of the program's columns, in small letters."""
        return self.columns.get(column, column).strip().casefold()


class TableRow(NamedTuple):
    """A row with the number of its first line.

    `values` are the values of the known columns, without spaces around them. `cells` are all values exactly as in
    the file, one for each column of the head. If the row cannot be read, `problem` is a sentence that says why, and
    `values` is empty.
    """

    line: int
    values: Mapping[str, str]
    cells: tuple[str, ...]
    problem: Phrase | None = None


@dataclass(frozen=True, slots=True)
class FileTable:
    """A file that was read: the columns of its head, its rows, and notes on what was ignored."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[Phrase, ...]
    delimiter: str = ","
    has_bom: bool = False
    known: Mapping[str, int] = field(default_factory=dict)


def read_file(path: Path, required: Sequence[str], optional: Sequence[str] = (), how: How = How()) -> FileTable:
    """Return the table of a file on this machine. Raise `BadFile`."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise too_large(f"{path}", size)
        raw = path.read_bytes()
    except OSError as error:
        raise BadFile(phrase("%(name)s: cannot be read (%(why)s).", name=str(path), why=str(error.strerror))) from None
    return read_table(f"{path}", raw, required, optional, how)


def read_table(
    name: str, raw: bytes, required: Sequence[str], optional: Sequence[str] = (), how: How = How()
) -> FileTable:
    """Return the rows of a file. Its head names the required columns, in any order; it may have others.

    Raise `BadFile` if the file is not such a table.
    """
    source = open_source(name, raw, how)
    head = _head_with(source, required, how)
    known = _known_columns(source, head, (*required, *optional), how)
    reading = _Reading(head, known)
    rows = tuple(reading.row(*line) for line in source.rows(head, frozenset(known.values())))
    found = tuple(row for row in rows if row is not None)
    if not found:
        raise BadFile(phrase("%(name)s: there is no row below the %(head)s.", name=name, head=source.line_word(head)))
    return FileTable(
        name, head.names, found, (*source.notes(), *reading.notes(source)), head.delimiter or ",", source.has_bom, known
    )


def open_source(name: str, raw: bytes, how: How = How()) -> Source:
    """Return the lines of a file, a workbook or text. Raise `BadFile`."""
    if len(raw) > MOST_BYTES:
        raise too_large(name, len(raw))
    if not raw.strip():
        raise _empty(name)
    if workbook.is_workbook(raw):
        return workbook.open_workbook(name, raw, how.sheet)
    return csv_text.open_text(name, raw, how.encoding)


def too_large(name: str, size: int) -> BadFile:
    """Return the refusal of a file with too many bytes."""
    return BadFile(
        phrase(
            "%(name)s: has %(size)s MB; at most %(most)s MB are allowed. Split it.",
            name=name,
            size=round(size / 1e6),
            most=round(MOST_BYTES / 1e6),
        )
    )


def _empty(name: str) -> BadFile:
    return BadFile(phrase("%(name)s: the file is empty.", name=name))


def guess_head(source: Source, fits: Callable[[Sequence[str]], int], line: int | None = None) -> Head | None:
    """Return the likeliest head, in a line if one is told: the one whose names fit best, as `fits` counts them.

    Where none fits, it is the first line that looks like a head: with two names or more, none of them twice, and no gap
    between them.
    """
    heads = [head for head in _heads(source) if line in (None, head.line)]
    best = max(heads, key=lambda head: fits(head.names), default=None)
    if best is not None and fits(best.names):
        return best
    if line is not None:
        return max(heads, key=lambda head: len(head.names), default=None)
    whole = [
        head for head in heads if len(head.names) > 1 and all(head.names) and len(set(head.names)) == len(head.names)
    ]
    return max(whole, key=lambda head: (-head.line, len(head.names)), default=None)


def _heads(source: Source) -> Iterator[Head]:
    """Yield the lines that can be the head: the first ones with a value, once for each separator."""
    lines = set()
    for head in source.heads():
        lines.add(head.line)
        if len(lines) > MOST_ABOVE_HEAD:
            return
        yield head


def _head_with(source: Source, required: Sequence[str], how: How) -> Head:
    """Return the head: the line that names all required columns. The separator is the one that splits it so."""
    wanted = {how.name_of(name): name for name in required}
    heads = [head for head in _heads(source) if how.head_line in (None, head.line)]
    for head in heads:
        if wanted.keys() <= set(head.names):
            return head
    if not heads:
        if how.head_line is not None:
            raise BadFile(
                phrase(
                    "%(name)s: line %(line)s cannot be the head. Choose the line that names the columns.",
                    name=source.name,
                    line=str(how.head_line),
                )
            )
        raise _empty(source.name)
    first = max((head for head in heads if head.line == heads[0].line), key=lambda head: len(head.names))
    missing = [name for name in wanted if name not in first.names]
    raise BadFile(
        phrases(
            "%(name)s, line %(line)s: the column %(missing)s is missing. The %(head)s must name %(wanted)s; it has: "
            "%(names)s.",
            "%(name)s, line %(line)s: the columns %(missing)s are missing. The %(head)s must name %(wanted)s; it has: "
            "%(names)s.",
            len(missing),
            name=source.name,
            line=str(first.line),
            missing=", ".join(missing),
            head=source.line_word(first),
            wanted=", ".join(wanted),
            names=shortened(", ".join(filter(None, first.names))),
        )
    )


def _known_columns(source: Source, head: Head, columns: Sequence[str], how: How) -> Mapping[str, int]:
    known = {}
    added = rejects_places(head.names)
    names = ["" if n in added else name for n, name in enumerate(head.names)]
    for column in columns:
        name = how.name_of(column)
        if names.count(name) > 1:
            raise BadFile(
                phrase(
                    "%(name)s, line %(line)s: the column %(column)s is there twice. Keep one of them.",
                    name=source.name,
                    line=str(head.line),
                    column=name,
                )
            )
        # A column that was chosen for something else is not also what its name says.
        is_taken = column not in how.columns and name in {how.name_of(other) for other in how.columns}
        if name in names and not is_taken:
            known[column] = names.index(name)
    return known


class _Reading:
    """The state of reading one file: the lines in which something was ignored."""

    def __init__(self, head: Head, known: Mapping[str, int]) -> None:
        self.head = head
        self.known = known
        self.rejects_places = rejects_places(head.names)
        self.longer: list[int] = []
        self.empty: list[int] = []

    def row(self, line: int, read: Sequence[str], problem: Phrase | None) -> TableRow | None:
        """Return a row, or None if it is empty."""
        cells = [unguarded(cell) for cell in read] if self.rejects_places else list(read)
        if problem is not None:
            return TableRow(line, {}, self._fitted(cells), problem)
        if not any(cell.strip() for cell in cells):
            self.empty.append(line)
            return None
        width = len(self.head.names)
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            self.longer.append(line)
            del cells[width:]
        if problem := self._problem(cells):
            return TableRow(line, {}, self._fitted(cells), problem)
        return TableRow(line, {name: cells[n].strip() for name, n in self.known.items()}, tuple(cells))

    def _problem(self, cells: Sequence[str]) -> Phrase | None:
        names = self.head.names
        if len(cells) != len(names):
            sentence = phrases(
                "The row has %(n)s value; there are %(columns)s columns.",
                "The row has %(n)s values; there are %(columns)s columns.",
                len(cells),
                columns=len(names),
            )
            separators = csv_text.DELIMITERS.get(self.head.delimiter)
            if len(cells) > len(names) and separators is not None:
                advice = phrase(
                    "If a value holds one of the %(separators)s, put it in quotation marks.", separators=separators
                )
                return joined((sentence, advice), " ")
            return sentence
        if any(cell.strip() and not name for name, cell in zip(names, cells, strict=True)):
            return phrase("There is a value in a column without a name. Name the column, or delete the value.")
        if (longest := max(map(len, cells))) > MOST_CHARACTERS:
            return phrase(
                "A value has %(length)s characters; at most %(most)s are allowed.", length=longest, most=MOST_CHARACTERS
            )
        return None

    def _fitted(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Return the values of a misshapen row, one for each column, so that none is lost in the rejects file."""
        width = len(self.head.names)
        if len(cells) > width:
            return (*cells[: width - 1], (self.head.delimiter or " ").join(cells[width - 1 :]))
        return (*cells, *[""] * (width - len(cells)))

    def notes(self, source: Source) -> list[Phrase]:
        """Return a sentence for everything that was ignored."""
        notes = []
        if self.head.above:
            notes.append(
                phrase("The head is in line %(line)s. What stands above it was skipped.", line=str(self.head.line))
            )
        if self.head.delimiter != "," and self.head.delimiter in csv_text.DELIMITERS:
            separators = csv_text.DELIMITERS[self.head.delimiter]
            notes.append(
                phrase(
                    "The values are separated by %(separators)s, as in the %(head)s.",
                    separators=separators,
                    head=source.line_word(self.head),
                )
            )
        if self.rejects_places:
            notes.append(phrase("This is a rejects file: the columns that it added (line, reason, says) are ignored."))
        used = {*self.known.values(), *self.rejects_places}
        ignored = [name for n, name in enumerate(self.head.names) if name and n not in used]
        if ignored:
            notes.append(phrase("Ignored columns: %(names)s.", names=shortened(", ".join(ignored))))
        if self.longer:
            notes.append(phrase("Ignored empty values after the last column: %(lines)s.", lines=_lines(self.longer)))
        if self.empty:
            notes.append(phrase("Skipped rows without any value: %(lines)s.", lines=_lines(self.empty)))
        return notes


def _lines(numbers: Sequence[int]) -> Phrase:
    shown = joined(map(written, numbers[:5]))
    if len(numbers) > 5:
        return phrase("lines %(lines)s and %(more)s more", lines=shown, more=len(numbers) - 5)
    return phrases("line %(lines)s", "lines %(lines)s", len(numbers), lines=shown)
