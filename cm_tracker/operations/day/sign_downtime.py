"""A second person signs what was typed from a paper sheet: they compared it with the paper."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotFound, TypedByYou
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import DowntimeLine
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import keep_states, note_audit


@one_transaction
def sign_downtime(
    session: Session, *, site_id: int, on_day: date, line_ids: Collection[int], actor: Actor, now: datetime
) -> int:
    """Sign lines of the sheet of a day. Return how many were signed; those that are signed already stay as they are.

    Raise `TypedByYou` for the person who typed one of them, `BadInput` for no line, `NotFound` for a line of another site
    or day, and `NotAllowed`. Then none is signed.
    """
    lock_site(session, site_id, "visit:record", actor)
    if not line_ids:
        raise BadInput("Choose at least one line to sign.")
    rows = session.execute(
        select(DowntimeLine.id, DowntimeLine.staff_id, DowntimeLine.signed_at).where(
            DowntimeLine.id.in_(line_ids), DowntimeLine.site_id == site_id, DowntimeLine.on_day == on_day
        )
    ).all()
    if len(rows) < len(set(line_ids)) or actor.staff_id is None:
        raise NotFound(what="visit")
    open_ids = sorted(row.id for row in rows if row.signed_at is None)
    own = sum(row.staff_id == actor.staff_id for row in rows if row.signed_at is None)
    if own:
        raise TypedByYou(count=own)
    for line_id in open_ids:
        session.execute(
            update(DowntimeLine)
            .where(DowntimeLine.id == line_id)
            .values(signed_at=now, signed_by_id=actor.staff_id)
            .execution_options(synchronize_session=False)
        )
        keep_states(session, f"downtime_line:{line_id}")
    if open_ids:
        note_audit(
            session,
            "downtime:signed",
            f"site:{site_id}",
            actor=actor,
            now=now,
            site_id=site_id,
            on_day=on_day.isoformat(),
            lines=len(open_ids),
        )
    return len(open_ids)
