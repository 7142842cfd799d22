"""Switch off the triggers and keys that guard the ledger, as somebody who owns the database could."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db


def drop_guards(session: Session, kind: str) -> None:
    """Let this session write anything: without triggers and without foreign keys."""
    if kind == "sqlite":
        for name in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            session.execute(text(f"DROP TRIGGER {name}"))
        session.commit()
        # The PRAGMA has no effect within a transaction, so it is sent to the driver outside of one.
        with db.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = OFF")
    else:
        session.execute(text("SET session_replication_role = replica"))


def put_guards_back(session: Session, kind: str) -> None:
    """Restore the connection for other tests. The database with the changed rows is deleted after the test."""
    session.rollback()
    if kind == "postgresql":
        session.execute(text("SET session_replication_role = DEFAULT"))
    session.commit()
    db.session.remove()
    db.engine.dispose()
