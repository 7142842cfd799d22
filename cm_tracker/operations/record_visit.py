"""A visit becomes points: record the evidence, replay the enrollment, pay the difference."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction, table
from cm_tracker.domain.engine import program_week
from cm_tracker.domain.errors import (
    BadInput,
    BeforeEnrollment,
    InTheFuture,
    OutsideSchedule,
    SameSpecimen,
    SameVisit,
)
from cm_tracker.domain.evidence import Absence, Evidence, Test, outcome_of
from cm_tracker.domain.roles import Actor
from cm_tracker.models import Visit, VisitResult
from cm_tracker.operations.add_record import Record, add_record
from cm_tracker.operations.answer_once import answer_once
from cm_tracker.operations.keep_note import keep_note
from cm_tracker.operations.lock_client import lock_client_of
from cm_tracker.operations.note_audit import note_audit
from cm_tracker.operations.seal_records import seal_records
from cm_tracker.operations.settle_enrollment import settle_enrollment
from cm_tracker.queries.enrollments import LoadedEnrollment, load_enrollment

# A clock on the wall and a server's clock are never the same.
CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class NewVisit:
    """What staff entered: the day, the evidence, and for a test the cup and its times."""

    behavior: str
    happened_on: date
    evidence: Evidence
    specimen_id: str | None = None
    collected_at: datetime | None = None
    read_at: datetime | None = None
    note: str | None = None


@one_transaction
def record_visit(
    session: Session, *, enrollment_id: int, visit: NewVisit, key: str, actor: Actor, now: datetime
) -> int:
    """Record a visit once, and pay what it earns. Answers the visit's id.

    Refuses the same visit or specimen twice (the error names the first), a day before the
    enrollment, after the schedule or in the future, and evidence that does not fit the track.
    """
    client = lock_client_of(session, enrollment_id, "visit:record", actor)

    def act() -> int:
        enrollment = load_enrollment(session, enrollment_id)
        record = add_visit(session, enrollment, visit, actor=actor, now=now)
        _, replay, payments = settle_enrollment(session, enrollment_id, actor=actor, now=now)
        result = next(result for result in replay.results if result.ref == record.id)
        note_audit(
            session,
            "visit:recorded",
            record.address,
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
            paid=result.paid,
            unit=result.unit,
        )
        seal_records(session, [record, *payments])
        return record.id

    return answer_once(session, key, "record_visit", [enrollment_id, _content(visit)], actor, now, act)


def _content(visit: NewVisit) -> list[object]:
    return [
        visit.behavior,
        visit.happened_on.isoformat(),
        repr(visit.evidence),
        visit.specimen_id,
        str(visit.collected_at),
        str(visit.read_at),
        visit.note,
    ]


def add_visit(
    session: Session,
    enrollment: LoadedEnrollment,
    visit: NewVisit,
    *,
    actor: Actor,
    now: datetime,
    corrects_id: int | None = None,
    day_place: int | None = None,
) -> Record:
    """Check a visit and write its row and results, unsealed and unpaid."""
    track = enrollment.schedule.track(visit.behavior)
    if track is None:
        raise BadInput(f'The schedule has no "{visit.behavior}". Choose one of its tracks.', "behavior")
    outcome = outcome_of(track, visit.evidence)
    check_day(enrollment, visit.happened_on, now)
    _check_times(enrollment, visit, now)
    if day_place is None:
        day_place = _place_in_day(enrollment, visit)
    if visit.specimen_id is not None and corrects_id is None:
        _refuse_same_specimen(session, enrollment.site_id, visit.specimen_id)
    test = visit.evidence if isinstance(visit.evidence, Test) else None
    try:
        with session.begin_nested():
            record = add_record(
                session,
                "visit",
                enrollment_id=enrollment.id,
                site_id=enrollment.site_id,
                behavior=visit.behavior,
                happened_on=visit.happened_on,
                day_place=day_place,
                outcome=outcome,
                specimen=test.specimen if test else None,
                specimen_id=visit.specimen_id,
                temperature=test.temperature if test else None,
                collected_at=visit.collected_at,
                read_at=visit.read_at,
                excuse=visit.evidence.excuse if isinstance(visit.evidence, Absence) else None,
                note_digest=keep_note(session, visit.note),
                corrects_id=corrects_id,
                recorded_at=now,
                staff_id=actor.staff_id,
                via=actor.via,
            )
    except IntegrityError:
        # Another writer was faster with the same cup: their visit is there now, so this one finds it.
        if visit.specimen_id is not None:
            _refuse_same_specimen(session, enrollment.site_id, visit.specimen_id)
        raise
    results = sorted(test.results.items()) if test else []
    if results:
        session.execute(
            insert(table(VisitResult)),
            [{"visit_id": record.id, "analyte": analyte, "result": result} for analyte, result in results],
        )
    return Record("visit", record.row, tuple(results))


def check_day(enrollment: LoadedEnrollment, day: date, now: datetime) -> None:
    """Refuse a day on which this enrollment cannot have had a visit."""
    if day < enrollment.starts_on:
        raise BeforeEnrollment(day=day, starts_on=enrollment.starts_on)
    week = program_week(enrollment.starts_on, day)
    if week > enrollment.schedule.last_week:
        raise OutsideSchedule(day=day, week=week, last_week=enrollment.schedule.last_week)
    if day > day_at(now, enrollment.time_zone):
        raise InTheFuture(day=day)


def _check_times(enrollment: LoadedEnrollment, visit: NewVisit, now: datetime) -> None:
    if visit.collected_at is not None:
        if visit.collected_at > now + CLOCKS_DIFFER:
            raise BadInput("The collection lies in the future. Correct the time.", "collected_at")
        if day_at(visit.collected_at, enrollment.time_zone) != visit.happened_on:
            raise BadInput("The specimen was collected on another day than the visit's.", "collected_at")
    if visit.read_at is not None:
        if visit.read_at > now + CLOCKS_DIFFER:
            raise BadInput("The reading lies in the future. Correct the time.", "read_at")
        if visit.collected_at is not None and visit.read_at < visit.collected_at:
            raise BadInput("The test was read before it was collected. Correct one of the times.", "read_at")


def places_in_day(enrollment: LoadedEnrollment, behavior: str, day: date) -> int:
    """How many visits of a track can stand on one day: one, or more where a week has more than seven."""
    track = enrollment.schedule.track(behavior)
    phase = track.phase_in(program_week(enrollment.starts_on, day)) if track else None
    return -(-phase.visits_per_week // 7) if phase else 1


def _place_in_day(enrollment: LoadedEnrollment, visit: NewVisit) -> int:
    same_day = [v for v in enrollment.visits if v.behavior == visit.behavior and v.happened_on == visit.happened_on]
    if len(same_day) >= places_in_day(enrollment, visit.behavior, visit.happened_on):
        raise SameVisit(when=f"{same_day[0].happened_on}", visit_id=same_day[0].id)
    return max((v.day_place for v in same_day), default=0) + 1


def _refuse_same_specimen(session: Session, site_id: int, specimen_id: str) -> None:
    first = session.execute(
        select(Visit.id, Visit.happened_on)
        .where(Visit.site_id == site_id, Visit.specimen_id == specimen_id, Visit.corrects_id.is_(None))
        .limit(1)
    ).one_or_none()
    if first is not None:
        raise SameSpecimen(specimen_id=specimen_id, when=f"{first.happened_on}", visit_id=first.id)
