"""Set what a point is worth, before the program begins."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed, PointValueFixed
from cm_tracker.domain.schedules.point_value import MOST_CENTS
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import EntryRow, Program, ScheduleVersion
from cm_tracker.operations.steps.note_audit import keep_states, note_audit


@one_transaction
def set_point_value(session: Session, *, point_value_cents: int, actor: Actor, now: datetime) -> None:
    """Set what a point is worth, in cents. Set again to the same value, it changes nothing.

    Raise `PointValueFixed` once a schedule is published or a point was issued, and `BadInput`.
    """
    if not actor.may("point-value:set"):
        raise NotAllowed(roles=actor.roles)
    if not 1 <= point_value_cents <= MOST_CENTS:
        raise BadInput("A point is worth 1 to %(most)s cents.", most=MOST_CENTS)
    current = session.execute(select(Program.point_value_cents).with_for_update()).scalar_one()
    if current == point_value_cents:
        return
    has_begun = or_(select(ScheduleVersion.id).exists(), select(EntryRow.id).where(EntryRow.unit == "points").exists())
    if session.execute(select(has_begun)).scalar_one():
        raise PointValueFixed
    session.execute(update(Program).values(point_value_cents=point_value_cents))
    keep_states(session, "program:1")
    note_audit(
        session, "program:point-value-set", "program:1", actor=actor, now=now, point_value_cents=point_value_cents
    )
