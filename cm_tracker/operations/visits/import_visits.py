"""Import a client's visits or tests from another program's file, then pay once for all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import (
    BeforeEnrollment,
    InTheFuture,
    MostWerePaid,
    NothingMissed,
    OutsideSchedule,
    Refused,
    WeekNotOver,
)
from cm_tracker.domain.phrases import in_phrases, phrase
from cm_tracker.domain.schedules.outcomes import PENDING
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import ANSWERED, CORRECTED, VOIDED
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.import_days import (
    AlreadyRecorded,
    AnswersWaiting,
    ImportDays,
    Overrules,
    Placement,
    answer,
)
from cm_tracker.domain.visits.importing import UNDATED, Candidate, Overruling, Reason, Reject, RowRefused
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_visits
from cm_tracker.operations.steps.write_visit import write_visit
from cm_tracker.queries.visits.importing import undated_absences

REASONS: Mapping[type[Refused], Reason] = {
    NothingMissed: Reason.NOTHING_MISSED,
    MostWerePaid: Reason.NOTHING_MISSED,
    OutsideSchedule: Reason.OUTSIDE_SCHEDULE,
    BeforeEnrollment: Reason.BEFORE_ENROLLMENT,
    InTheFuture: Reason.IN_FUTURE,
    WeekNotOver: Reason.IN_FUTURE,
}


CAME_THAT_WEEK = "A dated row of an import shows that the client came in this week."


@dataclass(frozen=True, slots=True)
class Imported:
    """The result for a client's rows: the outcome of each that was added, by line, and the rejects.

    All others were already recorded. `overrulings` are the rows that took the place of an imported absence; they are
    among the added ones. `waiting` is by how many there are more visits than before without any result of their test.
    `points` and `draws` are what the client was paid.
    """

    added: Mapping[int, str]
    already: frozenset[int]
    points: int
    draws: int
    rejects: tuple[Reject, ...]
    overrulings: tuple[Overruling, ...]
    waiting: int


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
    row that contradicts it is rejected, and so is a row whose day is outside the enrollment. Absences without a date
    come last: they are rejected in a week that has a visit, and give way to a visit that is imported later.
    """
    enrollment = lock_enrollment(session, enrollment_id, "visit:record", actor)
    days = ImportDays(enrollment.history, behavior, undated_absences(session, enrollment_id))
    batch = _Batch(session, enrollment.history, actor, now)
    rejects: list[Reject] = []
    overrulings: list[Overruling] = []
    added: dict[int, str] = {}
    already: set[int] = set()
    waiting = 0
    for candidate in sorted(candidates, key=lambda candidate: candidate.is_planned):
        try:
            placement = days.place(candidate)
            if isinstance(placement, AlreadyRecorded):
                already.add(candidate.line)
                continue
            new = _proposed(batch.history, behavior, candidate, placement, actor=actor, now=now)
        except RowRefused as refused:
            rejects.append(refused.reject(candidate.line))
            continue
        except Refused as error:
            reason = REASONS.get(type(error), Reason.NOT_POSSIBLE)
            rejects.append(Reject(candidate.line, reason, in_phrases(error)))
            continue
        if isinstance(placement, Overrules):
            says = phrase(
                "This row takes the place of the absence that was imported for %(day)s.", day=str(candidate.day)
            )
            overrulings.append(Overruling(candidate.line, says))
        for absence in days.gives_way(candidate):
            days.take_away(absence)
            batch.write(replace(absence, correction=VOIDED, recorded_at=now, staff_id=actor.staff_id), CAME_THAT_WEEK)
            says = phrase(
                "The absence without a date that was imported for %(day)s no longer counts.",
                day=str(absence.happened_on),
            )
            overrulings.append(Overruling(candidate.line, says))
        waiting += _has_no_result_yet(new)
        if isinstance(placement, AnswersWaiting):
            waiting -= _has_no_result_yet(placement.visit)
        days.add(batch.write(new, UNDATED if candidate.is_planned else None), is_planned=candidate.is_planned)
        added[candidate.line] = new.outcome
    records = batch.records
    written = batch.written
    history = enrollment.history
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
    return Imported(
        added, frozenset(already), paid["points"], paid["draws"], tuple(rejects), tuple(overrulings), waiting
    )


class _Batch:
    """The records that were written so far, and the enrollment as it is with them."""

    def __init__(self, session: Session, history: EnrollmentHistory, actor: Actor, now: datetime) -> None:
        self._session = session
        self._actor = actor
        self._now = now
        self.history = history
        self.records: list[Record] = []
        self.written: list[CurrentVisit] = []

    def write(self, visit: CurrentVisit, note: str | None) -> CurrentVisit:
        """Write a record and return the visit with its ids."""
        saved_with_id = self.records[0].id if self.records else None
        record = write_visit(
            self._session,
            self.history,
            visit,
            note_digest=save_note(self._session, note),
            actor=self._actor,
            now=self._now,
            saved_with_id=saved_with_id,
        )
        recorded = replace(visit, id=visit.id or record.id, newest_id=record.id, saved_with_id=saved_with_id)
        self.records.append(record)
        self.written.append(recorded)
        self.history = self.history.with_visits([recorded])
        return recorded


def _has_no_result_yet(visit: CurrentVisit) -> bool:
    return visit.outcome == PENDING and not visit.results


def _proposed(
    history: EnrollmentHistory,
    behavior: str,
    candidate: Candidate,
    placement: Placement,
    *,
    actor: Actor,
    now: datetime,
) -> CurrentVisit:
    """Return the visit that a row becomes. Raise what `propose_visit` raises."""
    visit = NewVisit(behavior, candidate.day, candidate.evidence)
    replaces: CurrentVisit | None = None
    correction: str | None = None
    match placement:
        case AnswersWaiting(waiting):
            visit, replaces, correction = answer(waiting, candidate), waiting, ANSWERED
        case Overrules(absence):
            replaces, correction = absence, CORRECTED
    return propose_visit(history, visit, actor=actor, now=now, replaces=replaces, correction=correction)
