"""Retire a schedule, so that it takes no new enrollment, or bring it back."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, NotFound, ReasonMissing
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleRow, ScheduleVersion
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.save_note import save_note


@one_transaction
def retire_schedule(
    session: Session, *, schedule_id: int, is_retired: bool, reason: str, actor: Actor, now: datetime
) -> bool:
    """Retire a schedule with all its versions, or bring it back (`is_retired` False). Return whether this changed it.

    Running enrollments go on. The reason is kept in the audit trail. Raise `ReasonMissing` without one.
    """
    if not actor.may("schedule:publish"):
        raise NotAllowed(roles=actor.roles)
    schedule = session.execute(
        select(ScheduleRow.retired_at).where(ScheduleRow.id == schedule_id).with_for_update(key_share=True)
    ).one_or_none()
    if schedule is None:
        raise NotFound(what="schedule")
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if (schedule.retired_at is not None) == is_retired:
        return False
    session.execute(
        update(ScheduleRow).where(ScheduleRow.id == schedule_id).values(retired_at=now if is_retired else None)
    )
    newest_id = session.execute(
        select(func.max(ScheduleVersion.id)).where(ScheduleVersion.schedule_id == schedule_id)
    ).scalar_one()
    tag = "schedule:retired" if is_retired else "schedule:reopened"
    keep_states(session, f"schedule:{schedule_id}")
    note_audit(
        session,
        tag,
        f"schedule_version:{newest_id}",
        actor=actor,
        now=now,
        note_digest=save_note(session, reason),
    )
    return True
