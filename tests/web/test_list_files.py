"""Files are made after the request has ended, with what it knew."""

import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from cm_tracker.domain.measures.tables import MONEY, TEXT, Column
from cm_tracker.i18n import init_app, money
from cm_tracker.spreadsheets import Sheets
from cm_tracker.web.list_files import csv_file, xlsx_file

COLUMNS = (Column("worth", "Worth", TEXT), Column("price", "Price", MONEY))


@pytest.fixture
def of_pounds() -> Flask:
    app = Flask("of pounds")
    init_app(app, lambda: "GBP")
    return app


def test_amounts_of_a_csv_file_are_in_the_currency_of_the_request(of_pounds: Flask) -> None:
    rows = ((money(cents), cents) for cents in (500, 250))
    with of_pounds.test_request_context():
        answer = csv_file("list", COLUMNS, rows)
    assert answer.get_data().decode("utf-8-sig") == "worth,price\r\n£5.00,5.00\r\n£2.50,2.50\r\n"


def test_amounts_and_the_codebook_of_a_workbook_are_in_the_currency_of_the_request(of_pounds: Flask) -> None:
    rows = ((money(cents), cents) for cents in (500, 250))
    with of_pounds.test_request_context():
        answer = xlsx_file("list", COLUMNS, rows, Sheets("List", "Codebook", ()))
    book = load_workbook(io.BytesIO(answer.get_data()))
    assert [[cell.value for cell in row] for row in book["List"]] == [["Worth", "Price"], ["£5.00", 5], ["£2.50", 2.5]]
    assert [cell.value for cell in book["Codebook"]["D"]][-1] == "GBP"
