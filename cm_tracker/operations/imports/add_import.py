"""Take a file that somebody wants to import."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.imports.reading import MOST_FILE_NAME, Reading, check_kind
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ImportRow, ScheduleRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.imports import import_line


@one_transaction
def add_import(
    session: Session,
    *,
    site_id: int,
    kind: str,
    schedule_id: int,
    name: str,
    content: bytes,
    reading: Reading,
    follows_id: int | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep a file, encrypted, and return its id. Nothing of it is imported yet.

    `follows_id` is the file whose refused rows these are. Raise `BadInput` for a kind or a schedule that there is not.
    """
    lock_site(session, site_id, "import:run", actor)
    check_kind(kind)
    if session.execute(select(ScheduleRow.id).where(ScheduleRow.id == schedule_id)).one_or_none() is None:
        raise BadInput("Choose a schedule from the list.", "schedule_id")
    if follows_id is not None:
        import_line(session, actor, follows_id)

    def write() -> int:
        import_id = session.execute(
            insert(ImportRow)
            .values(
                site_id=site_id,
                kind=kind,
                schedule_id=schedule_id,
                name=name[-MOST_FILE_NAME:],
                content=content,
                how=reading.as_text(),
                state="new",
                rows_total=0,
                rows_done=0,
                follows_id=follows_id,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(ImportRow.id)
        ).scalar_one()
        note_audit(session, "import:added", f"import:{import_id}", actor=actor, now=now, site_id=site_id, file=kind)
        return import_id

    return run_once(
        session, key, "add_import", [site_id, kind, schedule_id, sha256(content).hexdigest()], actor, now, write
    )
