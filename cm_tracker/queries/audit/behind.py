"""How far a copy of the database is behind: every operation notes a line of the audit trail, and these form a chain."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import AuditEvent, AuditHead


class NewestLine(NamedTuple):
    """The number of the newest line of an audit trail, and its hash, which covers every line before it."""

    number: int
    hash: bytes


def newest_line(session: Session) -> NewestLine | None:
    """Return the newest line, or None where there is none."""
    row = session.execute(select(AuditHead.last_id, AuditHead.hash)).one_or_none()
    return NewestLine(number=row.last_id, hash=row.hash) if row is not None and row.last_id else None


def has_line(session: Session, line: NewestLine) -> bool:
    """Return whether the audit trail has this very line, and so all that led to it."""
    known = session.execute(select(AuditEvent.hash).where(AuditEvent.id == line.number)).scalar_one_or_none()
    return known == line.hash


def first_after(session: Session, number: int) -> datetime | None:
    """Return when the first line after that number was written, or None where there is none."""
    return session.execute(
        select(AuditEvent.at).where(AuditEvent.id > number).order_by(AuditEvent.id).limit(1)
    ).scalar_one_or_none()
