"""What members of staff have learned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Note, Staff, TrainingRow, TrainingWithdrawal
from cm_tracker.queries.staff.staff import staff_line
from cm_tracker.queries.views import view_of

MOST = 500


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """A record of a training. One that was withdrawn stays, with the reason."""

    id: int
    person_id: int
    subject: str
    trained_on: date
    note: str | None
    recorded_at: datetime
    recorded_by: str | None
    is_withdrawn: bool
    why_withdrawn: str | None


def trainings_of(session: Session, person_id: int) -> tuple[TrainingLine, ...]:
    """Return the records of a member of staff, the newest day first. The caller checks whether the actor may see them."""
    return _lines(session, TrainingRow.person_id == person_id)


def training_of(session: Session, actor: Actor, training_id: int) -> TrainingLine:
    """Return one record of an account at the actor's sites. Raise `NotFound`."""
    lines = _lines(session, TrainingRow.id == training_id)
    if not lines:
        raise NotFound(what="training")
    staff_line(session, actor, lines[0].person_id)
    return lines[0]


def learned_by(session: Session, staff_ids: Iterable[int]) -> Mapping[int, frozenset[str]]:
    """Return the subjects on record of each of some members of staff, without records that were withdrawn."""
    rows = session.execute(
        select(TrainingRow.person_id, TrainingRow.subject)
        .outerjoin(TrainingWithdrawal, TrainingWithdrawal.training_id == TrainingRow.id)
        .where(TrainingRow.person_id.in_(list(staff_ids)), TrainingWithdrawal.id.is_(None))
        .distinct()
    )
    learned: dict[int, frozenset[str]] = {}
    for row in rows:
        learned[row.person_id] = learned.get(row.person_id, frozenset()) | {row.subject}
    return learned


def _lines(session: Session, condition: Any) -> tuple[TrainingLine, ...]:
    why = aliased(Note)
    rows: Any = session.execute(
        select(
            TrainingRow.id,
            TrainingRow.person_id,
            TrainingRow.subject,
            TrainingRow.trained_on,
            Note.text.label("note"),
            TrainingRow.recorded_at,
            Staff.display_name.label("recorded_by"),
            TrainingWithdrawal.id.is_not(None).label("is_withdrawn"),
            why.text.label("why_withdrawn"),
        )
        .outerjoin(Staff, Staff.id == TrainingRow.staff_id)
        .outerjoin(Note, Note.digest == TrainingRow.note_digest)
        .outerjoin(TrainingWithdrawal, TrainingWithdrawal.training_id == TrainingRow.id)
        .outerjoin(why, why.digest == TrainingWithdrawal.note_digest)
        .where(condition)
        .order_by(TrainingRow.trained_on.desc(), TrainingRow.id.desc())
        .limit(MOST)
    )
    return tuple(view_of(TrainingLine, row, is_withdrawn=bool(row.is_withdrawn)) for row in rows)
