"""Pay what an enrollment is owed: replay its visits, compare with the ledger, post the difference.

The same rule serves an award, a late entry, a corrected result, a void and a laboratory's answer;
run again it posts nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import AGAIN
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.post_transaction import post_transaction
from cm_tracker.queries.clients.enrollments import CurrentVisit, LedgerState, LoadedEnrollment
from cm_tracker.queries.visits.corrections import PaidByRecord, owed_entries


def settle_enrollment(
    session: Session,
    enrollment: LoadedEnrollment,
    ledger_state: LedgerState,
    new: CurrentVisit,
    record: Record,
    *,
    actor: Actor,
    now: datetime,
    note_digest: bytes | None = None,
    undoes: PaidByRecord | None = None,
) -> tuple[Replay, list[Record]]:
    """Post what is owed after a visit's record was written, one transaction a unit.

    `enrollment` and `ledger_state` are as they were before, held by the caller (`lock_enrollment`); `new` is the
    record that was written as `record`. The replay with it and the records that come back are for the
    caller to seal.
    """
    current = replace(new, id=new.id or record.id, newest_id=record.id)
    return settle_visits(
        session,
        enrollment.with_visit(current),
        ledger_state,
        [current],
        because=record.address,
        actor=actor,
        now=now,
        note_digest=note_digest,
        undoes=undoes,
    )


def settle_visits(
    session: Session,
    enrollment: LoadedEnrollment,
    ledger_state: LedgerState,
    written: Sequence[CurrentVisit],
    *,
    because: str,
    actor: Actor,
    now: datetime,
    note_digest: bytes | None = None,
    undoes: PaidByRecord | None = None,
) -> tuple[Replay, list[Record]]:
    """The same for an enrollment that has its new records in it already."""
    replay = enrollment.replay()
    first_pay = {visit.id for visit in written if visit.correction in (None, AGAIN)}
    records = [
        post_transaction(
            session,
            "award" if all(entry.visit_id in first_pay for entry in entries) else "correction",
            entries,
            site_id=enrollment.site_id,
            client_id=enrollment.client_id,
            actor=actor,
            now=now,
            note_digest=note_digest,
            because=because,
        )
        for entries in owed_entries(enrollment, replay, ledger_state, undoes=undoes).values()
    ]
    return replay, records
