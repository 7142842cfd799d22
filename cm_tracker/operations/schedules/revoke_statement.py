"""Revoke the statement that a program has one lead."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.schedules.approval import REVOKED
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import LeadStatement
from cm_tracker.operations.steps.note_audit import keep_states, note_audit


@one_transaction
def revoke_statement(session: Session, *, actor: Actor, now: datetime) -> bool:
    """Revoke every statement that the program has one lead. Return whether there was one."""
    if not actor.may("schedule:publish"):
        raise NotAllowed(roles=actor.roles)
    ended = session.execute(
        update(LeadStatement)
        .where(LeadStatement.ended_at.is_(None))
        .values(ended_at=now, ended_by_id=actor.staff_id, end_reason=REVOKED)
        .returning(LeadStatement.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    ids = sorted(ended)
    for statement_id in ids:
        keep_states(session, f"lead_statement:{statement_id}")
        note_audit(session, "statement:revoked", f"lead_statement:{statement_id}", actor=actor, now=now, reason=REVOKED)
    return bool(ids)
