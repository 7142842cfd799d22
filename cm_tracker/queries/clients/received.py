"""What a client received and kept beside one enrollment's visits: what ceilings count."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.schedules.ceilings import Received
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import (
    AccountRow,
    Adjustment,
    Commitment,
    Draw,
    Enrollment,
    EntryRow,
    ScheduleVersion,
    Site,
    VisitRow,
)
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.schedules.documents import schedule_of


def received_elsewhere(session: Session, history: EnrollmentHistory) -> tuple[Received, ...]:
    """Return what the client received beside the visits of an enrollment.

    That are the visits of other enrollments (on the day of the visit), slips (on the day of the draw) and adjustments
    (on the day on which they were booked, in the enrollment of that day). What was undone, redeemed or has expired
    changes nothing of what was received. Nothing is read unless a ceiling counts it.
    """
    if not any(ceiling.scope != "award" for version in history.timeline.schedules for ceiling in version.ceilings):
        return ()
    return (
        *_other_visits(session, history),
        *_slips(session, history.client_id),
        *_adjustments(session, history),
    )


def _other_visits(session: Session, history: EnrollmentHistory) -> Iterator[Received]:
    enrollments = session.execute(
        select(Enrollment.id, ScheduleVersion.document)
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .where(Enrollment.client_id == history.client_id, Enrollment.id != history.id)
    ).all()
    if not enrollments:
        return
    point_cents = {row.id: schedule_of(row.document).point_value_cents for row in enrollments}
    amounts: dict[int, int] = {
        visit_id: int(amount)
        for visit_id, amount in session.execute(
            select(EntryRow.visit_id, func.sum(EntryRow.amount))
            .join(AccountRow, AccountRow.id == EntryRow.account_id)
            .join(VisitRow, VisitRow.id == EntryRow.visit_id)
            .where(
                VisitRow.enrollment_id.in_(point_cents),
                AccountRow.kind == "client",
                AccountRow.unit == "points",
            )
            .group_by(EntryRow.visit_id)
        )
        if visit_id is not None
    }
    rows = session.execute(
        select(VisitRow.id, VisitRow.corrects_id, VisitRow.enrollment_id, VisitRow.happened_on)
        .where(VisitRow.enrollment_id.in_(point_cents))
        .order_by(VisitRow.id)
    )
    for visit_id, enrollment_id, day in _newest_days(rows):
        if amounts.get(visit_id):
            yield Received(enrollment_id, day, amounts[visit_id] * point_cents[enrollment_id])


def _newest_days(rows: Iterable[Any]) -> Iterator[tuple[int, int, date]]:
    """Yield each visit's first record, its enrollment, and the day that its newest record says."""
    first_of: dict[int, int] = {}
    newest: dict[int, tuple[int, date]] = {}
    for row in rows:
        first = first_of[row.id] = row.id if row.corrects_id is None else first_of[row.corrects_id]
        newest[first] = (row.enrollment_id, row.happened_on)
    for first, (enrollment_id, day) in newest.items():
        yield first, enrollment_id, day


def _slips(session: Session, client_id: int) -> Iterator[Received]:
    rows = session.execute(
        select(Commitment.enrollment_id, Draw.happened_on, Draw.given_cents)
        .join(Commitment, Commitment.id == Draw.commitment_id)
        .where(Draw.client_id == client_id, Draw.given_cents > 0)
    )
    return (Received(enrollment_id, day, cents) for enrollment_id, day, cents in rows)


def _adjustments(session: Session, history: EnrollmentHistory) -> list[Received]:
    rows = session.execute(
        select(Adjustment.recorded_at, Adjustment.amount, Site.time_zone)
        .join(Site, Site.id == Adjustment.site_id)
        .where(Adjustment.client_id == history.client_id, Adjustment.unit == "points")
    ).all()
    if not rows:
        return []
    spans = spans_of(session, [history.client_id])

    def received(recorded_at: datetime, amount: int, time_zone: str) -> Received:
        day = day_at(recorded_at, time_zone)
        open_then = [of.enrollment_id for of in spans if of.starts_on <= day and _is_open(of.span.last_day, day)]
        cents = amount * history.timeline.schedule_on(day).point_value_cents
        return Received(open_then[-1] if open_then else None, day, cents)

    return [received(row.recorded_at, row.amount, row.time_zone) for row in rows]


def _is_open(last_day: date | None, day: date) -> bool:
    return last_day is None or day <= last_day
