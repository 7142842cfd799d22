"""A list as a CSV file with the same lines as the page. How to add one: `docs/recipes/list-with-csv.md`.

The file is sent batch by batch while it is read, so a long list needs little memory and no long transaction.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from flask import Response, current_app

from cm_tracker import clock
from cm_tracker.db import db, end_reading
from cm_tracker.i18n import currency, using_currency
from cm_tracker.queries.paging import Page

T = TypeVar("T")

# A longer list is downloaded in parts. (A spreadsheet can hold more, but nobody reads more.)
MOST_LINES = 50_000
TOO_MANY = f"More than {MOST_LINES:,} lines match. Choose fewer days, and download one part after the other."
# A spreadsheet runs text that begins with one of these as a formula; some languages also use the full-width signs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CHUNK_CHARACTERS = 64 * 1024


def csv_download(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return the rows as a download named `name`.csv. A cell is text, a whole number, or None for an empty cell."""
    response = Response(_chunks(columns, rows, currency()), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def lines_of_list(read: Callable[[int | None], Page[T]]) -> Iterator[T]:
    """Return every line of a list. `read` returns the page below a cursor, in batches of `queries.paging.BATCH`.

    The lines are read while the file is sent, after the request has ended. Each batch has its own app context and
    transaction, so a download that is slow or broken off holds no transaction open.
    """
    # The generator runs later and needs the application itself, not the proxy of this request.
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def lines() -> Iterator[T]:
        before = None
        while True:
            with app.app_context():
                page = read(before)
                end_reading(db.session())
            yield from page.lines
            if page.older is None:
                return
            before = page.older

    return lines()


def instant(at: datetime, time_zone: str) -> str:
    """Return an instant as the text of a cell: ISO 8601 in a time zone, to the second."""
    return at.astimezone(clock.zone(time_zone)).isoformat(timespec="seconds")


def guarded(cell: object) -> object:
    """Return a cell that no spreadsheet runs: text that would start a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _chunks(columns: Sequence[str], rows: Iterable[Sequence[object]], code: str) -> Iterator[bytes]:
    """Yield the file in chunks: UTF-8 with the byte order mark that Excel needs, and line ends as in RFC 4180.

    The request has ended when the rows are read, so their amounts are written in the currency with this code.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(columns)
    reader = iter(rows)
    while True:
        with using_currency(code):
            row = next(reader, None)
        if row is None:
            break
        writer.writerow([guarded(cell) for cell in row])
        if text.tell() > _CHUNK_CHARACTERS:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
