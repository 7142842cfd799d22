"""Note on the audit trail that a key of what is encrypted was added, or that an older one was dropped."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def note_data_key(session: Session, *, is_dropped: bool, actor: Actor, now: datetime) -> None:
    """Note it before it is done: a line of something that did not happen is better than none of what did."""
    tag = "key:dropped" if is_dropped else "key:added"
    note_audit(session, tag, "key:data", actor=actor, now=now)
