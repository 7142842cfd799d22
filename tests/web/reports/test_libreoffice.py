"""Files as LibreOffice opens them: each cell has the type of its column, and nothing is a formula."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.spreadsheets import csv_chunks, xlsx_chunks
from tests import cast, office
from tests.test_spreadsheets import EACH, FORMULAS, SHEETS, column
from tests.web.conftest import Person
from tests.whole_clinic import everything

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
COLUMNS = tuple(column(kind, kind) for kind, *_ in EACH)
# How LibreOffice itself keeps the flag of a workbook: as a 1 that is shown as TRUE.
OF_FLAGS = ("of:=TRUE()", "of:=FALSE()")
# The type and the value of each cell: text, day, instant, flag, numeral, number, percent, money, minutes, tenths.
IN_XLSX = [
    ("string", "0042"), ("date", "2026-03-16"), ("date", "2026-03-16T11:00:05"), ("float", "1"), ("float", "2026"),
    ("float", "-1234"), ("percentage", "0.625"), ("float", "1234.5"), ("float", "90"), ("float", "3.5"),
]  # fmt: skip
# CSV has no types: LibreOffice reads 0042 as a number, and an instant with its zone as a text.
IN_CSV = [
    ("float", "42"), ("date", "2026-03-16"), ("string", "2026-03-16T11:00:05-04:00"), ("string", "true"), ("float", "2026"),
    ("float", "-1234"), ("float", "62.5"), ("float", "1234.5"), ("float", "90"), ("float", "3.5"),
]  # fmt: skip


def opened(folder: Path, **files: bytes) -> dict[str, list[list[tuple[str, str]]]]:
    """Open files in LibreOffice, and return the cells of their first sheets: the type and the value of each."""
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    program = office.find()
    assert program, "LibreOffice is installed by `make test`"
    subprocess.run(
        [
            program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "fods",
            "--outdir", str(folder / "opened"), *(str(folder / name.replace("_", ".")) for name in files),
        ],
        check=True, timeout=120, capture_output=True,
    )  # fmt: skip
    return {name: cells(folder / "opened" / f"{name.split('_')[0]}.fods") for name in files}


def cells(path: Path) -> list[list[tuple[str, str]]]:
    tree = ElementTree.parse(path)
    formulas = [cell.get(f"{TABLE}formula") for cell in tree.iter(f"{TABLE}table-cell")]
    assert set(formulas) <= {None, *OF_FLAGS}
    table = next(tree.iter(f"{TABLE}table"))
    rows = []
    for row in table.iter(f"{TABLE}table-row"):
        found = []
        for cell in row.iter(f"{TABLE}table-cell"):
            kind = cell.get(f"{OFFICE}value-type")
            if kind is not None:
                name = {"string": "", "date": "date-value", "boolean": "boolean-value"}.get(kind, "value")
                found.append((kind, cell.get(f"{OFFICE}{name}", "") if name else "".join(cell.itertext()).strip()))
        rows.append(found)
    return [row for row in rows if row]


def test_every_cell_has_the_type_of_its_column(tmp_path: Path) -> None:
    row = [cell for _, cell, *_ in EACH]
    found = opened(
        tmp_path,
        one_xlsx=b"".join(xlsx_chunks(COLUMNS, [row], SHEETS)),
        two_csv=b"".join(csv_chunks(COLUMNS, [row], is_marked=True)),
    )
    assert found["one_xlsx"][1] == IN_XLSX
    assert found["two_csv"][1] == IN_CSV


def test_no_text_is_run_as_a_formula(tmp_path: Path) -> None:
    rows = [(text,) for text in FORMULAS if "\r" not in text and "\n" not in text]
    columns = (column("text"),)
    found = opened(
        tmp_path,
        one_xlsx=b"".join(xlsx_chunks(columns, rows, SHEETS)),
        two_csv=b"".join(csv_chunks(columns, rows, is_marked=True)),
    )
    for name in found:
        assert [kind for row in found[name] for kind, _ in row] == ["string"] * (len(rows) + 1), name
    assert [row[0][1] for row in found["one_xlsx"][1:]] == [text.lstrip("\t") for (text,) in rows]


@pytest.mark.parametrize(
    "name", ["clients", "plans", "visits", "awards", "redemptions", "stock", "observed-sessions", "ledger"]
)
def test_a_list_of_the_program_opens_as_it_was_made(
    miriam: Person, given: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    given(everything)
    given(a_prize_that_would_run)
    files = {f"{way}list_{way}": miriam.get(f"/lists/{name}/list.{way}").data for way in ("csv", "xlsx")}
    found = opened(tmp_path, **files)
    assert len(found["csvlist_csv"]) == len(found["xlsxlist_xlsx"]) > 1


def a_prize_that_would_run(session: Session) -> None:
    """A lead calls a prize by a name that a spreadsheet would run, and a client redeems one."""
    prize_id = save_prize(
        session, name='=HYPERLINK("http://localhost","Travel mug")', name_es="", category="household", price_cents=100,
        retail_cents=100, is_active=True, actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    deliver_stock(
        session, site_id=cast.HARBOR, prize_id=prize_id, quantity=2, note="@SUM(A1)", key=cast.key(), actor=cast.miriam,
        now=cast.NOW,
    )  # fmt: skip
