"""What a member of staff noted last on a day, as long as it can be undone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.states import LATER, MISSING, NOT_COMING
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import SlotNote
from cm_tracker.queries.day.board import Board
from cm_tracker.queries.day.lines import SlotLine


@dataclass(frozen=True, slots=True)
class LastNote:
    """What the actor noted last on a day, as long as it can be undone: the slot and the end of that time."""

    line: SlotLine
    noted_at: datetime
    until: datetime


def last_note(session: Session, actor: Actor, shown: Board, now: datetime) -> LastNote | None:
    """Return what the actor noted last at the site of a board on its day, or None where nothing can be undone.

    A slot that the board's filter leaves out can be undone, too.
    """
    minutes = timedelta(minutes=shown.site.settings.undo_minutes)
    row = session.execute(
        select(SlotNote.id, SlotNote.enrollment_id, SlotNote.service_id, SlotNote.recorded_at)
        .where(
            SlotNote.site_id == shown.site.id,
            SlotNote.on_day == shown.day,
            SlotNote.staff_id == actor.staff_id,
            SlotNote.recorded_at > now - minutes,
        )
        .order_by(SlotNote.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    line = shown.line_of((row.enrollment_id, row.service_id))
    if line is None or line.note is None or line.note.id != row.id:
        return None
    if line.state in (LATER, MISSING) and line.note.status != NOT_COMING:
        return None
    return LastNote(line, row.recorded_at, row.recorded_at + minutes)
