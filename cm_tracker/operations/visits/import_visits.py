"""Import a client's visits or tests from another program's file, then pay once for all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BeforeEnrollment, InTheFuture, OutsideSchedule, Refused, WeekFull
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import ANSWERED
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.import_days import AlreadyRecorded, AnswersWaiting, ImportDays
from cm_tracker.domain.visits.importing import Candidate, Reason, Reject, RowRefused
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_visits
from cm_tracker.operations.steps.write_visit import write_visit

REASONS: Mapping[type[Refused], Reason] = {
    WeekFull: Reason.WEEK_FULL,
    OutsideSchedule: Reason.OUTSIDE_SCHEDULE,
    BeforeEnrollment: Reason.BEFORE_ENROLLMENT,
    InTheFuture: Reason.IN_FUTURE,
}


@dataclass(frozen=True, slots=True)
class Imported:
    """The result for a client's rows: how many were added, how many were already recorded, and the rejects.

    `points` and `draws` are what the client was paid.
    """

    added: int
    already: int
    points: int
    draws: int
    rejects: tuple[Reject, ...]


@one_transaction
def import_visits(
    session: Session,
    *,
    enrollment_id: int,
    behavior: str,
    candidates: Sequence[Candidate],
    actor: Actor,
    now: datetime,
) -> Imported:
    """Record the candidates that are new (of one track, in the order of their days), and settle once.

    A test is the answer for a visit of its day that waits for one. A row that repeats a recorded visit adds nothing. A
    row that contradicts it is rejected, and so is a row whose program week is full or whose day is outside the
    enrollment.
    """
    enrollment = lock_enrollment(session, enrollment_id, "visit:record", actor)
    history = enrollment.history
    track = history.schedule.track(behavior)
    assert track is not None
    days = ImportDays(history, track)
    records: list[Record] = []
    written: list[CurrentVisit] = []
    rejects: list[Reject] = []
    already = 0
    for candidate in candidates:
        try:
            placement = days.place(candidate)
            if isinstance(placement, AlreadyRecorded):
                already += 1
                continue
            waiting = placement.visit if isinstance(placement, AnswersWaiting) else None
            new = propose_visit(
                history,
                NewVisit(behavior, candidate.day, candidate.evidence),
                actor=actor,
                now=now,
                replaces=waiting,
                correction=ANSWERED if waiting else None,
            )
        except RowRefused as refused:
            rejects.append(refused.reject(candidate.line))
            continue
        except Refused as error:
            rejects.append(Reject(candidate.line, REASONS.get(type(error), Reason.NOT_POSSIBLE), str(error)))
            continue
        saved_with_id = records[0].id if records else None
        record = write_visit(session, history, new, note_digest=None, actor=actor, now=now, saved_with_id=saved_with_id)
        records.append(record)
        written.append(replace(new, id=new.id or record.id, newest_id=record.id, saved_with_id=saved_with_id))
        if waiting is None:
            days.add(candidate.day)
    paid: Counter[str] = Counter()
    if records:
        settlement = settle_visits(
            session,
            enrollment,
            written,
            because=records[0].address,
            actor=actor,
            now=now,
        )
        for payment in settlement.payments:
            for key, unit, amount, _ in payment.parts:
                if key.startswith("client:"):
                    paid[unit] += amount
        note_audit(
            session,
            "visits:imported",
            f"enrollment:{enrollment_id}",
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            visits=len(records),
            points=paid["points"],
        )
        seal_records(session, [*records, *settlement.records])
    return Imported(len(records), already, paid["points"], paid["draws"], tuple(rejects))
