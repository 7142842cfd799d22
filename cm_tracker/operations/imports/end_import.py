"""End a run over a file with what it found."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.imports.found import ADDED, REFUSED, Found
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ImportRow
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def end_import(
    session: Session, *, import_id: int, started_at: datetime, writes: bool, found: Found, actor: Actor, now: datetime
) -> None:
    """Keep what a run found, encrypted, whoever may do what by now. A run that somebody has stopped is not ended again."""
    row = session.execute(
        select(ImportRow.site_id, ImportRow.rows_total)
        .where(ImportRow.id == import_id, ImportRow.busy == 1, ImportRow.started_at == started_at)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return
    state = "failed" if found.problem else "done" if writes else "checked"
    session.execute(
        update(ImportRow)
        .where(ImportRow.id == import_id)
        .values(state=state, busy=None, found=found.as_bytes(), ended_at=now, rows_done=row.rows_total)
    )
    if writes:
        note_audit(
            session,
            "import:ended",
            f"import:{import_id}",
            actor=actor,
            now=now,
            site_id=row.site_id,
            added=found.counts.get(ADDED, 0),
            refused=found.counts.get(REFUSED, 0),
        )
