"""Take a client's visits or tests over from another program's file: all that can be taken, then pay once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BeforeEnrollment, InTheFuture, OutsideSchedule, Refused, WeekFull
from cm_tracker.domain.schedules.engine import program_week
from cm_tracker.domain.schedules.outcomes import EXCUSED, PENDING, UNEXCUSED
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import ANSWERED
from cm_tracker.domain.visits.evidence import Absence, AwaitedTest, NewVisit, Presence, Test, outcome_of
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.importing import Candidate, Reject
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_visits
from cm_tracker.operations.steps.write_visit import write_visit

REASONS: dict[type[Refused], str] = {
    WeekFull: "program week is full",
    OutsideSchedule: "outside the schedule's weeks",
    BeforeEnrollment: "before the enrollment",
    InTheFuture: "in the future",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a client's rows: how many were added or were there, and the rejects by line."""

    added: int
    already: int
    points: int
    rejects: tuple[tuple[int, Reject], ...]


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
    """Record what is new of the candidates (one track, by day), and settle once.

    A test answers the visit of its day that waits for it. A row that says what is there already
    adds nothing; one that says something else is rejected, like one whose program week has no
    place left, or whose day lies outside the enrollment.
    """
    enrollment = lock_enrollment(session, enrollment_id, "visit:record", actor)
    history = enrollment.history
    track = history.schedule.track(behavior)
    assert track is not None
    week = _Weeks(history, track)
    records: list[Record] = []
    written: list[CurrentVisit] = []
    rejects: list[tuple[int, Reject]] = []
    already = 0
    for candidate in candidates:
        try:
            corrects = week.place(candidate)
            if corrects is _ALREADY:
                already += 1
                continue
            new = propose_visit(
                history,
                NewVisit(behavior, candidate.day, candidate.evidence),
                actor=actor,
                now=now,
                replaces=corrects if isinstance(corrects, CurrentVisit) else None,
                correction=ANSWERED if isinstance(corrects, CurrentVisit) else None,
            )
            record = write_visit(session, history, new, note_digest=None, actor=actor, now=now)
            records.append(record)
            written.append(replace(new, id=new.id or record.id, newest_id=record.id))
            week.take(candidate, corrects)
        except Reject as reject:
            rejects.append((candidate.line, reject))
        except Refused as error:
            rejects.append((candidate.line, Reject(REASONS.get(type(error), "not possible"), str(error))))
    points = 0
    if records:
        _, payments = settle_visits(
            session,
            enrollment,
            written,
            because=records[-1].address,
            actor=actor,
            now=now,
        )
        points = sum(
            amount
            for payment in payments
            for key, unit, amount, _ in payment.parts
            if unit == "points" and key.startswith("client:")
        )
        note_audit(
            session,
            "visits:imported",
            f"enrollment:{enrollment_id}",
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            visits=len(records),
            points=points,
        )
        seal_records(session, [*records, *payments])
    return Imported(len(records), already, points, tuple(rejects))


_ALREADY = object()


class _Weeks:
    """Which days and program weeks of an enrollment are taken, as the rows come in."""

    def __init__(self, enrollment: EnrollmentHistory, track: Track) -> None:
        self.starts_on = enrollment.starts_on
        self.track = track
        self.last_week = enrollment.schedule.last_week
        self.by_day: dict[date, CurrentVisit] = {}
        self.in_week: dict[int, int] = {}
        self.seen: set[date] = set()
        standing = {visit.happened_on for visit in enrollment.visits if visit.behavior == track.behavior}
        self.taken_away = {v.happened_on for v in enrollment.voided if v.behavior == track.behavior} - standing
        for visit in enrollment.visits:
            if visit.behavior == track.behavior:
                self.by_day[visit.happened_on] = visit
                self._count(visit.happened_on)

    def _count(self, day: date) -> None:
        week = program_week(self.starts_on, day)
        self.in_week[week] = self.in_week.get(week, 0) + 1

    def place(self, candidate: Candidate) -> object:
        """None for a new visit, the waiting visit that it answers, or `_ALREADY`."""
        if candidate.day in self.seen:
            raise Reject("two rows for one day", f"Another row of this file stands for {candidate.day} already.")
        if candidate.day in self.taken_away:
            raise Reject("taken away by hand", f"The visit of {candidate.day} was recorded and taken away again.")
        there = self.by_day.get(candidate.day)
        if there is not None:
            answer = self._beside(there, candidate)
            self.seen.add(candidate.day)
            return answer
        week = program_week(self.starts_on, candidate.day)
        phase = self.track.phase_in(week)
        if phase is not None and self.in_week.get(week, 0) >= phase.visits_per_week:
            raise WeekFull(week=week, allowed=phase.visits_per_week)
        return None

    def _beside(self, there: CurrentVisit, candidate: Candidate) -> object:
        evidence = candidate.evidence
        came = there.outcome not in (EXCUSED, UNEXCUSED)
        same = False
        match evidence:
            case AwaitedTest() | Presence():
                same = came
            case Absence():
                same = not came and there.outcome == outcome_of(self.track, evidence)
            case Test():
                if there.outcome == PENDING and not there.results:
                    return there
                same = dict(there.results) == dict(evidence.results) and there.temperature == evidence.temperature
        if same:
            return _ALREADY
        raise Reject("something else stands for that day", f"{candidate.day} is recorded already, as something else.")

    def take(self, candidate: Candidate, corrects: object) -> None:
        """The candidate was recorded."""
        self.seen.add(candidate.day)
        if corrects is None:
            self._count(candidate.day)
