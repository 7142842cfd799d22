"""Rows with declared columns as CSV and as XLSX: the one writer of every file, of reports and of lists.

Both are made row by row, so that a long list needs little memory. No text in them is run as a formula. A codebook says
of each column what stands in it; a workbook has it on its second sheet.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from cm_tracker import i18n
from cm_tracker.domain.measures.tables import (
    DAY,
    FLAG,
    INSTANT,
    MINUTES,
    MONEY,
    NUMBER,
    NUMERAL,
    PERCENT,
    TENTHS,
    TEXT,
    Cell,
    Column,
)
from cm_tracker.domain.money import decimals
from cm_tracker.tables.formulas import guarded

Row = Sequence[Cell]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel recognizes UTF-8 by this mark.
_MARK = "\ufeff"
_CHUNK_CHARACTERS = _CHUNK_BYTES = 64 * 1024
_FORMATS = {
    TEXT: "@",
    DAY: "yyyy-mm-dd",
    INSTANT: "yyyy-mm-dd hh:mm:ss",
    NUMERAL: "0",
    NUMBER: "#,##0",
    PERCENT: "0.0%",
    MONEY: "#,##0.00",
    MINUTES: "#,##0",
    TENTHS: "0.0",
}
_PLACES = {PERCENT: 3, MONEY: 2, TENTHS: 1}
_NARROWEST, _WIDEST = 8, 48
# The width of a column is that of its title and of so many rows.
_MEASURED_ROWS = 100


class TypeWords(NamedTuple):
    """What a codebook calls a kind of column, for a program to read and for people."""

    type: str
    says: str


TYPES = {
    TEXT: TypeWords(i18n.marked("text"), "Text"),
    DAY: TypeWords(i18n.marked("date"), "A day, as YYYY-MM-DD"),
    INSTANT: TypeWords(i18n.marked("datetime"), "A day with its time, in ISO 8601"),
    FLAG: TypeWords(i18n.marked("boolean"), "true or false"),
    NUMERAL: TypeWords(i18n.marked("integer"), "A number that names something"),
    NUMBER: TypeWords(i18n.marked("integer"), "A whole number"),
    PERCENT: TypeWords(i18n.marked("percent"), "A share, shown as a percentage"),
    MONEY: TypeWords(i18n.marked("decimal"), "Money in %(currency)s"),
    MINUTES: TypeWords(i18n.marked("integer"), "Minutes"),
    TENTHS: TypeWords(i18n.marked("decimal"), "A number with one decimal"),
}

CODEBOOK = (
    Column("column", "Column", TEXT),
    Column("title", "Title", TEXT),
    Column("type", "Type", TEXT),
    Column("unit", "Unit", TEXT),
    Column("meaning", "Meaning", TEXT),
    Column("codes", "Codes", TEXT),
)
"""The columns of a codebook. `column` is the name that stands over the column of a CSV file."""


def codebook(columns: Iterable[Column]) -> Iterator[tuple[str, ...]]:
    """Yield a row of a codebook for each column."""
    for column in columns:
        words = TYPES[column.kind]
        yield (
            column.name,
            column.title,
            "code" if column.codes else words.type,
            unit(column),
            column.meaning or words.says % {"currency": i18n.currency()},
            "; ".join(f"{code} = {says}" for code, says in column.codes),
        )


def unit(column: Column) -> str:
    """Return the unit of a column's numbers, or an empty text."""
    units = {MONEY: i18n.currency(), PERCENT: "%", MINUTES: i18n.marked("minutes")}
    return column.unit or units.get(column.kind, "")


def csv_chunks(
    columns: Sequence[Column], rows: Iterable[Row], *, is_marked: bool = False, remark: str = ""
) -> Iterator[bytes]:
    """Yield a CSV file in chunks: a line with the names of the columns, and one for each row, with ends as in RFC 4180.

    Numbers are written plainly: shares as 62.5, money as 12.00, minutes and counts as whole numbers. Days and times are
    those of ISO 8601. Text that a spreadsheet would run as a formula gets an apostrophe in front. A file that is opened
    with a click `is_marked` as UTF-8. A `remark` is a last line of one cell.
    """
    text = StringIO()
    writer = csv.writer(text)
    text.write(_MARK if is_marked else "")
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([_plain(cell, column.kind) for cell, column in zip(row, columns, strict=True)])
        if text.tell() > _CHUNK_CHARACTERS:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    if remark:
        writer.writerow([guarded(remark)])
    yield text.getvalue().encode()


def _plain(cell: Cell, kind: str) -> object:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if kind == MONEY:
        return decimals(cell).replace(",", "")
    if kind in (PERCENT, TENTHS):
        return f"{cell // 10}.{cell % 10}"
    return cell


Notice = Sequence[tuple[str, str]]
"""Pairs of what a line is and its text, for a sheet that stands before all others."""


class Sheets(NamedTuple):
    """The names of a workbook's two sheets, what the second one says before its codebook, and a notice before both."""

    rows: str
    about: str
    facts: Sequence[tuple[str, str]]
    notice: Notice = ()


def xlsx_chunks(columns: Sequence[Column], rows: Iterable[Row], sheets: Sheets) -> Iterator[bytes]:
    """Yield a workbook in chunks: typed cells under a frozen head, and a second sheet that says what they mean.

    Every text is written as text, so that none is run as a formula. A time is that of its zone, which a cell cannot
    name. Rows go to the disk as they come, into a file without a name: the memory that is needed does not grow with them.
    The first chunk comes after the last row.
    """
    book = Workbook(write_only=True)
    if sheets.notice:
        _write_facts(book.create_sheet("Notice"), sheets.notice)
    _write_rows(book.create_sheet(sheets.rows), columns, rows)
    _write_about(book.create_sheet(sheets.about), columns, sheets.facts)
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _write_rows(sheet: Any, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    rest = iter(rows)
    first = list(islice(rest, _MEASURED_ROWS))
    for place, column in enumerate(columns, 1):
        texts = [column.title, *(str(_plain(row[place - 1], column.kind)) for row in first)]
        width = min(max(_NARROWEST, *map(len, texts)) + 2, _WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_head(sheet, column.title) for column in columns])
    cells = [WriteOnlyCell(sheet) for _ in columns]
    for cell, column in zip(cells, columns, strict=True):
        cell.number_format = _FORMATS.get(column.kind, "General")
    lines = 1
    for row in chain(first, rest):
        # A cell is written at once, so one of each column is enough.
        for cell, value, column in zip(cells, row, columns, strict=True):
            _fill(cell, value, column.kind)
        sheet.append(cells)
        lines += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{lines}"


def _write_about(sheet: Any, columns: Sequence[Column], facts: Iterable[tuple[str, str]]) -> None:
    _write_facts(sheet, facts, (28, 44, 12, 12, 80, 48))
    sheet.append([])
    sheet.append([_head(sheet, column.title) for column in CODEBOOK])
    for row in codebook(columns):
        sheet.append([_head(sheet, row[0]), *(_text(sheet, text) for text in row[1:])])


def _write_facts(sheet: Any, facts: Iterable[tuple[str, str]], widths: Sequence[int] = (32, 100)) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for name, text in facts:
        sheet.append([_head(sheet, name), _text(sheet, text)])


def _head(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.number_format = _FORMATS[TEXT]
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    _fill(cell, text, TEXT)
    return cell


def _fill(cell: Any, value: Cell, kind: str) -> None:
    """Put a value into a cell of a workbook, as what it is."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # whatever it begins with
    elif isinstance(value, datetime):
        cell.value = value.replace(tzinfo=None, microsecond=0)
    elif isinstance(value, int) and kind in _PLACES:
        # As a spreadsheet counts: one half for 50 %, units of the currency for cents.
        cell.value = Decimal(value).scaleb(-_PLACES[kind])
    else:
        cell.value = value
