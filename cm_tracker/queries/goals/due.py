"""What is due at a site: goals and reviews by their days, and slips that wait for a decision."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.goals import goals, reviews
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import (
    Client,
    Enrollment,
    GoalChange,
    GoalRow,
    MeetingSlip,
    Note,
    ReviewChange,
    ReviewRow,
    ServiceRow,
    SlipDecision,
    VisitRow,
)
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.schedules.followed import has_ended_before
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.views import view_of

MOST = 100
"""So many goals, reviews and slips the page lists."""
AHEAD = timedelta(days=7)
"""The page also lists what is due within so many days."""


@dataclass(frozen=True, slots=True)
class DueLine:
    """A goal or a review that is due, or a slip that waits. `title` are the words of a goal, or the name of a meeting."""

    id: int
    client_id: int
    enrollment_id: int
    code: str
    preferred_name: str
    kind: str
    title: str | None
    on_day: date


@dataclass(frozen=True, slots=True)
class DueList:
    """What is due at a site until `until`, each by its day. `count` is how much is due today or overdue, slips included."""

    site: SiteLine
    today: date
    until: date
    goals: tuple[DueLine, ...]
    reviews: tuple[DueLine, ...]
    slips: tuple[DueLine, ...]
    count: int

    def overdue(self, lines: tuple[DueLine, ...]) -> tuple[DueLine, ...]:
        """Return those that were due before today."""
        return tuple(line for line in lines if line.on_day < self.today)

    def due_today(self, lines: tuple[DueLine, ...]) -> tuple[DueLine, ...]:
        """Return those that are due today."""
        return tuple(line for line in lines if line.on_day == self.today)

    def coming(self, lines: tuple[DueLine, ...]) -> tuple[DueLine, ...]:
        """Return those that are due after today."""
        return tuple(line for line in lines if line.on_day > self.today)


def due_at(session: Session, actor: Actor, site_id: int, now: datetime) -> DueList:
    """Return what is due at one of the actor's sites today, before, and within a week. Raise `NotFound`.

    The number of statements does not depend on how much is due. At most `MOST` of each are listed, the oldest first.
    """
    site = site_of(session, actor, site_id)
    today = day_at(now, site.time_zone)
    until = today + AHEAD
    return DueList(
        site,
        today,
        until,
        goals=_lines(session, _goals(site_id, today, until)),
        reviews=_lines(session, _reviews(site_id, today, until)),
        slips=_lines(session, _slips(site_id, today)),
        count=count_due(session, site_id, today),
    )


def _lines(session: Session, statement: Any) -> tuple[DueLine, ...]:
    rows = session.execute(statement.order_by("on_day", "id").limit(MOST))
    return tuple(view_of(DueLine, row) for row in rows)


def count_due(session: Session, site_id: int, today: date) -> int:
    """Return how many goals and reviews are due or overdue at a site, and slips that wait.

    It is one statement. The caller checks whether the actor may see the site.
    """
    statements = (_goals(site_id, today, today), _reviews(site_id, today, today), _slips(site_id, today))
    counts = [select(func.count()).select_from(statement.subquery()).scalar_subquery() for statement in statements]
    return sum(session.execute(select(*counts)).one())


def _of_client(statement: Any, enrollment_id: Any, site_id: int, today: date) -> Any:
    """Join the client of an enrollment that runs at a site: it has not ended, and no later one has begun."""
    later = aliased(Enrollment)
    return (
        statement.join(Enrollment, Enrollment.id == enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(
            Client.site_id == site_id,
            ~has_ended_before(today),
            ~exists().where(
                later.client_id == Enrollment.client_id,
                later.starts_on > Enrollment.starts_on,
                later.starts_on <= today,
            ),
        )
    )


_CLIENT = (
    Client.id.label("client_id"),
    Enrollment.id.label("enrollment_id"),
    Client.code,
    Client.preferred_name,
)


def _goals(site_id: int, today: date, until: date) -> Any:
    """Return the open goals that are due until a day. One whose visit was undone or voided is open again."""
    moved = (
        select(GoalChange.due_on)
        .where(GoalChange.goal_id == GoalRow.id, GoalChange.what == goals.MOVED)
        .order_by(GoalChange.id.desc())
        .limit(1)
        .correlate(GoalRow)
        .scalar_subquery()
    )
    settled, due_on = aliased(GoalChange), func.coalesce(moved, GoalRow.due_on)
    statement = select(GoalRow.id, *_CLIENT, GoalRow.kind, Note.text.label("title"), due_on.label("on_day"))
    return _of_client(statement.select_from(GoalRow), GoalRow.enrollment_id, site_id, today).outerjoin(
        Note, Note.digest == GoalRow.title_digest
    ).where(
        due_on <= until,
        ~exists().where(
            settled.goal_id == GoalRow.id,
            settled.what.in_((goals.MET, goals.DROPPED)),
            or_(settled.visit_id.is_(None), _pays(settled)),
        ),
    )  # fmt: skip


def _pays(change: Any) -> Any:
    """Return whether the visit of a met goal counts: it was not taken away, and no other goal has taken it since."""
    newer, records = aliased(GoalChange), _records_of_visits()
    newest = aliased(VisitRow)
    is_newest = ~exists().where(newest.corrects_id == VisitRow.id)
    taken_away = select(records.c.visit_id).join(VisitRow, VisitRow.id == records.c.record_id).where(
        VisitRow.correction.in_(TAKEN_AWAY), is_newest
    )  # fmt: skip
    return change.visit_id.not_in(taken_away) & ~exists().where(
        newer.visit_id == change.visit_id, newer.id > change.id, newer.goal_id != change.goal_id
    )


def _records_of_visits() -> Any:
    """Return every record of the visits that goals name, as a table of the first record and each later one."""
    records = (
        select(GoalChange.visit_id.label("visit_id"), GoalChange.visit_id.label("record_id"))
        .where(GoalChange.visit_id.is_not(None))
        .cte("records", recursive=True)
    )
    later = aliased(VisitRow)
    return records.union(select(records.c.visit_id, later.id).join(later, later.corrects_id == records.c.record_id))


def _reviews(site_id: int, today: date, until: date) -> Any:
    """Return the open reviews that are due until a day."""
    moved = (
        select(ReviewChange.due_on)
        .where(ReviewChange.review_id == ReviewRow.id, ReviewChange.what == reviews.MOVED)
        .order_by(ReviewChange.id.desc())
        .limit(1)
        .correlate(ReviewRow)
        .scalar_subquery()
    )
    settled, due_on = aliased(ReviewChange), func.coalesce(moved, ReviewRow.due_on)
    statement = select(
        ReviewRow.id, *_CLIENT, ReviewRow.kind, ReviewRow.kind.label("title"), due_on.label("on_day")
    ).select_from(ReviewRow)
    return _of_client(statement, ReviewRow.enrollment_id, site_id, today).where(
        due_on <= until,
        ~exists().where(settled.review_id == ReviewRow.id, settled.what.in_((reviews.DONE, reviews.DROPPED))),
    )


def _slips(site_id: int, today: date) -> Any:
    """Return the slips that nobody has decided about."""
    statement = select(
        MeetingSlip.id,
        *_CLIENT,
        ServiceRow.kind,
        ServiceRow.name.label("title"),
        MeetingSlip.on_day.label("on_day"),
    ).select_from(MeetingSlip)
    return (
        _of_client(statement, MeetingSlip.enrollment_id, site_id, today)
        .join(ServiceRow, ServiceRow.id == MeetingSlip.service_id)
        .where(~exists().where(SlipDecision.slip_id == MeetingSlip.id))
    )
