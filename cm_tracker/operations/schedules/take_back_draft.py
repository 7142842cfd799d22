"""Take a draft back that waits for a second lead, so that it can be changed again."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.steps.lock_draft import lock_draft
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def take_back_draft(session: Session, *, draft_id: int, actor: Actor, now: datetime) -> None:
    """Take a draft back. Only the lead who sent it may: else raise `BadInput`. Raise as `lock_draft` does."""
    if not actor.may("schedule:edit"):
        raise NotAllowed(roles=actor.roles)
    draft = lock_draft(session, draft_id, None, waits=True)
    if draft.sent_by_id != actor.staff_id:
        raise BadInput("Only the lead who sent it can take it back. Send it back instead.")
    session.execute(
        update(ScheduleDraft)
        .where(ScheduleDraft.id == draft_id)
        .values(sent_at=None, sent_by_id=None, sent_note_digest=None)
    )
    note_audit(session, "draft:withdrawn", f"draft:{draft_id}", actor=actor, now=now)
