"""How clients of the last months came, tested and spent: the chances that a trial of a schedule begins with."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.clients.events import DISCHARGED, LEFT, EnrollmentSpan
from cm_tracker.domain.schedules.outcomes import EXCUSED, UNEXCUSED
from cm_tracker.domain.simulation.observed import (
    Observed,
    SeenEnrollment,
    SeenVisit,
    observed,
    seen_outcome,
    weekly_share_spent,
)
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import AccountRow, Client, Enrollment, EntryRow, Transaction, VisitRow
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.funding.owed import SPENDING
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.followed import is_mistake
from cm_tracker.queries.staff.sites import at_sites

WEEKS = 26
# So many visits are looked at, the newest ones: about those of 200 clients in half a year.
MOST_VISITS = 20_000


def observed_chances(
    session: Session, actor: Actor, today: date, now: datetime, most_visits: int = MOST_VISITS
) -> Observed:
    """Return the chances of the last half year at the actor's sites, in six queries.

    Where there are more than `most_visits`, it is the last whole days that have no more.
    """
    first_day = today - timedelta(weeks=WEEKS)
    rows = session.execute(_visits(actor, first_day, today).limit(most_visits + 1)).all()
    if len(rows) > most_visits:
        first_day = rows[-1].happened_on + timedelta(days=1)
    of_enrollment: dict[int, list[Any]] = {}
    for row in reversed(rows):
        if row.happened_on >= first_day:
            of_enrollment.setdefault(row.enrollment_id, []).append(row)
    counted = set(
        session.execute(select(Client.id).where(at_sites(Client.site_id, actor), counted_clients())).scalars()
    )
    seen = [
        SeenEnrollment(
            of.span.timeline,
            _until(of.span, today),
            [_seen(of.span, row) for row in of_enrollment.get(of.enrollment_id, ())],
        )
        for of in spans_of(session, None)
        if of.client_id in counted and of.starts_on <= today
    ]
    spends = weekly_share_spent(_spent(session, actor, now), WEEKS, _left(session, actor))
    return observed(seen, first_day, today, spends)


def _visits(actor: Actor, first_day: date, today: date) -> Any:
    """Return the statement for the visits that count, each as its newest record has it, the newest first."""
    newer = aliased(VisitRow)
    return (
        select(
            VisitRow.enrollment_id,
            VisitRow.behavior,
            VisitRow.happened_on,
            VisitRow.outcome,
            VisitRow.specimen,
            VisitRow.reading,
        )
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(
            VisitRow.happened_on.between(first_day, today),
            func.coalesce(VisitRow.correction, "").not_in(TAKEN_AWAY),
            ~exists().where(newer.corrects_id == VisitRow.id),
            ~is_mistake(),
            at_sites(Client.site_id, actor),
            counted_clients(),
        )
        .order_by(VisitRow.happened_on.desc(), VisitRow.id.desc())
    )


def _until(span: EnrollmentSpan, today: date) -> date:
    """Return the last day on which a client is expected. Who left before the end, or was discharged, has stopped coming."""
    last_days = [today, span.timeline.last_day()]
    if span.end is not None and span.end.reason not in (LEFT, DISCHARGED):
        last_days.append(span.ended_on)
    return min(day for day in last_days if day is not None)


def _seen(span: EnrollmentSpan, row: Any) -> SeenVisit:
    """Return a visit. A behavior that the version of its day does not have is that of the last one that had it."""
    timeline = span.timeline
    track = timeline.track_on(row.behavior, row.happened_on) or timeline.tracks_of(row.behavior)[-1]
    return SeenVisit(
        row.behavior,
        row.happened_on,
        seen_outcome(track, row.outcome) if track.is_test else row.outcome,
        track.is_test,
        came=row.specimen is not None or row.outcome not in (EXCUSED, UNEXCUSED),
    )


def _spent(session: Session, actor: Actor, now: datetime) -> int:
    """Return the points for which clients chose prizes in the last half year, without what was undone."""
    spent = session.execute(
        select(func.sum(-EntryRow.amount))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(Client, Client.id == AccountRow.client_id)
        .where(
            Transaction.kind.in_(SPENDING),
            Transaction.recorded_at >= now - timedelta(weeks=WEEKS),
            AccountRow.kind == "client",
            AccountRow.unit == "points",
            at_sites(Client.site_id, actor),
            counted_clients(),
        )
    ).scalar_one()
    # What was undone may have been chosen before.
    return max(int(spent or 0), 0)


def _left(session: Session, actor: Actor) -> int:
    """Return the points that clients have now."""
    left = session.execute(
        select(func.sum(AccountRow.balance))
        .join(Client, Client.id == AccountRow.client_id)
        .where(
            AccountRow.kind == "client",
            AccountRow.unit == "points",
            at_sites(Client.site_id, actor),
            counted_clients(),
        )
    ).scalar_one()
    return int(left or 0)
