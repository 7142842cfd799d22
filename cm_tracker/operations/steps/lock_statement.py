"""The statement that a program has one lead: lock it while it is used, and end it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import SecondLeadPublishes
from cm_tracker.domain.schedules.approval import CLOSED, SECOND_LEAD
from cm_tracker.domain.staff.roles import LEAD, Actor
from cm_tracker.models import LeadStatement
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.queries.schedules.statements import has_second_lead


def lock_statement(session: Session, actor: Actor) -> bytes:
    """Lock the statement that the actor is the only lead, and return the digest of its words.

    Raise `SecondLeadPublishes` where there is none, or a second lead.
    """
    digest = session.execute(
        select(LeadStatement.note_digest)
        .where(LeadStatement.staff_id == actor.staff_id, LeadStatement.ended_at.is_(None))
        .order_by(LeadStatement.id)
        .limit(1)
        .with_for_update()
    ).scalar_one_or_none()
    if digest is None or has_second_lead(session, actor):
        raise SecondLeadPublishes
    return bytes(digest)


def end_statements(
    session: Session, *, staff_id: int, roles: Collection[str], is_active: bool, actor: Actor, now: datetime
) -> None:
    """End the statements that no longer hold because an account was opened, changed or closed.

    A second active lead ends that of the first one, and a lead who is no lead any more their own.
    """
    is_lead = LEAD in roles and is_active
    about = LeadStatement.staff_id != staff_id if is_lead else LeadStatement.staff_id == staff_id
    ended = session.execute(
        update(LeadStatement)
        .where(LeadStatement.ended_at.is_(None), about)
        .values(ended_at=now, ended_by_id=actor.staff_id, end_reason=SECOND_LEAD if is_lead else CLOSED)
        .returning(LeadStatement.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    for statement_id in sorted(ended):
        keep_states(session, f"lead_statement:{statement_id}")
        note_audit(
            session,
            "statement:ended",
            f"lead_statement:{statement_id}",
            actor=actor,
            now=now,
            reason=SECOND_LEAD if is_lead else CLOSED,
        )
