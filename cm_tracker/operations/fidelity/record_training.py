"""A lead records what a member of staff has learned, and on which day."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.fidelity.training import SUBJECTS, check_training
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import TrainingRow
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.staff.sites import zone_of_list
from cm_tracker.queries.staff.staff import staff_line


@one_transaction
def record_training(
    session: Session,
    *,
    person_id: int,
    subjects: Collection[str],
    trained_on: date,
    note: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Record a training of one or several subjects. Return the id of the last record.

    Raise `NotFound` for an account of other sites, and `BadInput` without a subject or for a day to come.
    """
    if not actor.may("training:record"):
        raise NotAllowed(roles=actor.roles)
    staff_line(session, actor, person_id)

    def write() -> int:
        check_training(subjects, trained_on, day_at(now, zone_of_list(session, actor)))
        digest, training_id = save_note(session, note), 0
        chosen = [subject for subject in SUBJECTS if subject in subjects]
        for subject in chosen:
            training_id = session.execute(
                insert(TrainingRow)
                .values(
                    person_id=person_id, subject=subject, trained_on=trained_on, note_digest=digest, recorded_at=now,
                    staff_id=actor.staff_id,
                )
                .returning(TrainingRow.id)
            ).scalar_one()  # fmt: skip
        note_audit(
            session, "training:recorded", f"staff:{person_id}", actor=actor, now=now, note_digest=digest,
            subjects=" ".join(chosen), trained_on=trained_on.isoformat(),
        )  # fmt: skip
        return training_id

    content = [person_id, sorted(subjects), trained_on.isoformat(), note]
    return run_once(session, key, "record_training", content, actor, now, write)
