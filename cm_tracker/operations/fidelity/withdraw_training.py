"""A lead says that a record of a training does not hold."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.errors.fidelity import AlreadyWithdrawn
from cm_tracker.domain.fidelity.training import check_why
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import TrainingWithdrawal
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.fidelity.training import training_of


@one_transaction
def withdraw_training(session: Session, *, training_id: int, why: str, key: str, actor: Actor, now: datetime) -> int:
    """Withdraw a record, which stays with its reason. Return the id of the withdrawal.

    Raise `NotFound` for an account of other sites, `AlreadyWithdrawn`, and `BadInput` without a reason.
    """
    if not actor.may("training:record"):
        raise NotAllowed(roles=actor.roles)
    line = training_of(session, actor, training_id)

    def write() -> int:
        if line.is_withdrawn:
            raise AlreadyWithdrawn
        check_why(why)
        digest = save_note(session, why)
        withdrawal_id = session.execute(
            insert(TrainingWithdrawal)
            .values(training_id=training_id, note_digest=digest, recorded_at=now, staff_id=actor.staff_id)
            .returning(TrainingWithdrawal.id)
        ).scalar_one()
        note_audit(
            session, "training:withdrawn", f"staff:{line.person_id}", actor=actor, now=now, note_digest=digest,
            subjects=line.subject, trained_on=line.trained_on.isoformat(),
        )  # fmt: skip
        return int(withdrawal_id)

    return run_once(session, key, "withdraw_training", [training_id, why], actor, now, write)
