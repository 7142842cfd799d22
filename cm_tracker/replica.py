"""A second database server that only reads: `READ_DATABASE_URL`, a copy that follows the first one.

Reports and lists as files read it, so that a long one does not slow down those who record visits. Nothing that decides
about a write does: what is read there may be late. A verification does not either, because checkpoints are signed of the
first server, and what is whole in one server may be damaged in another. Whoever reads it cannot write, because its
transactions are read only. Where it cannot be read, the first server is read instead, and so it is where it is no copy of
it: such as the database of before a restore, in which a number is not late but wrong.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.db import db, end_reading
from cm_tracker.queries.audit.behind import first_after, has_line, newest_line

BIND = "reading"
LATE = timedelta(minutes=1)

_log = logging.getLogger(__name__)


def reading_engine() -> Engine:
    """Return the engine for what only reads: that of the second server, or of the first where that is away or not set."""
    engine = db.engines.get(BIND)
    if engine is None:
        return db.engine
    engine = engine.execution_options(postgresql_readonly=True)
    try:
        with Session(engine) as copy:
            newest = newest_line(copy)
    except DBAPIError as error:
        _log.warning("%s: READ_DATABASE_URL cannot be read, the first server is read", type(error.orig).__name__)
        return db.engine
    with Session(db.engine) as session:
        if newest is None or has_line(session, newest):
            return engine
    _log.error("READ_DATABASE_URL names another database, not a copy of this one. The first server is read")
    return db.engine


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session for what only reads. Without a second server it is the one of the request."""
    if BIND not in db.engines:
        yield db.session()
        return
    with Session(reading_engine()) as session:
        yield session
        end_reading(session)


def late_since(now: datetime) -> datetime | None:
    """Return since when the second server lacks something, where that is longer than a minute ago, else None."""
    if BIND not in db.engines:
        return None
    with reading() as session:
        known = newest_line(session)
    missing = first_after(db.session(), known.number if known else 0)
    return missing if missing is not None and now - missing > LATE else None
