"""An admin has looked at the findings of a verification, and lets the program write records again."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import LedgerCheck
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.save_note import save_note


@one_transaction
def release_ledger(session: Session, *, check_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """Release a check and every earlier one that is open. Return how many were released.

    The findings stay readable. The next verification that has them again stops the program from writing again.
    """
    if not actor.may("ledger:release"):
        raise NotAllowed(roles=actor.roles)
    if len(reason.strip()) < 10:
        raise BadInput("Say what you looked at and what you found.", "reason")
    ids = list(
        session.execute(
            select(LedgerCheck.id).where(
                LedgerCheck.id <= check_id, LedgerCheck.findings > 0, LedgerCheck.released_at.is_(None)
            )
        ).scalars()
    )
    if check_id not in ids:
        raise NotFound(what="open check")
    digest = save_note(session, reason)
    session.execute(
        update(LedgerCheck)
        .where(LedgerCheck.id.in_(ids))
        .values(released_at=now, released_by_id=actor.staff_id, note_digest=digest)
        .execution_options(synchronize_session=False)
    )
    keep_states(session, *(f"ledger_check:{released}" for released in ids))
    note_audit(
        session,
        "ledger:released",
        f"ledger_check:{check_id}",
        actor=actor,
        now=now,
        note_digest=digest,
        checks=len(ids),
    )
    return len(ids)
