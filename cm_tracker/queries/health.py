"""What the database says about itself, for a program that watches this one."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.health import Facts
from cm_tracker.queries.ledger.verifications import newest_check


def health_facts(session: Session) -> Facts:
    """Return the facts of the database, by two statements that do not depend on its size."""
    migration = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    check = newest_check(session)
    return Facts(migration=migration or "", verification_holds=None if check is None else not check.is_open)
