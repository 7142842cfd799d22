"""How much of their ceilings many clients have used: what `ceiling_uses` says of one, in a few statements for all.

What a client received is summed by the database between the days at which some ceiling begins to count, so that the answer
has a few rows for each client, however many visits there were.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.measures.sequences import Course
from cm_tracker.domain.schedules.ceilings import AWARD, CeilingUse, ClientTotals, Received, first_day_of
from cm_tracker.domain.schedules.schedule import Ceiling
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
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.schedules.followed import followed_version
from cm_tracker.queries.schedules.program import point_value


class _Of(NamedTuple):
    """What a client received under an enrollment, from a day on and before the next boundary."""

    client_id: int
    received: Received


def ceiling_uses_of(session: Session, running: Collection[Course], today: date) -> dict[int, tuple[CeilingUse, ...]]:
    """Return how much is used today of every ceiling of some running enrollments, by the enrollment's id.

    `running` are enrollments at the actor's sites. The number of statements is the same for any number of clients.
    """
    versions = {
        row.id: tuple(one for one in schedule_of(row.document).ceilings if one.scope != AWARD)
        for row in session.execute(select(ScheduleVersion.id, ScheduleVersion.document))
    }
    limited = [number for number, ceilings in versions.items() if ceilings]
    if not limited:
        return {}
    follows: dict[int, int] = {
        row.id: row.version_id
        for row in session.execute(
            select(Enrollment.id, followed_version(today).label("version_id")).where(_is_limited(limited, today))
        )
    }
    wanted = [one for one in running if one.enrollment_id in follows]
    boundaries = _boundaries((ceiling for number in follows.values() for ceiling in versions[number]), today)
    started = {one.client_id: one for one in sorted(wanted, key=lambda one: (one.starts_on, one.enrollment_id))}
    totals: dict[int, ClientTotals] = {one.client_id: ClientTotals() for one in wanted}
    for one in _everything(session, limited, boundaries, today, started):
        if one.client_id in totals:
            totals[one.client_id].add(*one.received)
    return {
        one.enrollment_id: totals[one.client_id].uses(versions[follows[one.enrollment_id]], one.enrollment_id, today)
        for one in wanted
    }


def _is_limited(limited: Collection[int], today: date) -> Any:
    return followed_version(today).in_(limited)


def _clients(limited: Collection[int], today: date) -> Select[Any]:
    """Return a statement with the main records of the clients who follow a version with ceilings."""
    return (
        select(main_of(Record))
        .select_from(Enrollment)
        .join(Record, Record.id == Enrollment.client_id)
        .where(_is_limited(limited, today))
    )


def _boundaries(ceilings: Iterable[Ceiling], today: date) -> tuple[date, ...]:
    """Return the days at which some ceiling begins to count, and the day after today, the latest first."""
    found = {first_day_of(ceiling, today) for ceiling in ceilings if ceiling.scope != AWARD}
    return tuple(sorted(found - {date.min}, reverse=True))


def _since(column: Any, boundaries: Collection[date]) -> Any:
    """Return the column with the last boundary that is not after a day; before all of them it is the earliest day."""
    if not boundaries:
        return literal(date.min)
    return case(*((column >= day, literal(day)) for day in boundaries), else_=literal(date.min))


def _everything(
    session: Session, limited: Collection[int], boundaries: Collection[date], today: date, started: Mapping[int, Course]
) -> Iterator[_Of]:
    """Yield what the clients received and kept, by all records that were merged."""
    clients = _clients(limited, today)
    cents = point_value(session)
    yield from _of_visits(session, clients, boundaries, cents)
    yield from _of_corrected_visits(session, clients, cents)
    given = (
        select(main_of(Record).label("client_id"), Commitment.enrollment_id, Draw.happened_on, Draw.given_cents)
        .select_from(Draw)
        .join(Commitment, Commitment.id == Draw.commitment_id)
        .join(Record, Record.id == Draw.client_id)
        .where(main_of(Record).in_(clients), Draw.given_cents > 0)
    )
    for row in session.execute(given):
        yield _Of(row.client_id, Received(row.enrollment_id, row.happened_on, row.given_cents))
    adjusted = (
        select(main_of(Record).label("client_id"), Adjustment.recorded_at, Adjustment.amount, Site.time_zone)
        .select_from(Adjustment)
        .join(Record, Record.id == Adjustment.client_id)
        .join(Site, Site.id == Adjustment.site_id)
        .where(main_of(Record).in_(clients), Adjustment.unit == "points")
    )
    for client_id, recorded_at, amount, time_zone in session.execute(adjusted):
        day, course = day_at(recorded_at, time_zone), started.get(client_id)
        number = course.enrollment_id if course is not None and course.starts_on <= day else None
        yield _Of(client_id, Received(number, day, amount * cents))


def _received_points() -> Any:
    """Return the condition that an entry changes what a client received for a visit."""
    return (AccountRow.kind == "client") & (AccountRow.unit == "points")


def _of_visits(session: Session, clients: Select[Any], boundaries: Collection[date], cents: int) -> Iterator[_Of]:
    """Yield the sums for the visits that nobody corrected."""
    newer = aliased(VisitRow)
    since = _since(VisitRow.happened_on, boundaries)
    rows = session.execute(
        select(
            main_of(Record).label("client_id"),
            VisitRow.enrollment_id,
            since.label("since"),
            func.sum(EntryRow.amount).label("points"),
        )
        .select_from(EntryRow)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(VisitRow, VisitRow.id == EntryRow.visit_id)
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .where(
            main_of(Record).in_(clients),
            _received_points(),
            VisitRow.corrects_id.is_(None),
            ~exists().where(newer.corrects_id == VisitRow.id),
        )
        .group_by(main_of(Record), VisitRow.enrollment_id, "since")
    )
    for row in rows:
        yield _Of(row.client_id, Received(row.enrollment_id, row.since, int(row.points) * cents))


def _of_corrected_visits(session: Session, clients: Select[Any], cents: int) -> Iterator[_Of]:
    """Yield what was kept for the visits that were corrected, each on the day that its newest record says."""
    newer = aliased(VisitRow)
    rows = session.execute(
        select(VisitRow.id, VisitRow.corrects_id, VisitRow.enrollment_id, VisitRow.happened_on, main_of(Record))
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .where(
            main_of(Record).in_(clients),
            or_(VisitRow.corrects_id.is_not(None), exists().where(newer.corrects_id == VisitRow.id)),
        )
        .order_by(VisitRow.id)
    ).all()
    points = dict[int, int](
        (visit_id or 0, int(amount))
        for visit_id, amount in session.execute(
            select(EntryRow.visit_id, func.sum(EntryRow.amount))
            .join(AccountRow, AccountRow.id == EntryRow.account_id)
            .join(VisitRow, VisitRow.id == EntryRow.visit_id)
            .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
            .join(Record, Record.id == Enrollment.client_id)
            .where(main_of(Record).in_(clients), _received_points(), exists().where(newer.corrects_id == VisitRow.id))
            .group_by(EntryRow.visit_id)
        )
    )
    first: dict[int, int] = {}
    newest: dict[int, tuple[int, int, date]] = {}
    for id_, corrects_id, enrollment_id, on_day, client_id in rows:
        root = first[id_] = id_ if corrects_id is None else first[corrects_id]
        newest[root] = (client_id, enrollment_id, on_day)
    for root, (client_id, enrollment_id, on_day) in newest.items():
        if points.get(root):
            yield _Of(client_id, Received(enrollment_id, on_day, points[root] * cents))
