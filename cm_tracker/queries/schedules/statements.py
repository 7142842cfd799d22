"""The statement of a program that has one lead, who publishes alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import LEAD, Actor
from cm_tracker.models import LeadStatement, Note, Staff
from cm_tracker.queries.staff.staff import has_role
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A lead's statement: its words, who made it and when, and when and why it ended."""

    id: int
    staff_id: int
    staff_name: str
    words: str | None
    stated_at: datetime
    ended_at: datetime | None
    end_reason: str | None


def has_second_lead(session: Session, actor: Actor) -> bool:
    """Return whether another lead has an active account, at whatever site: schedules belong to the whole program."""
    return bool(
        session.execute(
            select(Staff.id).where(has_role(LEAD), Staff.is_active, Staff.id != actor.staff_id).limit(1)
        ).first()
    )


def second_leads(session: Session, actor: Actor) -> tuple[str, ...]:
    """Return the names of the other active leads, at most 20."""
    rows = session.execute(
        select(Staff.display_name)
        .where(has_role(LEAD), Staff.is_active, Staff.id != actor.staff_id)
        .order_by(Staff.display_name)
        .limit(20)
    )
    return tuple(rows.scalars())


def statement_that_holds(session: Session, actor: Actor) -> StatementLine | None:
    """Return the actor's statement that they are the only lead, if it holds."""
    line = next((one for one in statements(session) if one.staff_id == actor.staff_id and one.ended_at is None), None)
    return None if line is None or has_second_lead(session, actor) else line


def statements(session: Session) -> tuple[StatementLine, ...]:
    """Return the newest statements, at most 20."""
    rows: Any = session.execute(
        select(
            LeadStatement.id,
            LeadStatement.staff_id,
            Staff.display_name.label("staff_name"),
            Note.text.label("words"),
            LeadStatement.stated_at,
            LeadStatement.ended_at,
            LeadStatement.end_reason,
        )
        .join(Staff, Staff.id == LeadStatement.staff_id)
        .outerjoin(Note, Note.digest == LeadStatement.note_digest)
        .order_by(LeadStatement.id.desc())
        .limit(20)
    )
    return tuple(view_of(StatementLine, row) for row in rows)
