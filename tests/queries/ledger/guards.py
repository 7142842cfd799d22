"""Drop the triggers and keys that guard the ledger, as somebody with the rights of the database's owner could."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db


def drop_guards(session: Session, kind: str) -> None:
    """Let this session write anything: without triggers and without foreign keys."""
    if kind == "sqlite":
        for name in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            session.execute(text(f"DROP TRIGGER {name}"))
        session.commit()
        # Within a transaction the PRAGMA does nothing, so it goes to the driver.
        with db.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = OFF")
    else:
        session.execute(text("SET session_replication_role = replica"))


def put_guards_back(session: Session, kind: str) -> None:
    """Leave the session as other tests expect it. The database with the changed rows is deleted."""
    session.rollback()
    if kind == "postgresql":
        session.execute(text("SET session_replication_role = DEFAULT"))
    session.commit()
    db.session.remove()
    db.engine.dispose()
