"""Note how far a run over a file is."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ImportRow


@one_transaction
def note_progress(
    session: Session, *, import_id: int, started_at: datetime, done: int, total: int, actor: Actor, now: datetime
) -> bool:
    """Note how many rows are done. Return whether the run may go on: nobody has stopped it or taken it for over."""
    result = session.execute(
        update(ImportRow)
        .where(ImportRow.id == import_id, ImportRow.busy == 1, ImportRow.started_at == started_at)
        .values(rows_done=done, rows_total=total, beat_at=now)
        .returning(ImportRow.id)
    )
    return result.one_or_none() is not None
