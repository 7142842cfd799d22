"""Reports as text, CSV, XLSX and JSON. All are made from the same table value, as the pages are."""

import csv
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from cm_tracker import i18n
from cm_tracker.domain.measures.tables import DAY, MINUTES, MONEY, NUMBER, PERCENT, TENTHS, TEXT, Cell, Table, Title
from cm_tracker.domain.money import decimals

# A spreadsheet runs text that begins with one of these as a formula; some languages also use the full-width signs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMATS = {DAY: "yyyy-mm-dd", NUMBER: "#,##0", PERCENT: "0.0%", MONEY: "#,##0.00", MINUTES: "#,##0", TENTHS: "0.0"}
_PLACES = {PERCENT: 3, MONEY: 2, TENTHS: 1}
_NARROWEST, _WIDEST = 8, 48


def shown(cell: Cell, kind: str) -> str:
    """Return a cell as people read it, in the current language and the program's currency: 62.5%, $12.00, 3.5."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return i18n.day(cell)
    if kind == PERCENT:
        return f"{cell // 10}.{cell % 10}%"
    if kind == MONEY:
        return i18n.money(cell)
    if kind == TENTHS:
        return f"{i18n.number(cell // 10)}.{cell % 10}"
    return i18n.number(cell)


def title_of(title: Title) -> str:
    """Return the sentence over a report with its values."""
    return title.text % {name: shown(value.value, value.kind) for name, value in title.values.items()}


def as_text(table: Table) -> str:
    """Return a report as lines for a terminal."""
    head = [column.title for column in table.columns]
    body = [[shown(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    widths = [max(map(len, cells)) for cells in zip(head, *body, strict=True)]
    lines = [title_of(table.title), f"{i18n.day(table.first_day)} – {i18n.day(table.last_day)}", ""]
    for cells in (head, *body):
        padded = [
            cell.ljust(width) if column.kind == TEXT else cell.rjust(width)
            for cell, width, column in zip(cells, widths, table.columns, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join([*lines, "", table.definition, *table.notes])


def as_csv(table: Table) -> str:
    """Return a report as CSV: a line with the names of the columns, and one for each row.

    Numbers are written plainly: shares as 62.5, money as 12.00, minutes and counts as whole numbers. Text that a
    spreadsheet would run as a formula gets an apostrophe in front.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([column.name for column in table.columns])
    writer.writerows(csv_rows(table))
    return text.getvalue()


def csv_rows(table: Table) -> list[list[object]]:
    """Return the rows of a report as the cells of a CSV file."""
    return [[_plain(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]


def as_json(table: Table) -> str:
    """Return a report as JSON. Cells are typed: days as ISO dates, shares in thousandths, money in cents."""
    return json.dumps(
        {
            "report": table.name,
            "title": title_of(table.title),
            "from": table.first_day.isoformat(),
            "to": table.last_day.isoformat(),
            "columns": [column._asdict() for column in table.columns],
            "rows": [
                {
                    column.name: cell.isoformat() if isinstance(cell, date) else cell
                    for column, cell in zip(table.columns, row, strict=True)
                }
                for row in table.rows
            ],
            "definition": table.definition,
            "source": table.source,
            "notes": list(table.notes),
        },
        ensure_ascii=False,
    )


def as_xlsx(table: Table) -> bytes:
    """Return a report as a workbook: typed cells under a frozen head, and a second sheet with the definitions.

    Every text is written as text, so that none is run as a formula.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "Report"
    bold = Font(bold=True)
    _text_row(sheet, 1, [column.title for column in table.columns], bold)
    for number, row in enumerate(table.rows, 2):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True), 1):
            _write(sheet, number, place, cell, column.kind)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    for place, column in enumerate(table.columns, 1):
        cells = [column.title, *(shown(row[place - 1], column.kind) for row in table.rows)]
        width = min(max(_NARROWEST, *map(len, cells)) + 2, _WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width
    about = book.create_sheet("Definitions")
    lines = [
        ("Report", title_of(table.title)),
        ("From", table.first_day.isoformat()),
        ("To", table.last_day.isoformat()),
        ("Definition", table.definition),
        ("Source", table.source),
        *(("Note", note) for note in table.notes),
        *((column.title, _MEANS[column.kind] % {"currency": i18n.currency()}) for column in table.columns),
    ]
    for number, line in enumerate(lines, 1):
        _text_row(about, number, line)
        about.cell(number, 1).font = bold
        about.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 32, 100
    about.freeze_panes = "B1"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


_MEANS = {
    TEXT: "Text",
    DAY: "A day",
    NUMBER: "A whole number",
    PERCENT: "A share, shown as a percentage",
    MONEY: "Money in %(currency)s",
    MINUTES: "Minutes",
    TENTHS: "A number with one decimal",
}


def _text_row(sheet: Any, number: int, texts: Sequence[str], font: Font | None = None) -> None:
    for place, text in enumerate(texts, 1):
        _write(sheet, number, place, text, TEXT)
        if font is not None:
            sheet.cell(number, place).font = font
            sheet.cell(number, place).alignment = Alignment(wrap_text=True, vertical="top")


def _write(sheet: Any, number: int, place: int, cell: Cell, kind: str) -> None:
    if cell is None:
        return
    target = sheet.cell(number, place)
    if isinstance(cell, str):
        target.value = ILLEGAL_CHARACTERS_RE.sub("", cell)
        target.data_type = "s"  # whatever it begins with
        target.number_format = "@"
        return
    target.value = cell if isinstance(cell, date) else _scaled(cell, kind)
    target.number_format = _FORMATS.get(kind, "General")


def _scaled(cell: int, kind: str) -> int | Decimal:
    """Return a number as a spreadsheet counts: one half for 50 %, units of the currency for cents."""
    return Decimal(cell).scaleb(-_PLACES[kind]) if kind in _PLACES else cell


def _plain(cell: Cell, kind: str) -> object:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    if isinstance(cell, date):
        return cell.isoformat()
    if kind == MONEY:
        return decimals(cell).replace(",", "")
    if kind in (PERCENT, TENTHS):
        return f"{cell // 10}.{cell % 10}"
    return cell
