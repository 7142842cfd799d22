"""How long clients waited for a reward, from the specimen to the award and to the prize.

Nothing of it is stored: the times of the specimen, of the arrival, of the ledger's transaction and of the prize are.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at, day_begins
from cm_tracker.domain.day.states import ARRIVED
from cm_tracker.domain.schedules.outcomes import DISPUTED, PENDING
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.reward_time import RewardTime, RewardTimes, began_at, reward_times
from cm_tracker.models import AccountRow, Enrollment, EntryRow, SlotNote, Transaction, VisitRow
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.practice import practice_ids
from cm_tracker.queries.prizes.got import got_between
from cm_tracker.queries.staff.sites import site_of

MOST_DAYS = 366
"""So many days a span has at most."""
MOST_VISITS = 20_000
"""So many visits of a span are measured; a site of 120 clients has as many tests in a year."""


def reward_minutes(session: Session, actor: Actor, site_id: int, first_day: date, last_day: date) -> RewardTimes:
    """Return how long the clients of one of the actor's sites waited for what their tests of a span of days earned.

    Only tests that earned something count, each once, by the record that counts now. What was imported was rewarded
    elsewhere, and practice clients do not count. Of a span longer than a year, only its last year is measured. Raise `NotFound` for another site.
    """
    site_of(session, actor, site_id)
    first_day = max(first_day, last_day - timedelta(days=MOST_DAYS - 1))
    return reward_times(rewards_at(session, site_id, first_day, last_day).values())


def rewards_at(session: Session, site_id: int, first_day: date, last_day: date) -> dict[int, RewardTime]:
    """Return the times of the tests of a span of days at a site that earned something, by their first record.

    Of more than `MOST_VISITS`, the newest ones. The caller checks whether the actor may see the site.
    """
    visits = _tests(session, site_id, first_day, last_day)
    awarded = _awarded_at(session, visits)
    arrived = _arrivals(session, site_id, first_day, last_day)
    return {
        one.id: RewardTime(
            began_at(one.collected_at, arrived.get((one.enrollment_id, one.happened_on)), one.recorded_at),
            awarded[one.id],
            one.is_laboratory,
        )
        for one in visits.values()
        if one.id in awarded
    }


def reward_time(
    session: Session, records: Collection[CurrentVisit], *, enrollment_id: int, client_id: int, site_id: int, zone: str
) -> RewardTime | None:
    """Return how long a client waited for what a test earned, or None where it earned nothing or was no test.

    `records` are those of the visit, oldest first. The prize is the first one that the client got or drew on the day of
    the award, after it. The caller checks whether the actor may see the visit.
    """
    first, newest = next(iter(records)), list(records)[-1]
    if newest.specimen is None or not newest.is_current:
        return None
    awarded_at = _awarded_at(session, [first.id]).get(first.id)
    if awarded_at is None:
        return None
    day = newest.happened_on
    arrived_at = _arrivals(session, site_id, day, day, enrollment_id).get((enrollment_id, day))
    next_day = day_at(awarded_at, zone) + timedelta(days=1)
    return RewardTime(
        began_at(newest.collected_at, arrived_at, first.recorded_at),
        awarded_at,
        any(one.outcome in (PENDING, DISPUTED) for one in records),
        _prize_at(session, client_id, awarded_at, day_begins(next_day, zone)),
    )


@dataclass(slots=True)
class _Tested:
    """A test as its newest record has it. `id` and `recorded_at` are those of its first record."""

    id: int
    enrollment_id: int
    happened_on: date
    collected_at: datetime | None
    recorded_at: datetime
    is_laboratory: bool


def _tests(session: Session, site_id: int, first_day: date, last_day: date) -> Mapping[int, _Tested]:
    """Return the tests of a span that count, by the id of their first record.

    A test that a correction moved to another day is found by the day on which it is now.
    """
    rows = session.execute(
        _records().where(
            VisitRow.site_id == site_id,
            VisitRow.happened_on.between(first_day, last_day),
            VisitRow.via != "import",
            VisitRow.enrollment_id.not_in(select(Enrollment.id).where(Enrollment.client_id.in_(practice_ids()))),
        )
    ).all()
    by_id = {row.id: row for row in rows}
    while missing := {row.corrects_id for row in by_id.values()} - by_id.keys() - {None}:
        earlier = session.execute(_records().where(VisitRow.id.in_(missing)))
        by_id |= {row.id: row for row in earlier}
    newest: dict[int, Any] = {}
    roots: dict[int, int] = {}
    waited: set[int] = set()
    for row in sorted(by_id.values(), key=lambda row: row.id):
        root = roots[row.id] = roots.get(row.corrects_id, row.id)
        newest[root] = row
        if row.outcome in (PENDING, DISPUTED):
            waited.add(root)
    return {
        root: _Tested(
            root, row.enrollment_id, row.happened_on, row.collected_at, by_id[root].recorded_at, root in waited
        )
        for root, row in newest.items()
        if row.specimen is not None and row.correction not in TAKEN_AWAY and first_day <= row.happened_on <= last_day
    }


def _records() -> Any:
    return (
        select(
            VisitRow.id,
            VisitRow.corrects_id,
            VisitRow.enrollment_id,
            VisitRow.happened_on,
            VisitRow.specimen,
            VisitRow.outcome,
            VisitRow.collected_at,
            VisitRow.correction,
            VisitRow.recorded_at,
        )
        .order_by(VisitRow.id.desc())
        .limit(MOST_VISITS)
    )


def _awarded_at(session: Session, visit_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each visit was first paid something, by the id of its first record."""
    rows = session.execute(
        select(EntryRow.visit_id, func.min(Transaction.id).label("transaction_id"))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(EntryRow.visit_id.in_(list(visit_ids)), AccountRow.kind == "client", EntryRow.amount > 0)
        .group_by(EntryRow.visit_id)
    ).all()
    first = {row.transaction_id: row.visit_id for row in rows}
    times = session.execute(select(Transaction.id, Transaction.recorded_at).where(Transaction.id.in_(first)))
    at = {row.id: row.recorded_at for row in times}
    return {row.visit_id: at[row.transaction_id] for row in rows}


def _arrivals(
    session: Session, site_id: int, first_day: date, last_day: date, enrollment_id: int | None = None
) -> dict[tuple[int, date], datetime]:
    """Return when each client was first noted as arrived on a day."""
    rows = session.execute(
        select(SlotNote.enrollment_id, SlotNote.on_day, SlotNote.at)
        .where(
            SlotNote.site_id == site_id,
            SlotNote.on_day.between(first_day, last_day),
            SlotNote.status == ARRIVED,
            SlotNote.at.is_not(None),
            *([SlotNote.enrollment_id == enrollment_id] if enrollment_id is not None else []),
        )
        .order_by(SlotNote.at.desc())
        .limit(MOST_VISITS)
    )
    return {(row.enrollment_id, row.on_day): row.at for row in rows}


def _prize_at(session: Session, client_id: int, since: datetime, until: datetime) -> datetime | None:
    """Return when a client first drew a slip or got a prize from an instant on and before another one."""
    got = got_between(since, until, lambda model: model.client_id.in_(records_of(client_id))).subquery()
    return session.execute(select(func.min(got.c.at))).scalar_one_or_none()
