"""Lock a file that somebody imports."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ImportRow


def lock_import(session: Session, import_id: int, actor: Actor) -> ImportRow:
    """Lock a file until the commit and return its row. Raise `NotFound` and `NotAllowed`."""
    row = session.execute(
        select(ImportRow).where(ImportRow.id == import_id).with_for_update(key_share=True)
    ).scalar_one_or_none()
    if row is None or not actor.reaches(row.site_id):
        raise NotFound(what="import file")
    if not actor.may("import:run", row.site_id):
        raise NotAllowed(roles=actor.roles)
    return row
