"""Read a CSV file from a spreadsheet or another program. One bad row costs only that row.

Python's csv module joins lines after an opening quotation mark. A single stray mark therefore swallows every row up
to the next mark, and nothing reports the rows that are lost. This reader takes one line at a time. It reads on into
the next line only for a quoted value that may hold a line break, and never if that would swallow a row. A row that it
cannot read keeps its line number and a sentence that says what is wrong. All other rows are returned.

The reader accepts what spreadsheets add (a byte order mark, other separators, empty columns and rows), with a note.
"""

import csv
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

MOST_BYTES = 20_000_000
MOST_CHARACTERS = 10_000  # of one value
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}

# The columns that the rejects file adds to those of the input.
REJECT_COLUMNS = ("line", "reason", "says")

_LINE_END = re.compile(r"\r\n|\n|\r")
# A spreadsheet would run a value that begins like this as a formula. An apostrophe before it marks it as text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class BadFile(Exception):
    """Raised if no row of a file can be used, with a sentence that names the file and, if known, the line."""


class CsvRow(NamedTuple):
    """A row with the number of its first line.

    `values` are the values of the known columns, without spaces around them. `cells` are all values exactly as in
    the file, one for each column of the first line. If the row cannot be read, `problem` is a sentence that says why,
    and `values` is empty.
    """

    line: int
    values: Mapping[str, str]
    cells: tuple[str, ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file that was read: the columns that its first line names, its rows, and notes on what was ignored."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    notes: tuple[str, ...]
    delimiter: str = ","
    has_bom: bool = False


class RejectedRow(NamedTuple):
    """A line of the rejects file."""

    line: int
    reason: str
    says: str


def read_csv(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> CsvTable:
    """Return the rows of a file. Its first line names the required columns, in any order; it may have others.

    Raise `BadFile` if the file is not such a table.
    """
    raw = _bytes_of(path)
    text = _text_of(path, raw)
    lines = _LINE_END.split(text)
    at = next((n for n, line in enumerate(lines) if line.strip()), None)
    if at is None:
        raise BadFile(f"{path}: the file is empty.")
    delimiter, columns, after = _read_header(path, lines, at, required)
    known = _known_columns(path, at + 1, columns, (*required, *optional))
    is_rejects = {"line", "reason"} <= set(columns)
    reading = _Reading(lines, delimiter, columns, known, is_rejects)
    rows = reading.rows_from(after)
    if not rows:
        raise BadFile(f"{path}: there is no row below the first line.")
    return CsvTable(path, columns, tuple(rows), tuple(reading.notes()), delimiter, raw.startswith(b"\xef\xbb\xbf"))


def write_rejects(
    path: Path,
    table: CsvTable,
    rejects: Iterable[RejectedRow],
    from_file: Mapping[str, Mapping[int, str]] = MappingProxyType({}),
) -> None:
    """Write the rejected rows with the columns of their file, so that somebody can correct and import them.

    `from_file` has values that only the whole file gives, by column and line. They fill cells that are empty, or a
    column that the file lacks. Only the owner may read the rejects file, because it holds client codes. Raise
    `OSError` if it cannot be written.
    """
    input_columns = [n for n, name in enumerate(table.columns) if name and name not in REJECT_COLUMNS]
    cells = {row.line: row.cells for row in table.rows}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig" if table.has_bom else "utf-8", newline="") as file:
        out = csv.writer(file, delimiter=table.delimiter)
        added = [name for name in from_file if name not in table.columns]
        out.writerow([*REJECT_COLUMNS, *(table.columns[n] for n in input_columns), *added])
        for line, reason, says in sorted(rejects):
            values = [cells[line][n] or from_file.get(table.columns[n], {}).get(line, "") for n in input_columns]
            values += [from_file[name].get(line, "") for name in added]
            out.writerow([line, reason, _as_text(says), *map(_as_text, values)])


def _as_text(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def _from_text(value: str) -> str:
    """Return a value as it was before `_as_text`."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise BadFile(
                f"{path}: has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB are allowed. Split it."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror}).") from None
    if not raw.strip():
        raise BadFile(f"{path}: the file is empty.")
    return raw


def _text_of(path: Path, raw: bytes) -> str:
    advice = "Save it as CSV UTF-8 and try again."
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile(f"{path}: the text is in UTF-16. {advice}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\n|\r", raw[: error.start])) + 1
        raise BadFile(f"{path}, line {line:,}: this is not text in UTF-8. {advice}") from None
    if (nul := text.find("\x00")) >= 0:
        line = len(_LINE_END.findall(text, 0, nul)) + 1
        raise BadFile(f"{path}, line {line:,}: this is not a CSV file. {advice}")
    return text


def _read_header(
    path: Path, lines: Sequence[str], at: int, required: Sequence[str]
) -> tuple[str, tuple[str, ...], int]:
    """Return the separator, the names of the columns, and where the rows begin.

    The separator is the one that splits the first line into all required names.
    """
    best: tuple[str, tuple[str, ...], int] | None = None
    for delimiter in DELIMITERS:
        try:
            cells, after = _cells_of(lines, at, delimiter)
        except _StrayQuote:
            continue
        names = [name.strip().casefold() for name in cells]
        while names and not names[-1]:
            names.pop()
        if set(required) <= set(names):
            return delimiter, tuple(names), after
        if best is None or len(names) > len(best[1]):
            best = (delimiter, tuple(names), after)
    missing = [name for name in required if best is None or name not in best[1]]
    noun = "column" if len(missing) == 1 else "columns"
    first_line = _shortened(", ".join(filter(None, best[1])) if best else lines[at])
    raise BadFile(
        f"{path}, line {at + 1}: the {noun} {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing. "
        f"The first line must name {', '.join(required)}; it has: {first_line}."
    )


def _known_columns(path: Path, line: int, columns: Sequence[str], known: Sequence[str]) -> Mapping[str, int]:
    for name in known:
        if columns.count(name) > 1:
            raise BadFile(f"{path}, line {line}: the column {name} is there twice. Keep one of them.")
    return {name: columns.index(name) for name in known if name in columns}


def _shortened(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[:most] + " …"


class _Reading:
    """The state of reading one file: its rows so far, and the lines in which something was ignored."""

    def __init__(
        self, lines: Sequence[str], delimiter: str, columns: Sequence[str], known: Mapping[str, int], is_rejects: bool
    ) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.columns = columns
        self.known = known
        self.is_rejects = is_rejects
        self.longer: list[int] = []
        self.empty: list[int] = []

    def rows_from(self, at: int) -> list[CsvRow]:
        rows = []
        while at < len(self.lines):
            if not self.lines[at].strip():
                if self.lines[at]:
                    self.empty.append(at + 1)
                at += 1
                continue
            row, after = self._row(at)
            if row is None:
                self.empty.append(at + 1)
            else:
                rows.append(row)
            at = after
        return rows

    def _row(self, at: int) -> tuple[CsvRow | None, int]:
        """Return the row that begins at a line (None if it is empty), and the line of the next row."""
        line = at + 1
        try:
            cells, after = _cells_of(self.lines, at, self.delimiter)
            self._refuse_swallowed(cells, at, after)
        except _StrayQuote:
            return CsvRow(line, {}, self._fitted(self.lines[at].split(self.delimiter)), STRAY_QUOTE), line
        if not any(cell.strip() for cell in cells):
            return None, after
        width = len(self.columns)
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            self.longer.append(line)
            del cells[width:]
        if self.is_rejects:
            cells = [_from_text(cell) for cell in cells]
        if problem := self._problem(cells):
            return CsvRow(line, {}, self._fitted(cells), problem), after
        return CsvRow(line, {name: cells[n].strip() for name, n in self.known.items()}, tuple(cells)), after

    def _refuse_swallowed(self, cells: Sequence[str], at: int, after: int) -> None:
        """Raise `_StrayQuote` if a quoted value has swallowed other rows.

        A value of a known column never holds a line break. A value of another column may, but then none of its lines
        has as many values as a row.
        """
        if after == at + 1:
            return
        if any(n < len(cells) and "\n" in cells[n] for n in self.known.values()) or any(
            line.count(self.delimiter) + 1 >= len(self.columns) for line in self.lines[at + 1 : after]
        ):
            raise _StrayQuote

    def _problem(self, cells: Sequence[str]) -> str | None:
        width = len(self.columns)
        if len(cells) != width:
            sentence = (
                f"The row has {len(cells)} {'value' if len(cells) == 1 else 'values'}; there are {width} columns."
            )
            if len(cells) > width:
                advice = f"If a value holds one of the {DELIMITERS[self.delimiter]}, put it in quotation marks."
                return f"{sentence} {advice}"
            return sentence
        if any(cell.strip() and not name for name, cell in zip(self.columns, cells, strict=True)):
            return "There is a value in a column without a name. Name the column, or delete the value."
        if (longest := max(map(len, cells))) > MOST_CHARACTERS:
            return f"A value has {longest:,} characters; at most {MOST_CHARACTERS:,} are allowed."
        return None

    def _fitted(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Return the values of a misshapen row, one for each column, so that none is lost in the rejects file."""
        width = len(self.columns)
        if len(cells) > width:
            return (*cells[: width - 1], self.delimiter.join(cells[width - 1 :]))
        return (*cells, *[""] * (width - len(cells)))

    def notes(self) -> list[str]:
        """Return a sentence for everything that was ignored."""
        notes = []
        if self.delimiter != ",":
            notes.append(f"The values are separated by {DELIMITERS[self.delimiter]}, as in the first line.")
        reject_columns = REJECT_COLUMNS if self.is_rejects else ()
        if self.is_rejects:
            notes.append("This is a rejects file: the columns that it added (line, reason, says) are ignored.")
        if ignored := [name for name in self.columns if name and name not in self.known and name not in reject_columns]:
            notes.append(f"Ignored columns: {_shortened(', '.join(ignored))}.")
        if self.longer:
            notes.append(f"Ignored empty values after the last column: {_lines(self.longer)}.")
        if self.empty:
            notes.append(f"Skipped rows without any value: {_lines(self.empty)}.")
        return notes


STRAY_QUOTE = (
    'A quotation mark (") has no partner. Delete it. To keep it, write it twice and put the whole value in quotation '
    "marks."
)


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:5])
    more = f" and {len(numbers) - 5:,} more" if len(numbers) > 5 else ""
    return f"{'line' if len(numbers) == 1 else 'lines'} {shown}{more}"


class _StrayQuote(Exception):
    """Raised if a quotation mark neither opens nor closes a value."""


def _cells_of(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """Return the values of the row that begins at a line, and the line after the row. Raise `_StrayQuote`."""
    line = lines[at]
    if '"' not in line:
        return line.split(delimiter), at + 1
    cells: list[str] = []
    position = 0
    while True:
        if line.startswith('"', position):
            cell, at, position = _quoted(lines, at, position + 1)
            line = lines[at]
            if position < len(line) and line[position] != delimiter:
                raise _StrayQuote
        else:
            end = line.find(delimiter, position)
            end = len(line) if end < 0 else end
            cell, position = line[position:end], end
            if '"' in cell:
                raise _StrayQuote
        cells.append(cell)
        if position >= len(line):
            return cells, at + 1
        position += 1


def _quoted(lines: Sequence[str], at: int, position: int) -> tuple[str, int, int]:
    """Return a value after its opening mark, and the line and position after its closing one."""
    parts: list[str] = []
    length = 0
    while True:
        line = lines[at]
        mark = line.find('"', position)
        if mark < 0:
            parts.append(line[position:] + "\n")
            length += len(parts[-1])
            at, position = at + 1, 0
            if at == len(lines) or length > MOST_CHARACTERS:
                raise _StrayQuote
        elif line.startswith('""', mark):
            parts.append(line[position : mark + 1])
            position = mark + 2
        else:
            parts.append(line[position:mark])
            return "".join(parts), at, mark + 1
