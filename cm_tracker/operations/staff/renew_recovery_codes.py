"""A member of staff gets new recovery codes."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.begin_factor import write_recovery_codes
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.staff.factors import factors_of


@one_transaction
def renew_recovery_codes(session: Session, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Return new recovery codes; the ones of before count no more. Raise `NotFound` for somebody without a second factor."""
    if actor.staff_id is None or not factors_of(session, actor.staff_id).has_any:
        raise NotFound(what="second factor")
    note_audit(session, "staff:recovery-codes-renewed", f"staff:{actor.staff_id}", actor=actor, now=now)
    return write_recovery_codes(session, staff_id=actor.staff_id, now=now)
