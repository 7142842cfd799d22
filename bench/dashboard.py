"""The lead's first page in a large program: 2,000 clients with 100,000 visits and their plans, on both databases.

What is measured is the time that the program and its database take for the whole of the page's numbers, and for a
caseload, without a network. Each figure is the median of several runs. It prints a table and exits with 1 when a bound is
missed: `python -m bench.dashboard`.
"""

import statistics
import sys
from datetime import timedelta

from sqlalchemy import event, insert

from bench.reports import ACTOR, CLIENTS, MOST_MS, RUNS, WEEKS, fill, on_both, timed
from cm_tracker import clock, create_app
from cm_tracker.db import db, table
from cm_tracker.models import ClientCounselor
from cm_tracker.queries.reports.caseload import caseload
from cm_tracker.queries.reports.dashboard import dashboard
from tests import cast
from tests.conftest import Databases

OF_ONE_COUNSELOR = 60
LISTED = 5


def measure(databases: Databases, kind: str) -> list[float]:
    """Print the time of the page and of a caseload on a database. Return the times."""
    # The bulk writer sets sequences, as only the owner of the tables may.
    app = create_app(databases.settings(kind, databases.copy(kind, with_cast=True), as_owner=True))
    found = []
    with app.app_context():
        visits = fill(db.session())
        # So many weeks ago about half of the clients were in the program, and nobody had finished it lately.
        now = clock.now() - timedelta(weeks=WEEKS)
        # The ids of the clients that the bench adds follow those of the cast.
        rows = [
            {"client_id": number, "site_id": cast.HARBOR, "counselor_id": cast.ROSA, "staff_id": None,
             "from_on": clock.day_at(now, "America/New_York") - timedelta(days=7), "recorded_at": now}
            for number in range(3 + CLIENTS - OF_ONE_COUNSELOR, 3 + CLIENTS)
        ]  # fmt: skip
        db.session.execute(insert(table(ClientCounselor)), rows)
        db.session.commit()
        print(f"{kind}: {CLIENTS:,} clients, {visits:,} visits")
        if kind == "postgresql":
            db.session.execute(db.text("ANALYZE"))
            db.session.commit()
        sent: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
        pages = {
            "the lead's first page": lambda: dashboard(db.session(), ACTOR, None, now, LISTED),
            f"a caseload of {OF_ONE_COUNSELOR}": lambda: caseload(db.session(), ACTOR, cast.ROSA, now),
        }
        for name, run in pages.items():
            milliseconds = statistics.median(timed(run))
            print(f"  {name:40} {milliseconds:7.0f} ms   {len(sent) // RUNS:3} statements   at most {MOST_MS} ms")
            sent.clear()
            found.append(milliseconds)
        db.session.remove()
        db.engine.dispose()
    return found


if __name__ == "__main__":
    sys.exit(on_both(measure))
