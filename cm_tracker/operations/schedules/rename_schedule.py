"""Call a schedule by another name. What was approved, and what was paid by it, stays as it is."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NameTaken, NotAllowed, NotFound, ReasonMissing
from cm_tracker.domain.schedules.changed_preset import MOST_NAME
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleRow
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.schedules.documents import schedule_called


@one_transaction
def rename_schedule(session: Session, *, schedule_id: int, name: str, reason: str, actor: Actor, now: datetime) -> bool:
    """Give a schedule and the versions that it has another name. Return whether this changed it.

    Each version's document keeps the name under which it was approved, and no other schedule may take that. The reason,
    with both names, is kept in the audit trail. Raise `ReasonMissing` without one, `NameTaken` where another schedule has
    or had the name, and `BadInput` for an empty name or one that is too long.
    """
    if not actor.may("schedule:publish"):
        raise NotAllowed(roles=actor.roles)
    schedule = session.execute(
        select(ScheduleRow.name, ScheduleRow.renamed_to)
        .where(ScheduleRow.id == schedule_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    if schedule is None:
        raise NotFound(what="schedule")
    name = " ".join(name.split())
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise BadInput("Give the schedule a name of at most %(most)s letters.", "name", most=MOST_NAME)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    before = schedule.renamed_to or schedule.name
    if name == before:
        return False
    if schedule_called(session, name) not in (None, schedule_id):
        raise NameTaken(name=name, field="name")
    session.execute(update(ScheduleRow).where(ScheduleRow.id == schedule_id).values(renamed_to=name, renamed_at=now))
    keep_states(session, f"schedule:{schedule_id}")
    note_audit(
        session,
        "schedule:renamed",
        f"schedule:{schedule_id}",
        actor=actor,
        now=now,
        note_digest=save_note(session, f"“{before}” is now called “{name}”: {reason.strip()}"),
    )
    return True
