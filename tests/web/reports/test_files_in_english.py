"""Files are in English for everybody: who works in Spanish gets the same files as who works in English."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from cm_tracker.exports.registry import EXPORTS
from cm_tracker.queries.reports.definitions import REPORTS
from tests.web.conftest import Person
from tests.web.reports.test_named_lines import PAGE, lines
from tests.web.test_in_spanish import in_spanish
from tests.whole_clinic import everything

Given = Callable[..., Any]
DAYS = "since=2026-01-01&until=2026-12-31"
# These two say what somebody did or looked at, also that they took the file.
GROWING = ("audit", "viewings")


def lines_of(answer: TestResponse) -> list[str]:
    """The lines of every sheet of a workbook, or those of a text."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    content = answer.get_data()
    if answer.mimetype == "text/csv":
        return content.decode("utf-8-sig").splitlines()
    book = load_workbook(io.BytesIO(content))
    return [repr([cell.value for cell in row]) for sheet in book for row in sheet]


def in_both(miriam: Person, given: Given, *addresses: str) -> list[tuple[list[str], list[str]]]:
    """What the files say for somebody who works in English, and what they say once she works in Spanish."""
    in_english = [lines_of(miriam.get(address)) for address in addresses]
    given(in_spanish)
    assert 'lang="es"' in miriam.get("/lists").get_data(as_text=True)
    return list(zip(in_english, [lines_of(miriam.get(address)) for address in addresses], strict=True))


@pytest.mark.parametrize("name", EXPORTS)
def test_a_list(miriam: Person, given: Given, name: str) -> None:
    given(everything)
    files = [f"/lists/{name}/{file}" for file in (f"list.csv?{DAYS}", f"list.xlsx?{DAYS}", "codebook.csv")]
    for english, spanish in in_both(miriam, given, *files):
        assert english
        assert set(english) <= set(spanish) if name in GROWING else english == spanish


@pytest.mark.parametrize("name", REPORTS)
def test_a_report(miriam: Person, given: Given, name: str) -> None:
    given(everything)
    files = [f"/reports/{name}/report.{kind}" for kind in ("csv", "xlsx")]
    for english, spanish in in_both(miriam, given, *files):
        assert english and english == spanish


def test_a_saved_report_and_its_lines_with_names(miriam: Person, given: Given) -> None:
    given(lines)

    def with_names() -> list[str]:
        fields = {
            "basis": "consent",
            "consented": "County Health",
            "recipient": "",
            "purpose": "Payment",
            "is_read": "y",
        }
        return lines_of(miriam.send(PAGE, **fields))

    before = with_names()
    for english, spanish in in_both(miriam, given, *(f"/reports/saved/1/report.{kind}" for kind in ("csv", "xlsx"))):
        assert english == spanish
    assert with_names() == before
