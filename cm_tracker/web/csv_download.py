"""A list as a CSV file: the same lines as on the page, for a spreadsheet. `docs/recipes/list-with-csv.md` says how.

The file is sent while it is read, a batch at a time, so its length costs neither memory nor a long transaction.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from flask import Response, current_app

from cm_tracker import clock
from cm_tracker.db import db, end_reading
from cm_tracker.queries.paging import Page

T = TypeVar("T")

# A spreadsheet holds more, but nobody reads more; a longer list is downloaded in parts.
MOST_LINES = 50_000
TOO_MANY = f"More than {MOST_LINES:,} lines fit. Choose fewer days, and download one part after the other."
# A spreadsheet takes what begins so for a formula, and runs it. The wide ones count in some languages.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SENT_AT_ONCE = 64 * 1024


def csv_download(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return the rows as a file `name`.csv to be saved. A cell is text, a whole number, or None for nothing."""
    answer = Response(_pieces(columns, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def lines_of_list(read: Callable[[int | None], Page[T]]) -> Iterator[T]:
    """Return every line of a list. `read` returns the page below a cursor, in batches of `queries.paging.BATCH`.

    The lines are read while the file is sent, when the request is over: each batch in a context and a transaction
    of its own. So somebody who downloads slowly, or goes away in the middle, holds nothing up.
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
    """Return an instant as a cell: ISO 8601 in a time zone, to the second."""
    return at.astimezone(clock.zone(time_zone)).isoformat(timespec="seconds")


def guarded(cell: object) -> object:
    """Return a cell that no spreadsheet runs: text that would begin a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_BEGINS_A_FORMULA) else cell


def _pieces(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the file in pieces: UTF-8 with the mark by which Excel knows it, lines that end as RFC 4180 says."""
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
        if text.tell() > _SENT_AT_ONCE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
