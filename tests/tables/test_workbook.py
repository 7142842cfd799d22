"""Workbooks as clinics keep them: days, leading zeros, titles, several sheets; and files that are no workbooks."""

import zipfile
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from cm_tracker.tables.reading import FileTable, How, read_table
from cm_tracker.tables.rejects import RejectedRow, rejects_of
from cm_tracker.tables.sources import BadFile

REQUIRED = ("code", "day")
PLAIN = How()


def book(*rows: tuple[Any, ...], formats: dict[str, str] | None = None, more: tuple[str, ...] = ()) -> bytes:
    """Return a workbook with these rows in its first sheet."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
        for cell in sheet[sheet.max_row] if row else ():
            if isinstance(cell.value, str):
                cell.data_type = "s"  # also where it begins like a formula
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    for name in more:
        made.create_sheet(name).append(("code", "day"))
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def read(raw: bytes, how: How = PLAIN) -> FileTable:
    return read_table("a.xlsx", raw, REQUIRED, (), how)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (date(2026, 3, 2), "m/d/yy", "2026-03-02"),
        (datetime.fromisoformat("2026-03-02"), "yyyy-mm-dd", "2026-03-02"),
        (datetime.fromisoformat("2026-03-02T09:30"), "m/d/yy h:mm", "2026-03-02 09:30"),
        (time(9, 5), "h:mm", "09:05"),
        (timedelta(hours=7, minutes=30), "[h]:mm", "7:30"),
        (7, "0000", "0007"),
        (7, "General", "7"),
        (7.0, "General", "7"),
        (7.5, "0.0", "7.5"),
        ("007", "@", "007"),
        (True, "General", "yes"),
        (None, "General", ""),
    ],
)
def test_a_value_is_read_as_it_stands_in_its_cell(value: object, number_format: str, text: str) -> None:
    table = read(book(("code", "day"), ("A", value), formats={"B2": number_format}))
    assert table.rows[0].values == {"code": "A", "day": text}


def test_titles_empty_rows_and_short_rows_are_read_with_the_lines_of_the_sheet() -> None:
    table = read(book(("Roster",), (), ("Code", "Day", "More"), ("A", 1), (), ("B", 2, "x"), ("C", 3, "y", "z")))
    assert [(row.line, row.values.get("code"), row.problem) for row in table.rows] == [
        (4, "A", None),
        (6, "B", None),
        (7, None, "The row has 4 values; there are 3 columns."),
    ]


def test_a_sheet_is_chosen_by_its_name() -> None:
    raw = book(("other",), ("x",), more=("March",))
    with pytest.raises(BadFile, match=r"a\.xlsx: there is no row below the first line"):
        read(raw, How(sheet="March"))
    with pytest.raises(BadFile, match=r"there is no sheet 'May'. It has: Sheet, March"):
        read(raw, How(sheet="May"))
    assert read(book(("code", "day"), ("A", 1), more=("March",))).notes == ("Of 2 sheets, “Sheet” was read.",)


def test_rejects_of_a_workbook_are_a_text_that_a_spreadsheet_opens() -> None:
    table = read(book(("code", "day"), ("=A", 1), ("B", 2)))
    content = rejects_of(table, [RejectedRow(2, "odd", "Odd.")])
    assert content.decode() == "\ufeffline,reason,says,code,day\r\n2,odd,Odd.,'=A,1\r\n"


def bomb() -> bytes:
    """Return a small archive that unpacks to 201 MB."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 201_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"PK\x03\x04 and no more", "this is not a workbook that can be read"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "this workbook is of an old Excel, or has a password"),
        (book(("code", "day"), ("A", 1))[:-200], "this is not a workbook that can be read"),
        (book(), "the file is empty"),
    ],
    ids=["no archive", "old", "cut", "empty"],
)
def test_what_is_no_workbook_is_refused_with_one_sentence(raw: bytes, says: str) -> None:
    with pytest.raises(BadFile, match=says):
        read(raw)


def test_a_workbook_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(BadFile, match=r"the workbook is too large"):
        read(bomb())
