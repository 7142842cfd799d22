"""Delete a draft of a schedule. Nobody was ever paid by a draft, so nothing of it has to be kept."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.steps.lock_draft import lock_draft
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def discard_draft(session: Session, *, draft_id: int, shown: str, actor: Actor, now: datetime) -> None:
    """Delete a draft.

    `shown` is the fingerprint of the document that the page showed. Raise `ChangedMeanwhile` where another document
    was saved since.
    """
    if not actor.may("schedule:edit"):
        raise NotAllowed(roles=actor.roles)
    lock_draft(session, draft_id, shown)
    session.execute(delete(ScheduleDraft).where(ScheduleDraft.id == draft_id))
    note_audit(session, "draft:discarded", f"draft:{draft_id}", actor=actor, now=now)
