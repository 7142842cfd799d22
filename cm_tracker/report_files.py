"""Reports as text, CSV, XLSX and JSON. All are made from the same table value, as the pages are."""

import json
from datetime import date, datetime

from cm_tracker import i18n
from cm_tracker.domain.measures.tables import MONEY, NUMERAL, PERCENT, TENTHS, TEXT, Cell, Table, Title
from cm_tracker.spreadsheets import Notice, Sheets, csv_chunks, xlsx_chunks


def shown(cell: Cell, kind: str) -> str:
    """Return a cell as people read it, in the current language and the program's currency: 62.5%, $12.00, 3.5."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return i18n.moment(cell, str(cell.tzinfo))
    if isinstance(cell, date):
        return i18n.day(cell)
    if isinstance(cell, bool):
        return i18n.gettext("Yes") if cell else i18n.gettext("No")
    if kind == NUMERAL:
        return str(cell)
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
    about = [table.definition, *table.notes, *([table.left_out] if table.left_out else [])]
    return "\n".join([*lines, "", *about])


def as_csv(table: Table) -> str:
    """Return a report as CSV. Where something is left out, a last line of one cell says so."""
    return b"".join(csv_chunks(table.columns, table.rows, remark=table.left_out)).decode()


def as_json(table: Table) -> str:
    """Return a report as JSON. Cells are typed: days as ISO dates, shares in thousandths, money in cents."""
    return json.dumps(
        {
            "report": table.name,
            "title": title_of(table.title),
            "from": table.first_day.isoformat(),
            "to": table.last_day.isoformat(),
            "columns": [{"name": column.name, "title": column.title, "kind": column.kind} for column in table.columns],
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
            "left_out": table.left_out or None,
        },
        ensure_ascii=False,
    )


def as_xlsx(table: Table, notice: Notice = ()) -> bytes:
    """Return a report as a workbook, with its definition on the second sheet, and a notice before them if there is one."""
    return b"".join(xlsx_chunks(table.columns, table.rows, sheets_of(table, notice)))


def sheets_of(table: Table, notice: Notice = ()) -> Sheets:
    """Return the sheets of a report's workbook: the second one has its definition.

    `notice` stands on a sheet before them, where the report is given to somebody outside the clinic.
    """
    facts = (
        ("Report", title_of(table.title)),
        ("From", table.first_day.isoformat()),
        ("To", table.last_day.isoformat()),
        ("Definition", table.definition),
        ("Source", table.source),
        *(("Note", note) for note in table.notes),
        *([("Left out", table.left_out)] if table.left_out else []),
    )
    return Sheets("Report", "Definitions", facts, notice)
