"""The rows of a sheet of an XLSX workbook, each value as the text that somebody reads in it."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from cm_tracker.domain.phrases import Phrase, phrase
from cm_tracker.tables.sources import MOST_ROWS, BadFile, Head, head_word, names_of

MOST_COLUMNS = 500
# What a workbook may have when it is unpacked: a small file can hold an endless one.
MOST_UNPACKED = 200_000_000
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZEROS = re.compile("0+")


def is_workbook(raw: bytes) -> bool:
    """Return whether the bytes begin as a workbook does, of this Excel or of an old one."""
    return raw.startswith((b"PK\x03\x04", _OLD_EXCEL))


def open_workbook(name: str, raw: bytes, sheet: str | None) -> "Sheet":
    """Return the lines of a sheet, the first one unless another is named. Raise `BadFile`."""
    if raw.startswith(_OLD_EXCEL):
        raise BadFile(
            phrase(
                "%(name)s: this workbook is of an old Excel, or has a password. Save it as .xlsx without one.",
                name=name,
            )
        )
    try:
        with zipfile.ZipFile(BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise BadFile(phrase("%(name)s: the workbook is too large. Save its sheet as CSV UTF-8.", name=name))
        book = load_workbook(BytesIO(raw), read_only=True, data_only=True)
    except BadFile:
        raise
    except Exception:  # whatever a broken file makes the reader stumble over
        raise BadFile(
            phrase("%(name)s: this is not a workbook that can be read. Save it as .xlsx or CSV UTF-8.", name=name)
        ) from None
    try:
        names = tuple(one.title for one in book.worksheets)
        if sheet is not None and sheet not in names:
            raise BadFile(
                phrase(
                    "%(name)s: there is no sheet %(sheet)s. It has: %(sheets)s.",
                    name=name,
                    sheet=repr(sheet),
                    sheets=", ".join(names),
                )
            )
        chosen = sheet or next(iter(names), None)
        if chosen is None:
            raise BadFile(phrase("%(name)s: the workbook has no sheet.", name=name))
        return Sheet(name, names, chosen, tuple(_lines(name, book[chosen])))
    except BadFile:
        raise
    except Exception:
        raise BadFile(phrase("%(name)s: the sheet cannot be read. Save it as CSV UTF-8.", name=name)) from None
    finally:
        book.close()


def _lines(name: str, sheet: Any) -> Iterator[tuple[str, ...]]:
    # Other programs write wrong dimensions into a sheet, which would cut it.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        if number > MOST_ROWS:
            raise BadFile(
                phrase("%(name)s: the sheet has more than %(most)s rows. Split it.", name=name, most=MOST_ROWS)
            )
        cells = [_text_of(cell.value, getattr(cell, "number_format", "")) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield tuple(cells)


def _text_of(value: Any, number_format: str | None) -> str:
    """Return a value as it is read in its cell: days as YYYY-MM-DD, a number with the zeros that its format adds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        width = len(number_format) if number_format and _ZEROS.fullmatch(number_format) else 0
        return f"{value:0{width}d}"
    return str(value)


class Sheet:
    """A sheet of a workbook."""

    has_bom = True  # so that a spreadsheet opens the rejects file as what it is

    def __init__(self, name: str, sheets: tuple[str, ...], sheet: str, lines: Sequence[tuple[str, ...]]) -> None:
        self.name = name
        self.sheets = sheets
        self._sheet = sheet
        self._lines = lines

    def heads(self) -> Iterator[Head]:
        """Yield each line with a value as a head, from the first one on."""
        above = False
        for number, cells in enumerate(self._lines, 1):
            if any(cell.strip() for cell in cells):
                yield Head(number, names_of(cells), "", number, above)
                above = True

    def rows(self, head: Head, known: frozenset[int]) -> Iterator[tuple[int, Sequence[str], Phrase | None]]:
        """Yield the rows below a head. A sheet leaves out the empty values at the end of a row."""
        width = len(head.names)
        for number, cells in enumerate(self._lines[head.after :], head.after + 1):
            if cells:
                yield number, (*cells, *[""] * (width - len(cells))), None

    def notes(self) -> tuple[Phrase, ...]:
        """Return a sentence for everything that was assumed about the file."""
        if len(self.sheets) == 1:
            return ()
        return (phrase("Of %(sheets)s sheets, “%(sheet)s” was read.", sheets=str(len(self.sheets)), sheet=self._sheet),)

    def line_word(self, head: Head) -> Phrase:
        """Return how a sentence calls the head."""
        return head_word(head)
