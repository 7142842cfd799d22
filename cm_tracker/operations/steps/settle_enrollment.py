"""Pay what an enrollment is owed: replay its visits, compare with the ledger, post the difference.

The same rule serves an award, a late entry, a corrected result, a void and a laboratory's answer;
run again it posts nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import AGAIN
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.settling import PaidByRecord, entries_owed
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.operations.steps.post_transaction import post_transaction


class Settlement(NamedTuple):
    """The replay with the new records, and the transactions that were posted: the caller seals them."""

    replay: Replay
    payments: list[Record]


def settle_enrollment(
    session: Session,
    enrollment: LockedEnrollment,
    new: CurrentVisit,
    record: Record,
    *,
    actor: Actor,
    now: datetime,
    note_digest: bytes | None = None,
    takes_back: PaidByRecord | None = None,
) -> Settlement:
    """Post what is owed after one record of a visit was written.

    `enrollment` is as it was locked, before the record; `new` is the visit that was written as `record`.
    """
    current = replace(new, id=new.id or record.id, newest_id=record.id)
    return settle_visits(
        session,
        enrollment,
        [current],
        because=record.address,
        actor=actor,
        now=now,
        note_digest=note_digest,
        takes_back=takes_back,
    )


def settle_visits(
    session: Session,
    enrollment: LockedEnrollment,
    written: Sequence[CurrentVisit],
    *,
    because: str,
    actor: Actor,
    now: datetime,
    note_digest: bytes | None = None,
    takes_back: PaidByRecord | None = None,
) -> Settlement:
    """Post what is owed after several records were written, with their ids. One transaction for each unit."""
    history = enrollment.history.with_visits(written)
    replay = history.replay()
    first_pay = {visit.id for visit in written if visit.correction in (None, AGAIN)}
    payments = [
        post_transaction(
            session,
            "award" if all(entry.visit_id in first_pay for entry in entries) else "correction",
            entries,
            site_id=history.site_id,
            client_id=history.client_id,
            actor=actor,
            now=now,
            note_digest=note_digest,
            because=because,
        )
        for entries in entries_owed(history, replay, enrollment.ledger_state, takes_back=takes_back).values()
    ]
    return Settlement(replay, payments)
