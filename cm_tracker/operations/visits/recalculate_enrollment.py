"""Pay what the rules of this version of the program owe for an enrollment that an earlier version settled."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_visits


@one_transaction
def recalculate_enrollment(session: Session, *, enrollment_id: int, actor: Actor, now: datetime) -> int:
    """Post what an enrollment is owed without a new record. Return how many points the client got.

    Where nothing is owed, nothing is written. What an earlier version did not pay because of what the client had
    received elsewhere is paid as far as the ceilings leave room now; the rest is written down as cut.
    """
    enrollment = lock_enrollment(session, enrollment_id, "ledger:settle", actor)
    history = enrollment.history
    settlement = settle_visits(session, enrollment, [], because=f"enrollment:{enrollment_id}", actor=actor, now=now)
    points = 0
    for payment in settlement.payments:
        for key, unit, amount, _ in payment.parts:
            if unit == "points" and key.startswith("client:"):
                points += int(amount)
    if settlement.records:
        note_audit(
            session,
            "enrollment:recalculated",
            f"enrollment:{enrollment_id}",
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            points=points,
        )
        seal_records(session, settlement.records)
    return points
