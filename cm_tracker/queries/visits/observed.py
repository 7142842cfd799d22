"""How clients of the last months came, tested and spent: the chances that a trial of a schedule begins with."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.schedules.schedule import TESTS, Schedule
from cm_tracker.domain.simulation.observed import Observed, SeenVisit, observed, weekly_share_spent
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import AccountRow, Client, Enrollment, EntryRow, ScheduleVersion, Transaction, VisitRow
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.schedules.followed import day_of_good_end, is_mistake
from cm_tracker.queries.staff.sites import at_sites

WEEKS = 26
# So many visits are looked at: about those of 200 clients in half a year.
MOST_VISITS = 20_000


def observed_chances(session: Session, actor: Actor, today: date, now: datetime) -> Observed:
    """Return the chances of the last half year at the actor's sites, in four queries."""
    first_day = today - timedelta(weeks=WEEKS)
    rows = session.execute(_visits(actor, first_day, today)).all()
    schedules = _schedules(session, {row.version_id for row in rows})
    seen, ends = [], {}
    for row in rows:
        schedule = schedules[row.version_id]
        ends[row.enrollment_id] = _until(row, schedule)
        seen.append(SeenVisit(row.enrollment_id, row.behavior, row.happened_on, row.outcome, _is_test(row, schedule)))
    spends = weekly_share_spent(_spent(session, actor, now), WEEKS, _left(session, actor))
    return observed(seen, ends, first_day, today, spends)


def _visits(actor: Actor, first_day: date, today: date) -> Any:
    """Return the statement for the visits that count, each as its newest record has it."""
    newer = aliased(VisitRow)
    return (
        select(
            VisitRow.enrollment_id,
            VisitRow.behavior,
            VisitRow.happened_on,
            VisitRow.outcome,
            VisitRow.specimen,
            VisitRow.reading,
            Enrollment.schedule_version_id.label("version_id"),
            Enrollment.starts_on,
            day_of_good_end().label("ended_on"),
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
        )
        .order_by(VisitRow.enrollment_id, VisitRow.happened_on, VisitRow.id)
        .limit(MOST_VISITS)
    )


def _schedules(session: Session, version_ids: set[int]) -> dict[int, Schedule]:
    rows = session.execute(
        select(ScheduleVersion.id, ScheduleVersion.document).where(ScheduleVersion.id.in_(version_ids))
    )
    return {row.id: schedule_of(row.document) for row in rows}


def _until(row: Any, schedule: Schedule) -> date:
    """Return the last day on which the client of a visit is expected."""
    last_day: date = row.starts_on + timedelta(weeks=schedule.last_week)
    return last_day if row.ended_on is None else min(last_day, row.ended_on)


def _is_test(row: Any, schedule: Schedule) -> bool:
    """Return whether a visit was for a test. A behavior that a later version brought is told by what was recorded."""
    track = schedule.track(row.behavior)
    return track.evidence in TESTS if track is not None else row.specimen is not None or row.reading is not None


def _spent(session: Session, actor: Actor, now: datetime) -> int:
    """Return the points for which clients chose prizes in the last half year."""
    spent = session.execute(
        select(func.sum(-EntryRow.amount))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(Client, Client.id == AccountRow.client_id)
        .where(
            Transaction.kind == "redemption",
            Transaction.recorded_at >= now - timedelta(weeks=WEEKS),
            AccountRow.kind == "client",
            AccountRow.unit == "points",
            at_sites(Client.site_id, actor),
        )
    ).scalar_one()
    return int(spent or 0)


def _left(session: Session, actor: Actor) -> int:
    """Return the points that clients have now."""
    left = session.execute(
        select(func.sum(AccountRow.balance))
        .join(Client, Client.id == AccountRow.client_id)
        .where(AccountRow.kind == "client", AccountRow.unit == "points", at_sites(Client.site_id, actor))
    ).scalar_one()
    return int(left or 0)
