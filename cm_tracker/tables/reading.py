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

from cm_tracker.tables import csv_text, workbook
from cm_tracker.tables.sources import BadFile, Head, Source, shortened

MOST_BYTES = 20_000_000
MOST_CHARACTERS = 10_000  # of one value
MOST_ABOVE_HEAD = 30

# The columns that the rejects file adds to those of the input.
REJECT_COLUMNS = ("line", "reason", "says")


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
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FileTable:
    """A file that was read: the columns of its head, its rows, and notes on what was ignored."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...]
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
        raise BadFile(f"{path}: cannot be read ({error.strerror}).") from None
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
        raise BadFile(f"{name}: there is no row below the {source.line_word(head)}.")
    return FileTable(
        name, head.names, found, (*source.notes(), *reading.notes(source)), head.delimiter or ",", source.has_bom, known
    )


def open_source(name: str, raw: bytes, how: How = How()) -> Source:
    """Return the lines of a file, a workbook or text. Raise `BadFile`."""
    if len(raw) > MOST_BYTES:
        raise too_large(name, len(raw))
    if not raw.strip():
        raise BadFile(f"{name}: the file is empty.")
    if workbook.is_workbook(raw):
        return workbook.open_workbook(name, raw, how.sheet)
    return csv_text.open_text(name, raw, how.encoding)


def too_large(name: str, size: int) -> BadFile:
    """Return the refusal of a file with too many bytes."""
    return BadFile(f"{name}: has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB are allowed. Split it.")


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
                f"{source.name}: line {how.head_line} cannot be the head. Choose the line that names the columns."
            )
        raise BadFile(f"{source.name}: the file is empty.")
    first = max((head for head in heads if head.line == heads[0].line), key=lambda head: len(head.names))
    missing = [name for name in wanted if name not in first.names]
    noun, verb = ("column", "is") if len(missing) == 1 else ("columns", "are")
    raise BadFile(
        f"{source.name}, line {first.line}: the {noun} {', '.join(missing)} {verb} missing. "
        f"The {source.line_word(first)} must name {', '.join(wanted)}; it has: "
        f"{shortened(', '.join(filter(None, first.names)))}."
    )


def _known_columns(source: Source, head: Head, columns: Sequence[str], how: How) -> Mapping[str, int]:
    known = {}
    for column in columns:
        name = how.name_of(column)
        if head.names.count(name) > 1:
            raise BadFile(f"{source.name}, line {head.line}: the column {name} is there twice. Keep one of them.")
        # A column that was chosen for something else is not also what its name says.
        is_taken = column not in how.columns and name in {how.name_of(other) for other in how.columns}
        if name in head.names and not is_taken:
            known[column] = head.names.index(name)
    return known


class _Reading:
    """The state of reading one file: the lines in which something was ignored."""

    def __init__(self, head: Head, known: Mapping[str, int]) -> None:
        self.head = head
        self.known = known
        self.is_rejects = {"line", "reason"} <= set(head.names)
        self.longer: list[int] = []
        self.empty: list[int] = []

    def row(self, line: int, read: Sequence[str], problem: str | None) -> TableRow | None:
        """Return a row, or None if it is empty."""
        if problem is not None:
            return TableRow(line, {}, self._fitted(read), problem)
        cells = list(read)
        if not any(cell.strip() for cell in cells):
            self.empty.append(line)
            return None
        width = len(self.head.names)
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            self.longer.append(line)
            del cells[width:]
        if self.is_rejects:
            cells = [csv_text.from_text(cell) for cell in cells]
        if problem := self._problem(cells):
            return TableRow(line, {}, self._fitted(cells), problem)
        return TableRow(line, {name: cells[n].strip() for name, n in self.known.items()}, tuple(cells))

    def _problem(self, cells: Sequence[str]) -> str | None:
        names = self.head.names
        if len(cells) != len(names):
            noun = "value" if len(cells) == 1 else "values"
            sentence = f"The row has {len(cells)} {noun}; there are {len(names)} columns."
            if len(cells) > len(names) and self.head.delimiter in csv_text.DELIMITERS:
                separators = csv_text.DELIMITERS[self.head.delimiter]
                return f"{sentence} If a value holds one of the {separators}, put it in quotation marks."
            return sentence
        if any(cell.strip() and not name for name, cell in zip(names, cells, strict=True)):
            return "There is a value in a column without a name. Name the column, or delete the value."
        if (longest := max(map(len, cells))) > MOST_CHARACTERS:
            return f"A value has {longest:,} characters; at most {MOST_CHARACTERS:,} are allowed."
        return None

    def _fitted(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Return the values of a misshapen row, one for each column, so that none is lost in the rejects file."""
        width = len(self.head.names)
        if len(cells) > width:
            return (*cells[: width - 1], (self.head.delimiter or " ").join(cells[width - 1 :]))
        return (*cells, *[""] * (width - len(cells)))

    def notes(self, source: Source) -> list[str]:
        """Return a sentence for everything that was ignored."""
        notes = []
        if self.head.above:
            notes.append(f"The head is in line {self.head.line}. What stands above it was skipped.")
        if self.head.delimiter != "," and self.head.delimiter in csv_text.DELIMITERS:
            separators = csv_text.DELIMITERS[self.head.delimiter]
            notes.append(f"The values are separated by {separators}, as in the {source.line_word(self.head)}.")
        reject_columns = REJECT_COLUMNS if self.is_rejects else ()
        if self.is_rejects:
            notes.append("This is a rejects file: the columns that it added (line, reason, says) are ignored.")
        used = set(self.known.values())
        ignored = [
            name for n, name in enumerate(self.head.names) if name and n not in used and name not in reject_columns
        ]
        if ignored:
            notes.append(f"Ignored columns: {shortened(', '.join(ignored))}.")
        if self.longer:
            notes.append(f"Ignored empty values after the last column: {_lines(self.longer)}.")
        if self.empty:
            notes.append(f"Skipped rows without any value: {_lines(self.empty)}.")
        return notes


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:5])
    more = f" and {len(numbers) - 5:,} more" if len(numbers) > 5 else ""
    return f"{'line' if len(numbers) == 1 else 'lines'} {shown}{more}"
