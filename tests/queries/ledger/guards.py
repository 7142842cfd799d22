"""The database's guards out of the way, as somebody with its owner's rights could put them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db


def drop_guards(session: Session, kind: str) -> None:
    """No trigger and no foreign key holds anything back on this session any more."""
    if kind == "sqlite":
        for name in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            session.execute(text(f"DROP TRIGGER {name}"))
        session.commit()
        # Within a transaction it does nothing, so the driver is asked.
        with db.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = OFF")
    else:
        session.execute(text("SET session_replication_role = replica"))


def put_guards_back(session: Session, kind: str) -> None:
    """Let the session go as it was found; what it tampered with is forgotten with its database."""
    session.rollback()
    if kind == "postgresql":
        session.execute(text("SET session_replication_role = DEFAULT"))
    session.commit()
    db.session.remove()
    db.engine.dispose()
