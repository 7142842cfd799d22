"""Which clients are near the limit of a source, without reading what everybody was awarded on every day.

Sums by enrollment come first, as if each source that an enrollment ever named paid all of it: nobody whose sum is below
80 % of a source's limit is near it. Of the few who are left, every award is read and counted for its source, as on the
money page.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cm_tracker.domain.funding.counting import SourceFrom, count
from cm_tracker.domain.funding.sources import FundingYear, Use
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    AccountRow,
    Adjustment,
    Client,
    Commitment,
    Draw,
    Enrollment,
    EnrollmentFunding,
    EntryRow,
    Trade,
    VisitRow,
)
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.funding.awards import awards_between, moved_days
from cm_tracker.queries.funding.sources import entered_sources, sources
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.staff.sites import at_sites

_NAMED = select(EnrollmentFunding.enrollment_id)


def clients_near(session: Session, actor: Actor, today: date) -> frozenset[int]:
    """Return the clients (main records) of the actor's sites who have 80 % of what a source allows in its year, or more.

    The number of statements is the same for any number of clients.
    """
    lines = [line for line in sources(session) if line.terms_on(today).client_cents is not None]
    if not lines:
        return frozenset()
    limits: dict[int | None, int | None] = {line.id: line.terms_on(today).client_cents for line in lines}
    years: dict[int | None, FundingYear] = {line.id: line.year(today) for line in lines}
    first = min(year.first for year in years.values())
    entered = entered_sources(session)
    most = _at_most(session, actor, entered, first)
    maybe = {client_id for (client_id, source_id), cents in most.items() if Use(cents, limits.get(source_id)).is_near}
    counted = count(awards_between(session, first, today, maybe), entered, years)
    return frozenset(
        client_id
        for source_id, limit in limits.items()
        for client_id, cents in counted[source_id].by_client.items()
        if Use(cents, limit).is_near
    )


def _at_most(
    session: Session, actor: Actor, entered: Mapping[int, Sequence[SourceFrom]], first: date
) -> Counter[tuple[int, int | None]]:
    """Return by client of the actor's sites and by source what it may have paid since a day: never too little."""
    main = main_of(Record)
    rows = session.execute(
        select(main.label("client_id"), Enrollment.id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main)
        .where(at_sites(Client.site_id, actor), counted_clients(Record), Enrollment.id.in_(_NAMED))
    )
    client_of: dict[int, int] = {row.id: row.client_id for row in rows}
    named: dict[int, set[int | None]] = {}
    for enrollment_id, client_id in client_of.items():
        named.setdefault(client_id, set()).update(one.source_id for one in entered[enrollment_id])
    found: Counter[tuple[int, int | None]] = Counter()
    point_cents = point_value(session)
    for enrollment_id, cents in _by_enrollment(session, first, point_cents):
        if enrollment_id in client_of:
            for source_id in {one.source_id for one in entered[enrollment_id]}:
                found[client_of[enrollment_id], source_id] += cents
    for client_id, cents in _adjusted(session, point_cents):
        # It counts in the enrollment of its day, which may be any of the client's.
        for source_id in named.get(client_id, ()):
            found[client_id, source_id] += cents
    return found


def _by_enrollment(session: Session, first: date, point_cents: int) -> Iterator[tuple[int, int]]:
    """Yield enrollments that name a source with what their visits, slips and trades since a day were worth, in cents."""
    now_in_time = [visit_id for visit_id, day in moved_days(session, first, date.max).items() if day >= first]
    purses = select(AccountRow.id).where(AccountRow.kind == "client", AccountRow.unit == "points")
    asked: tuple[tuple[Any, int], ...] = (
        (
            select(VisitRow.enrollment_id, func.sum(EntryRow.amount))
            .join(EntryRow, EntryRow.visit_id == VisitRow.id)
            .where(
                EntryRow.account_id.in_(purses),
                VisitRow.enrollment_id.in_(_NAMED),
                or_(VisitRow.happened_on >= first, VisitRow.id.in_(now_in_time)),
            )
            .group_by(VisitRow.enrollment_id),
            point_cents,
        ),
        (
            select(Commitment.enrollment_id, func.sum(Draw.given_cents))
            .join(Commitment, Commitment.id == Draw.commitment_id)
            .where(Draw.happened_on >= first)
            .group_by(Commitment.enrollment_id),
            1,
        ),
        (
            select(Trade.enrollment_id, func.sum(Trade.cents))
            .where(Trade.happened_on >= first)
            .group_by(Trade.enrollment_id),
            1,
        ),
    )
    for statement, cents in asked:
        for enrollment_id, amount in session.execute(statement):
            yield enrollment_id, int(amount) * cents


def _adjusted(session: Session, point_cents: int) -> Iterator[tuple[int, int]]:
    """Yield clients (main records) with what adjustments added, in cents. What they took away is ignored."""
    main = main_of(Record)
    for client_id, amount in session.execute(
        select(main, func.sum(Adjustment.amount))
        .select_from(Adjustment)
        .join(Record, Record.id == Adjustment.client_id)
        .where(Adjustment.unit == "points", Adjustment.amount > 0)
        .group_by(main)
    ):
        yield client_id, int(amount) * point_cents
