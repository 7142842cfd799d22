"""The one writer of CSV and XLSX: typed cells, no formula, and little memory for a long list."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from openpyxl import load_workbook

from cm_tracker.domain.measures.tables import (
    DAY,
    FLAG,
    INSTANT,
    KINDS,
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
from cm_tracker.i18n import using_currency
from cm_tracker.spreadsheets import CODEBOOK, TYPES, Row, Sheets, codebook, csv_chunks, xlsx_chunks
from cm_tracker.tables.formulas import guarded, unguarded

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1")
# One column of each kind, a cell of it, and what CSV and a workbook make of it.
NEW_YORK = timezone(timedelta(hours=-4))
AT = datetime(2026, 3, 16, 11, 0, 5, 999, NEW_YORK)
MIDNIGHT = AT.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
EACH = (
    (TEXT, "0042", "0042", "0042", "@"),
    (DAY, date(2026, 3, 16), "2026-03-16", MIDNIGHT, "yyyy-mm-dd"),
    (INSTANT, AT, "2026-03-16T11:00:05-04:00", AT.replace(tzinfo=None, microsecond=0), "yyyy-mm-dd hh:mm:ss"),
    (FLAG, True, "true", True, "General"),
    (NUMERAL, 2026, "2026", 2026, "0"),
    (NUMBER, -1234, "-1234", -1234, "#,##0"),
    (PERCENT, 625, "62.5", 0.625, "0.0%"),
    (MONEY, 123450, "1234.50", 1234.5, "#,##0.00"),
    (MINUTES, 90, "90", 90, "#,##0"),
    (TENTHS, 35, "3.5", 3.5, "0.0"),
)
SHEETS = Sheets("List", "Codebook", (("List", "Visits"), ("Made by", "=cmd()")))


def column(name: str, kind: str = TEXT) -> Column:
    return Column(name, name.capitalize(), kind)


def workbook(columns: tuple[Column, ...], rows: Iterator[Row]) -> io.BytesIO:
    return io.BytesIO(b"".join(xlsx_chunks(columns, rows, SHEETS)))


def test_every_kind_of_column_is_tested_and_stands_in_the_codebook() -> None:
    assert [kind for kind, *_ in EACH] == list(dict.fromkeys(kind for kind, *_ in EACH))
    assert {kind for kind, *_ in EACH} == set(KINDS) == set(TYPES)


def test_each_kind_is_written_as_what_it_is() -> None:
    columns = tuple(column(kind, kind) for kind, *_ in EACH)
    row = tuple(cell for _, cell, *_ in EACH)
    empty: tuple[Cell, ...] = (None,) * len(columns)
    lines = list(csv.reader(io.StringIO(b"".join(csv_chunks(columns, [row, empty])).decode(), newline="")))
    assert lines == [[kind for kind, *_ in EACH], [plain for _, _, plain, _, _ in EACH], [""] * len(columns)]
    sheet = load_workbook(workbook(columns, iter([row, empty])))["List"]
    assert [cell.value for cell in sheet[1]] == [kind.capitalize() for kind, *_ in EACH]
    assert [(cell.value, cell.number_format) for cell in sheet[2]] == [
        (value, shown_as) for _, _, _, value, shown_as in EACH
    ]
    assert [type(cell.value) for cell in sheet[2]] == [
        str,
        datetime,
        datetime,
        bool,
        int,
        int,
        float,
        float,
        int,
        float,
    ]
    assert [cell.value for cell in sheet[3]] == [None] * len(columns)
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:J3"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_run_as_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"
    line = b"".join(csv_chunks((column("why"),), [(text,)])).decode().removeprefix("why\r\n")
    assert next(csv.reader(io.StringIO(line, newline=""))) == [f"'{text}"]
    cell = load_workbook(workbook((column("why"),), iter([(text,)])))["List"]["A2"]
    # A workbook is XML, which has no carriage return.
    assert (cell.value.replace("_x000D_", "\r").strip(), cell.data_type) == (text.strip(), "s")


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "TRUE", "1e5", "2026-03-16", "0042", "a\x00b\x0bc"])
def test_a_text_stays_a_text_in_a_workbook(text: str) -> None:
    cell = load_workbook(workbook((column("code"),), iter([(text,)])))["List"]["A2"]
    assert (cell.value, cell.data_type) == (text.replace("\x00", "").replace("\x0b", ""), "s")


@pytest.mark.parametrize("text", ["1-1", "a = b", "", "HS-101"])
def test_harmless_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("text", [*FORMULAS, "1-1", "'quoted'", "'=1", "''＋1", "'", ""])
def test_every_text_can_be_read_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_a_text_in_a_column_of_numbers_stays_text() -> None:
    sheet = load_workbook(workbook((column("n", NUMBER),), iter([("=under 5",), (7,)])))["List"]
    assert [(cell.value, cell.data_type) for (cell,) in sheet["A2:A3"]] == [("=under 5", "s"), (7, "n")]


def test_a_file_has_exactly_these_bytes() -> None:
    columns = (column("at"), column("who"), column("n", NUMBER))
    rows = [("2026-03-16", 'José "Pepe", jr.', 1), (None, None, -1)]
    content = b'at,who,n\r\n2026-03-16,"Jos\xc3\xa9 ""Pepe"", jr.",1\r\n,,-1\r\n'
    assert b"".join(csv_chunks(columns, rows)) == content
    assert b"".join(csv_chunks(columns, rows, is_marked=True)) == b"\xef\xbb\xbf" + content


def long_list(count: int) -> Iterator[Row]:
    for n in range(count):
        yield (f"{n:060d}", datetime(2026, 3, 16, tzinfo=UTC))


def test_a_long_csv_file_is_sent_in_pieces() -> None:
    """100,000 rows of 60 bytes would take 6 MB of memory if they were sent at once."""
    tracemalloc.start()
    sizes = [len(piece) for piece in csv_chunks((column("a"), column("b", INSTANT)), long_list(100_000))]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(sizes) > 50 and sum(sizes) == len("a,b\r\n") + 100_000 * (60 + 1 + 25 + 2)
    assert peak < 2_000_000


def test_a_long_workbook_needs_no_more_memory_than_a_short_one() -> None:
    peaks = []
    for count in (1_000, 10_000):
        tracemalloc.start()
        sizes = [len(chunk) for chunk in xlsx_chunks((column("a"), column("b", INSTANT)), long_list(count), SHEETS)]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert max(sizes) <= 65_536
    assert peaks[1] < peaks[0] + 500_000


def test_the_codebook_names_type_unit_meaning_and_codes() -> None:
    columns = (
        Column("outcome", "Outcome", TEXT, "What counts.", codes=(("met", "Met"), ("positive", "Positive"))),
        Column("points", "Points", NUMBER, "What it earned.", "points"),
        Column("price", "Price", MONEY),
    )
    with using_currency("GBP"):
        rows = list(codebook(columns))
    assert rows == [
        ("outcome", "Outcome", "code", "", "What counts.", "met = Met; positive = Positive"),
        ("points", "Points", "integer", "points", "What it earned.", ""),
        ("price", "Price", "decimal", "GBP", "Money in GBP", ""),
    ]
    assert [one.name for one in CODEBOOK] == ["column", "title", "type", "unit", "meaning", "codes"]


def test_the_second_sheet_has_what_is_said_of_the_list_and_its_codebook() -> None:
    about = load_workbook(workbook((column("why"),), iter([])))["Codebook"]
    rows = [[cell.value for cell in row] for row in about.iter_rows()]
    assert [row[:2] for row in rows[:2]] == [["List", "Visits"], ["Made by", "=cmd()"]]
    assert about["B2"].data_type == "s"
    assert rows[3] == ["Column", "Title", "Type", "Unit", "Meaning", "Codes"]
    assert rows[4] == ["why", "Why", "text", None, "Text", None]
