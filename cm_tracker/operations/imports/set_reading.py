"""Choose how a file is read: its columns and what its words mean, perhaps kept under a name for the next file."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import ImportNotReady
from cm_tracker.domain.imports.reading import Reading, layout_name
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ImportLayout, ImportRow
from cm_tracker.operations.steps.lock_import import lock_import
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def set_reading(
    session: Session, *, import_id: int, reading: Reading, keep_as: str = "", actor: Actor, now: datetime
) -> None:
    """Set how a file is read. It has to be checked again before it can be run. `keep_as` names the layout, if it is kept.

    Raise `ImportNotReady` for a file that runs or has run.
    """
    row = lock_import(session, import_id, actor)
    if row.busy or row.state in ("done", "removed"):
        raise ImportNotReady
    session.execute(
        update(ImportRow).where(ImportRow.id == import_id).values(how=reading.as_text(), state="new", found=None)
    )
    note_audit(session, "import:set", f"import:{import_id}", actor=actor, now=now, site_id=row.site_id)
    if not (name := layout_name(keep_as)):
        return
    same = (ImportLayout.site_id == row.site_id, ImportLayout.kind == row.kind, ImportLayout.name == name)
    values = {"how": reading.as_text(), "recorded_at": now, "staff_id": actor.staff_id}
    known = session.execute(select(ImportLayout.id).where(*same).with_for_update()).scalar_one_or_none()
    if known is not None:
        session.execute(update(ImportLayout).where(ImportLayout.id == known).values(**values))
    else:
        session.execute(insert(ImportLayout).values(site_id=row.site_id, kind=row.kind, name=name, **values))
