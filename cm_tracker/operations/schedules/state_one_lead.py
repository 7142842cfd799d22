"""A lead states once, in writing, that the program has one lead. While it holds, that lead publishes alone."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, SecondLeadIsThere
from cm_tracker.domain.schedules.approval import check_statement
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import LeadStatement
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.schedules.statements import has_second_lead


@one_transaction
def state_one_lead(session: Session, *, words: str, actor: Actor, now: datetime) -> int:
    """Save the statement of the only lead and return its id. Stated again while it holds, it stays as it is.

    Raise `SecondLeadIsThere` where another lead has an active account, and `BadInput` for too few words.
    """
    if not actor.may("schedule:publish") or actor.staff_id is None:
        raise NotAllowed(roles=actor.roles)
    if has_second_lead(session, actor):
        raise SecondLeadIsThere
    check_statement(words)
    holds = session.execute(
        select(LeadStatement.id).where(LeadStatement.staff_id == actor.staff_id, LeadStatement.ended_at.is_(None))
    ).scalar()
    if holds is not None:
        return int(holds)
    digest = save_note(session, words)
    statement_id: int = session.execute(
        insert(LeadStatement)
        .values(staff_id=actor.staff_id, note_digest=digest, stated_at=now)
        .returning(LeadStatement.id)
    ).scalar_one()
    keep_states(session, f"lead_statement:{statement_id}")
    note_audit(session, "statement:signed", f"lead_statement:{statement_id}", actor=actor, now=now, note_digest=digest)
    return statement_id
