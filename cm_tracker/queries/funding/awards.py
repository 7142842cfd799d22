"""What clients were awarded and kept, day by day, from everything and across merged records: what limits count.

`queries/clients/received.py` says the same of one client for the ceilings of a schedule, but for trades: ceilings look at
what a client gains before the trade, and count the slips as they were drawn (`domain/prizes/trading.py`). This reads it
for everybody in a time, in a fixed number of statements.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, select, true
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.funding.counting import Award
from cm_tracker.models import (
    AccountRow,
    Adjustment,
    Commitment,
    Draw,
    Enrollment,
    EntryRow,
    Site,
    Trade,
    VisitRow,
)
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.paging import in_days
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.program import point_value

# The clock differs by so much at most between a site and UTC.
_A_DAY = timedelta(days=1)


def awards_between(session: Session, first: date, last: date, client_ids: Collection[int] | None = None) -> list[Award]:
    """Return every award of the days from `first` to `last`, of all clients or of some main records.

    Points of a visit count on its day, as the newest record of the visit says it; what a correction took back is gone.
    Slips count on the day of the draw with what the client was given, a trade on its day with what the client gained by it,
    and adjustments on the day on which they were booked, in the enrollment of that day. What was redeemed, undone or has expired changes nothing. Practice clients are
    left out.
    """
    some = Record.id.in_(records_of(*client_ids)) if client_ids is not None else true()
    whose = and_(some, counted_clients(Record))
    return [
        *points_between(session, first, last, whose),
        *slips_between(session, first, last, whose),
        *trades_between(session, first, last, whose),
        *adjustments_between(session, first, last, whose),
    ]


def points_between(session: Session, first: date, last: date, whose: ColumnElement[bool]) -> Iterator[Award]:
    """Yield what visits earned in points, as `awards_between` counts it. `whose` is a condition on `Record`."""
    moved = moved_days(session, first, last)
    # In the order of the fields of an award: there may be a hundred thousand.
    cents = cast(func.sum(EntryRow.amount) * point_value(session), BigInteger)
    points = (
        select(main_of(Record).label("client_id"), VisitRow.enrollment_id, VisitRow.happened_on, cents.label("cents"))
        .select_from(EntryRow)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(VisitRow, VisitRow.id == EntryRow.visit_id)
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .where(AccountRow.kind == "client", AccountRow.unit == "points", whose)
    )
    grouped = points.group_by(main_of(Record), VisitRow.enrollment_id, VisitRow.happened_on)
    in_time = grouped.where(VisitRow.happened_on.between(first, last), VisitRow.id.not_in(list(moved)))
    yield from map(Award._make, session.execute(in_time.having(func.sum(EntryRow.amount) != 0)))
    now_in_time = [visit_id for visit_id, day in moved.items() if first <= day <= last]
    if now_in_time:
        single = points.add_columns(VisitRow.id).where(VisitRow.id.in_(now_in_time))
        for row in session.execute(single.group_by(main_of(Record), VisitRow.enrollment_id, VisitRow.id)):
            if row.cents:
                yield Award(row.client_id, row.enrollment_id, moved[row.id], row.cents)


def moved_days(session: Session, first: date, last: date) -> dict[int, date]:
    """Return the first records of visits whose newest record says another day, with that day; one of the two is in a time.

    Only the enrollments are looked at in which something of that time was corrected.
    """
    near = aliased(VisitRow)
    near_enrollments = select(near.enrollment_id).where(_is_corrected(near), near.happened_on.between(first, last))
    rows = session.execute(
        select(VisitRow.id, VisitRow.corrects_id, VisitRow.happened_on)
        .where(VisitRow.enrollment_id.in_(near_enrollments), _is_corrected(VisitRow))
        .order_by(VisitRow.id)
    )
    first_of: dict[int, int] = {}
    began: dict[int, date] = {}
    newest: dict[int, date] = {}
    for row in rows:
        root = first_of[row.id] = row.id if row.corrects_id is None else first_of[row.corrects_id]
        began.setdefault(root, row.happened_on)
        newest[root] = row.happened_on
    return {visit_id: day for visit_id, day in newest.items() if day != began[visit_id]}


def _is_corrected(visit: Any) -> ColumnElement[bool]:
    """Return the condition that a record corrects another one or was corrected."""
    newer = aliased(VisitRow)
    found: ColumnElement[bool] = visit.corrects_id.is_not(None)
    return found | select(newer.id).where(newer.corrects_id == visit.id).exists()


def slips_between(session: Session, first: date, last: date, whose: ColumnElement[bool]) -> Iterator[Award]:
    """Yield what drawn slips gave, as `awards_between` counts it. `whose` is a condition on `Record`."""
    for row in session.execute(
        select(main_of(Record).label("client_id"), Commitment.enrollment_id, Draw.happened_on, Draw.given_cents)
        .select_from(Draw)
        .join(Record, Record.id == Draw.client_id)
        .join(Commitment, Commitment.id == Draw.commitment_id)
        .where(Draw.given_cents > 0, Draw.happened_on.between(first, last), whose)
    ):
        yield Award(row.client_id, row.enrollment_id, row.happened_on, row.given_cents)


def trades_between(session: Session, first: date, last: date, whose: ColumnElement[bool]) -> Iterator[Award]:
    """Yield what clients gained by trading slips, as `awards_between` counts it. `whose` is a condition on `Record`."""
    for row in session.execute(
        select(main_of(Record).label("client_id"), Trade.enrollment_id, Trade.happened_on, Trade.cents)
        .join(Record, Record.id == Trade.client_id)
        .where(Trade.cents > 0, Trade.happened_on.between(first, last), whose)
    ):
        yield Award(row.client_id, row.enrollment_id, row.happened_on, row.cents)


def adjustments_between(session: Session, first: date, last: date, whose: ColumnElement[bool]) -> Iterator[Award]:
    """Yield what was adjusted in points, as `awards_between` counts it. `whose` is a condition on `Record`."""
    since = first - _A_DAY if first > date.min + _A_DAY else None
    until = last + _A_DAY if last < date.max - 2 * _A_DAY else None
    near = in_days(Adjustment.recorded_at, since, until, "UTC")
    rows = session.execute(
        select(main_of(Record).label("client_id"), Adjustment.recorded_at, Adjustment.amount, Site.time_zone)
        .select_from(Adjustment)
        .join(Record, Record.id == Adjustment.client_id)
        .join(Site, Site.id == Adjustment.site_id)
        .where(Adjustment.unit == "points", near, whose)
    ).all()
    if not rows:
        return
    cents = point_value(session)
    spans = spans_of(session, {row.client_id for row in rows})
    for row in rows:
        day = day_at(row.recorded_at, row.time_zone)
        if first <= day <= last:
            open_then = [span.enrollment_id for span in spans if span.client_id == row.client_id and span.runs_on(day)]
            yield Award(row.client_id, open_then[-1] if open_then else None, day, row.amount * cents)
