"""What it costs a page that somebody's look at it is written down: a client's page with and without, in one run.

One process on SQLite with 500 clients, and the real thread that writes. Turns with and without follow one another, and
the median of their ratios counts, because the speed of a machine changes from one minute to the next. It prints a table
and exits with 1 when the bound is missed.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import func, select

from bench.day import fill, sign_in
from cm_tracker import create_app
from cm_tracker.db import db, make_database
from cm_tracker.models import ViewingRow
from cm_tracker.web import viewings

TURNS, PAGES = 9, 40
MOST_SLOWER = 1.10
PATHS = {"a client's page": "/clients/60", "the client list": "/clients"}


@contextmanager
def without_viewings(app: Flask) -> Iterator[None]:
    """Leave out the step of every request that notes who looked."""
    steps = app.after_request_funcs[None]
    at = steps.index(viewings._note)
    del steps[at]
    try:
        yield
    finally:
        steps.insert(at, viewings._note)


def turn(browser: FlaskClient, path: str) -> float:
    """Return the milliseconds of a page, over many of them, with whatever the thread does meanwhile."""
    began = perf_counter()
    for _ in range(PAGES):
        assert browser.get(path).status_code == 200
    return (perf_counter() - began) * 1000 / PAGES


def compared(app: Flask, browser: FlaskClient, path: str) -> tuple[float, float, float]:
    """Return the median milliseconds with and without, and the median of the turns' ratios."""
    turn(browser, path)
    pairs = []
    for number in range(TURNS):
        # In turn each is the first: a machine that slows down favors neither.
        if number % 2:
            with without_viewings(app):
                bare = turn(browser, path)
            pairs.append((turn(browser, path), bare))
        else:
            noted = turn(browser, path)
            with without_viewings(app):
                pairs.append((noted, turn(browser, path)))
    with_log, without = (statistics.median(column) for column in zip(*pairs, strict=True))
    return with_log, without, statistics.median(noted / bare for noted, bare in pairs)


def main() -> int:
    """Print the pages with and without. Return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {
                "SECRET_KEY": "bench",
                "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.db'}",
                "HASH_MEMORY_KIB": 64,
                "HASH_PASSES": 1,
                "INSTANCE_PATH": folder,
            }
        )
        with app.app_context():
            make_database(db.engine)
            upgrade()
            fill(app)
        browser = sign_in(app)
        found = {name: compared(app, browser, path) for name, path in PATHS.items()}
        assert viewings.view_log(app).flush()
        with app.app_context():
            lines = db.session().execute(select(func.count()).select_from(ViewingRow)).scalar_one()
            assert lines >= len(PATHS) * TURNS * PAGES, lines
            db.session.remove()
    for name, (noted, bare, ratio) in found.items():
        print(f"{name:16} {noted:6.2f} ms, without {bare:6.2f} ms: {ratio:.3f} times, at most {MOST_SLOWER:.2f}")
    print(f"{lines:,} lines were written meanwhile")
    return 0 if all(ratio <= MOST_SLOWER for _, _, ratio in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
