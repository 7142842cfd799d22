"""Remove a file that was imported, or is not imported after all."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import ImportNotReady
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ImportRow
from cm_tracker.operations.steps.lock_import import lock_import
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.imports import is_over


@one_transaction
def remove_import(session: Session, *, import_id: int, actor: Actor, now: datetime) -> None:
    """Remove a file and what was found in it. What was imported from it stays.

    Raise `ImportNotReady` while it runs. A run that went silent is over.
    """
    row = lock_import(session, import_id, actor)
    if row.busy and not is_over(row.beat_at, now):
        raise ImportNotReady
    session.execute(
        update(ImportRow)
        .where(ImportRow.id == import_id)
        .values(content=None, found=None, state="removed", name="–", busy=None)
    )
    note_audit(session, "import:removed", f"import:{import_id}", actor=actor, now=now, site_id=row.site_id)
