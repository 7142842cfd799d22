"""Write a closure of a site, and note it in the audit trail."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ClosureRow
from cm_tracker.operations.steps.note_audit import note_audit


def write_closure(
    session: Session,
    *,
    site_id: int,
    first_day: date,
    last_day: date,
    name: str,
    make_up_on: date | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Write a closure that was checked, and return its id."""
    closure_id = session.execute(
        insert(ClosureRow)
        .values(
            site_id=site_id,
            first_day=first_day,
            last_day=last_day,
            name=name.strip(),
            make_up_on=make_up_on,
            recorded_at=now,
            staff_id=actor.staff_id,
        )
        .returning(ClosureRow.id)
    ).scalar_one()
    note_audit(
        session,
        "closure:added",
        f"closure:{closure_id}",
        actor=actor,
        now=now,
        site_id=site_id,
        first_day=first_day.isoformat(),
        last_day=last_day.isoformat(),
    )
    return closure_id
