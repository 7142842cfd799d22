"""What a client received and kept beside one enrollment's visits: what ceilings count."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.schedules.ceilings import Received
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import (
    AccountRow,
    Adjustment,
    Client,
    Commitment,
    Draw,
    Enrollment,
    EntryRow,
    ScheduleVersion,
    Site,
    Trade,
    VisitRow,
)
from cm_tracker.queries.clients.main_records import main_of, records_of
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.schedules.program import point_value


def received_elsewhere(session: Session, history: EnrollmentHistory) -> tuple[Received, ...]:
    """Return what the client received beside the visits of an enrollment, by all records that were merged.

    That are the visits of other enrollments (on the day of the visit), slips (on the day of the draw) and adjustments
    (on the day on which they were booked, in the enrollment of that day). What was undone, redeemed or has expired
    changes nothing of what was received. Nothing is read unless a ceiling counts it.
    """
    return received_by_enrollment(session, [history])[history.id]


def received_by_enrollment(
    session: Session, histories: Collection[EnrollmentHistory], *, always: bool = False
) -> dict[int, tuple[Received, ...]]:
    """Return the same for several enrollments, by their ids, in the same few queries.

    With `always`, it is read also where no ceiling counts it.
    """
    counting = [
        history
        for history in histories
        if always
        or any(ceiling.scope != "award" for version in history.timeline.schedules for ceiling in version.ceilings)
    ]
    received: dict[int, list[Received]] = {history.id: [] for history in histories}
    if counting:
        for found in (_other_visits(session, counting), _slips(session, counting), _adjustments(session, counting)):
            for enrollment_id, one in found:
                received[enrollment_id].append(one)
    return {enrollment_id: tuple(of) for enrollment_id, of in received.items()}


def received_in_year(session: Session, client_id: int, year: int) -> int:
    """Return what a client received and kept in a calendar year, in cents, by all records that were merged."""
    point_cents = point_value(session)
    documents = {row.id: row.document for row in _enrollments(session, [client_id])}
    received = [
        *_kept(session, _point_cents(documents)),
        *(slip for _, slip in _given_slips(session, [client_id])),
        *_gained(session, client_id),
        *(
            Received(None, day_at(row.recorded_at, row.time_zone), row.amount * point_cents)
            for row in _adjusted(session, [client_id])
        ),
    ]
    return sum(one.cents for one in received if one.day.year == year)


# What was received, and the enrollment for whose ceilings it is beside its own visits.
_Found = Iterable[tuple[int, Received]]


def _by_client(histories: Iterable[EnrollmentHistory]) -> dict[int, list[EnrollmentHistory]]:
    of_client: dict[int, list[EnrollmentHistory]] = {}
    for history in histories:
        of_client.setdefault(history.client_id, []).append(history)
    return of_client


def _enrollments(session: Session, client_ids: Collection[int]) -> Any:
    """Return the enrollments of some clients (main records): each with its client and the document of its version."""
    return session.execute(
        select(Enrollment.id, main_of().label("client_id"), ScheduleVersion.document)
        .join(Client, Client.id == Enrollment.client_id)
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .where(Client.id.in_(records_of(*client_ids)))
    ).all()


def _point_cents(documents: Mapping[int, Any]) -> dict[int, int]:
    return {enrollment_id: schedule_of(document).point_value_cents for enrollment_id, document in documents.items()}


def _other_visits(session: Session, histories: Collection[EnrollmentHistory]) -> _Found:
    of_client = _by_client(histories)
    others: dict[int, list[int]] = {}
    documents: dict[int, Any] = {}
    for row in _enrollments(session, of_client):
        beside = [history.id for history in of_client[row.client_id] if history.id != row.id]
        if beside:
            others[row.id], documents[row.id] = beside, row.document
    for one in _kept(session, _point_cents(documents)):
        for beside_id in others[one.enrollment_id or 0]:
            yield beside_id, one


def _kept(session: Session, point_cents: Mapping[int, int]) -> Iterator[Received]:
    """Yield what was received and kept for each visit of some enrollments. A point of each is worth so many cents."""
    if not point_cents:
        return
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


def _slips(session: Session, histories: Collection[EnrollmentHistory]) -> _Found:
    of_client = _by_client(histories)
    for client_id, slip in _given_slips(session, of_client):
        for history in of_client[client_id]:
            yield history.id, slip


def _given_slips(session: Session, client_ids: Collection[int]) -> Iterator[tuple[int, Received]]:
    """Yield what slips were worth that clients (main records) drew, each with the client."""
    for row in session.execute(
        select(main_of().label("client_id"), Commitment.enrollment_id, Draw.happened_on, Draw.given_cents)
        .select_from(Draw)
        .join(Client, Client.id == Draw.client_id)
        .join(Commitment, Commitment.id == Draw.commitment_id)
        .where(Client.id.in_(records_of(*client_ids)), Draw.given_cents > 0)
    ):
        yield row.client_id, Received(row.enrollment_id, row.happened_on, row.given_cents)


def _gained(session: Session, client_id: int) -> Iterator[Received]:
    """Yield what a client (main record) gained by trading slips up. Ceilings do not count it (`domain.prizes.trading`)."""
    for row in session.execute(
        select(Trade.enrollment_id, Trade.happened_on, Trade.cents).where(Trade.client_id.in_(records_of(client_id)))
    ):
        yield Received(row.enrollment_id, row.happened_on, row.cents)


def _adjustments(session: Session, histories: Collection[EnrollmentHistory]) -> _Found:
    of_client = _by_client(histories)
    rows = _adjusted(session, of_client)
    if not rows:
        return
    spans = spans_of(session, {row.client_id for row in rows})
    for row in rows:
        day = day_at(row.recorded_at, row.time_zone)
        open_then = [
            of.enrollment_id
            for of in spans
            if of.client_id == row.client_id and of.starts_on <= day and _is_open(of.span.last_day, day)
        ]
        for history in of_client[row.client_id]:
            cents = row.amount * history.timeline.schedule_on(day).point_value_cents
            yield history.id, Received(open_then[-1] if open_then else None, day, cents)


def _adjusted(session: Session, client_ids: Collection[int]) -> Any:
    """Return the adjustments of points of some clients (main records)."""
    return session.execute(
        select(main_of().label("client_id"), Adjustment.recorded_at, Adjustment.amount, Site.time_zone)
        .select_from(Adjustment)
        .join(Client, Client.id == Adjustment.client_id)
        .join(Site, Site.id == Adjustment.site_id)
        .where(Client.id.in_(records_of(*client_ids)), Adjustment.unit == "points")
    ).all()


def _is_open(last_day: date | None, day: date) -> bool:
    return last_day is None or day <= last_day
