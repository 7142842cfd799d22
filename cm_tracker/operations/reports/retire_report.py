"""A lead removes a saved report. It stays in the database, and opens no more."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import SavedReport
from cm_tracker.operations.steps.lock_saved import lock_saved
from cm_tracker.operations.steps.note_audit import keep_states, note_audit


@one_transaction
def retire_report(session: Session, *, saved_id: int, actor: Actor, now: datetime) -> str:
    """Retire a saved report and return its name. Raise `NotFound` for one of other sites, or one that is retired."""
    if not actor.may("report:save"):
        raise NotAllowed(roles=actor.roles)
    saved = lock_saved(session, saved_id, actor)
    session.execute(update(SavedReport).where(SavedReport.id == saved_id).values(retired_at=now))
    keep_states(session, f"saved_report:{saved_id}")
    note_audit(
        session,
        "report:removed",
        f"saved_report:{saved_id}",
        actor=actor,
        now=now,
        site_id=saved.sites[0].id if len(saved.sites) == 1 else None,
        report=saved.report,
    )
    return saved.name
