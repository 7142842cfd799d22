"""A list as a CSV file: formulas are made harmless, and a long list is sent in pieces."""

import tracemalloc
from collections.abc import Iterator

import pytest
from cm_tracker.web.csv_download import csv_download, guarded
from flask import Flask

from cm_tracker.i18n import init_app, money


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ("1-1", "1-1"),
        ("a = b", "a = b"),
        ("", ""),
        (-10, -10),
        (None, None),
    ],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_numbers_do_not(
    cell: object, expected: object
) -> None:
    assert guarded(cell) == expected


def test_amounts_are_written_in_the_currency_of_the_request_that_has_ended() -> None:
    """The rows are made while the file is sent."""
    app = Flask("of pounds")
    init_app(app, lambda: "GBP")
    rows = ((money(cents), cents) for cents in (500, 250))
    with app.test_request_context():
        answer = csv_download("list", ["Worth", "cents"], rows)
    assert answer.get_data().decode("utf-8-sig") == "Worth,cents\r\n£5.00,500\r\n£2.50,250\r\n"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_file_has_exactly_these_bytes(app: Flask) -> None:
    with app.test_request_context():
        answer = csv_download("list", ["When (UTC)", "Who"], [("2026-03-16", 'José "Pepe", jr.'), (None, -1)])
        assert answer.get_data() == (b'\xef\xbb\xbfWhen (UTC),Who\r\n2026-03-16,"Jos\xc3\xa9 ""Pepe"", jr."\r\n,-1\r\n')


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_long_file_is_sent_in_pieces(app: Flask) -> None:
    """100,000 rows of 60 bytes would take 6 MB of memory if they were sent at once."""

    def rows() -> Iterator[tuple[str, ...]]:
        for n in range(100_000):
            yield (f"{n:060d}",)

    with app.test_request_context():
        answer = csv_download("list", ["Number"], rows())
        tracemalloc.start()
        sizes = [len(piece) for piece in answer.iter_encoded()]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert len(sizes) > 50 and sum(sizes) == 3 + len("Number\r\n") + 100_000 * 62
    assert peak < 2_000_000
