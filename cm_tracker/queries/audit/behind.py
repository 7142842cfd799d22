"""How far a copy of the database is behind: every operation notes a line of the audit trail, and these are numbered."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import AuditEvent, AuditHead


def newest_number(session: Session) -> int:
    """Return the number of the newest line; 0 where there is none."""
    return session.execute(select(AuditHead.last_id)).scalar_one_or_none() or 0


def first_after(session: Session, number: int) -> datetime | None:
    """Return when the first line after that number was written, or None where there is none."""
    return session.execute(
        select(AuditEvent.at).where(AuditEvent.id > number).order_by(AuditEvent.id).limit(1)
    ).scalar_one_or_none()
