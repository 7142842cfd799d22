"""Stop a run over a file."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import ImportNotReady
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ImportRow
from cm_tracker.operations.steps.lock_import import lock_import
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def stop_import(session: Session, *, import_id: int, actor: Actor, now: datetime) -> None:
    """Stop a run. What it has written stays, and another run goes on from there. Raise `ImportNotReady` without one."""
    row = lock_import(session, import_id, actor)
    if not row.busy:
        raise ImportNotReady
    writes = row.state == "running"
    session.execute(
        update(ImportRow)
        .where(ImportRow.id == import_id)
        .values(busy=None, state="stopped" if writes else "new", ended_at=now)
    )
    if writes:
        note_audit(session, "import:stopped", f"import:{import_id}", actor=actor, now=now, site_id=row.site_id)
