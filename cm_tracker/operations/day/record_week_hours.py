"""Staff record the hours of a client's weeks, as the slots of these weeks say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.week_hours import check_known, check_settled, hours_of_days
from cm_tracker.domain.errors import BadInput, ChangedMeanwhile
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import Hours, NewVisit
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.hours import week_of_hours
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.domain.visits.settling import preview
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment, lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_visits
from cm_tracker.operations.steps.write_visit import write_visit
from cm_tracker.queries.day.expected import people_between
from cm_tracker.queries.day.expected_visits import visits_of_people
from cm_tracker.queries.day.week import site_week


class ShownWeek(NamedTuple):
    """A week of a track of hours, by the day that closes it, with the hours that the page showed."""

    behavior: str
    last_day: date
    hours: Hours


@one_transaction
def record_week_hours(
    session: Session, *, enrollment_id: int, weeks: Sequence[ShownWeek], key: str, actor: Actor, now: datetime
) -> int:
    """Record the hours of one or more weeks that are over, and pay what they earn. Return how many weeks it were.

    They are one recalculation. The hours are worked out again: where they are others than the page showed, raise
    `ChangedMeanwhile`. Raise `BadInput` for a week with open slots, one that its slots do not decide, and one that would
    change what later weeks earn; and what `propose_visit` raises, such as `WeekHasHours`.
    """
    content = [enrollment_id, [[one.behavior, one.last_day.isoformat(), list(_minutes(one.hours))] for one in weeks]]
    request = IdempotentRequest(key, "record_week_hours", content, actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "visit:record", actor, request)

    def write() -> int:
        records, written = _write(session, enrollment, weeks, actor, now)
        settlement = settle_visits(session, enrollment, written, because=records[0].address, actor=actor, now=now)
        results = {result.ref: result for result in settlement.replay.results}
        for visit, record in zip(written, records, strict=True):
            note_audit(
                session,
                "visit:recorded",
                record.address,
                actor=actor,
                now=now,
                site_id=enrollment.history.site_id,
                client_id=enrollment.history.client_id,
                paid=results[visit.id].paid,
                unit=results[visit.id].unit,
                what="hours",
            )
        seal_records(session, [*records, *settlement.records])
        return len(written)

    if not weeks:
        raise BadInput("Choose the week.", "week")
    return request.run(session, write)


def _minutes(hours: Hours) -> tuple[int, int, int]:
    return hours.attended, hours.excused, hours.expected


def _write(
    session: Session, enrollment: LockedEnrollment, weeks: Sequence[ShownWeek], actor: Actor, now: datetime
) -> tuple[list[Record], list[CurrentVisit]]:
    history = enrollment.history
    records: list[Record] = []
    written: list[CurrentVisit] = []
    for one in sorted(weeks, key=lambda one: (one.last_day, one.behavior)):
        visit = NewVisit(one.behavior, one.last_day, _hours(session, enrollment.history, one, now))
        new = propose_visit(history, visit, actor=actor, now=now)
        if preview(enrollment.history, enrollment.ledger_state, new).others(new.id):
            raise BadInput(
                "This is entered late and changes later visits. Enter it on the client's page, which shows how."
            )
        saved_with_id = records[0].id if records else None
        record = write_visit(
            session, history, new, note_digest=None, actor=actor, now=now, saved_with_id=saved_with_id
        )  # fmt: skip
        written.append(replace(new, id=new.id or record.id, newest_id=record.id, saved_with_id=saved_with_id))
        records.append(record)
        history = history.with_visits([written[-1]])
    return records, written


def _hours(session: Session, history: EnrollmentHistory, shown: ShownWeek, now: datetime) -> Hours:
    """Return the hours of a week as its slots say. Raise what `check_known` and `check_settled` raise."""
    week = week_of_hours(history, history.timeline.week_of(shown.last_day))
    if week is None or week.last_day != shown.last_day:
        raise ChangedMeanwhile
    people = people_between(session, history.site_id, week.first_day, week.last_day, only=[history.id])
    if not people:
        raise ChangedMeanwhile
    check_known(people[0].planned, history.site_id, week)
    site = site_week(session, history.site_id)
    [known] = visits_of_people(session, site, people, week.first_day, week.last_day, now)
    of_week = hours_of_days(known.visits, known.person.planned, week.first_day, week.last_day, history.day_of(now))
    check_settled(of_week)
    if of_week.hours != shown.hours:
        raise ChangedMeanwhile
    return of_week.hours
