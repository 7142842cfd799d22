"""Throw a draft away; nobody was ever paid by it."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.roles import Actor
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.note_audit import note_audit


@one_transaction
def discard_draft(session: Session, *, draft_id: int, actor: Actor, now: datetime) -> None:
    """Delete a draft by id."""
    if not actor.may("schedule:edit"):
        raise NotAllowed(role=actor.role)
    gone = session.execute(delete(ScheduleDraft).where(ScheduleDraft.id == draft_id).returning(ScheduleDraft.id))
    if gone.first() is None:
        raise NotFound(what="draft")
    note_audit(session, "draft:discarded", f"draft:{draft_id}", actor=actor, now=now)
