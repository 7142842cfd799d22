"""The rows of a file that were refused, as a file of the same shape that can be corrected and imported again."""

import csv
import os
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from cm_tracker.tables.formulas import guarded
from cm_tracker.tables.reading import FileTable
from cm_tracker.tables.sources import REJECT_COLUMNS, rejects_places


class RejectedRow(NamedTuple):
    """A line of the rejects file."""

    line: int
    reason: str
    says: str


def rejects_of(
    table: FileTable,
    rejects: Iterable[RejectedRow],
    from_file: Mapping[str, Mapping[int, str]] = MappingProxyType({}),
) -> bytes:
    """Return the rejected rows with the columns of their file, so that somebody can correct and import them.

    `from_file` has values that only the whole file gives, by one of the program's columns and by line. They fill cells
    that are empty, or a column that the file lacks.
    """
    added_before = rejects_places(table.columns)
    given = [n for n, name in enumerate(table.columns) if name and n not in added_before]
    cells = {row.line: row.cells for row in table.rows}
    filled = {table.known[name]: values for name, values in from_file.items() if name in table.known}
    added = [name for name in from_file if name not in table.known]
    text = StringIO(newline="")
    out = csv.writer(text, delimiter=table.delimiter)
    out.writerow([*REJECT_COLUMNS, *(guarded(table.columns[n]) for n in given), *added])
    for line, reason, says in sorted(rejects):
        values = [cells[line][n] or filled.get(n, {}).get(line, "") for n in given]
        values += [from_file[name].get(line, "") for name in added]
        out.writerow([line, reason, guarded(says), *map(guarded, values)])
    return text.getvalue().encode("utf-8-sig" if table.has_bom else "utf-8")


def write_rejects(path: Path, content: bytes) -> None:
    """Write a rejects file that only its owner may read, because it holds client codes. Raise `OSError`."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
