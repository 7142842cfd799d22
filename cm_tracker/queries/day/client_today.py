"""A client's own day: what they come to today, when they are expected next, and what the plan is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.clients.events import EnrollmentSpan
from cm_tracker.domain.day.calendar import Closure
from cm_tracker.domain.day.client_week import is_drawn
from cm_tracker.domain.day.services import Service
from cm_tracker.domain.day.slots import Planned, SiteWeek, Slot, slots_between
from cm_tracker.domain.day.states import ARRIVED
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.clients.clients import ClientName, client_name
from cm_tracker.queries.clients.spans import current_of, spans_of
from cm_tracker.queries.day.attendance import as_seen_by
from cm_tracker.queries.day.client_weeks import PlanSummary, leader_names, plan_summary, planned_at
from cm_tracker.queries.day.closed_days import closed_at
from cm_tracker.queries.day.expected import Person
from cm_tracker.queries.day.lines import SlotLine, lines_of
from cm_tracker.queries.day.week import site_week

DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True)
class ClientDay:
    """The day of one client at their site, by the time of each slot. `coming` are the slots of the next days that may be told beforehand.

    Of `lines`, those that are open come first, and of these the tests: they are what a card is scanned for.

    `plan` is None where there is none; then nobody expects the client.
    """

    client: ClientName
    day: date
    lines: tuple[SlotLine, ...] = ()
    coming: tuple[tuple[Slot, Service], ...] = ()
    leaders: tuple[tuple[int, str], ...] = ()
    is_closed: bool = False
    plan: PlanSummary | None = None
    planned: Planned | None = None
    week: SiteWeek | None = None

    @property
    def next_line(self) -> SlotLine | None:
        """Return the one thing of the day: what is open. What the client is here for comes first, then a test."""
        still = [line for line in self.lines if line.is_open and not self.is_closed]
        return min(still, key=lambda line: (line.state != ARRIVED, not line.slot.is_test, line.due_at), default=None)

    @property
    def closure(self) -> Closure | None:
        """Return why the site is closed on the day, or None."""
        return self.week.calendar.closure_on(self.day) if self.week is not None else None

    def leader(self, slot: Slot) -> str:
        """Return the name of who leads a slot, or nothing."""
        return dict(self.leaders).get(slot.leader_id or 0, "")


def client_today(session: Session, actor: Actor, client_id: int, now: datetime) -> ClientDay:
    """Return the day of a client at the actor's sites; for a record that was merged, of its main record.

    Without the permission to see visits, it says nothing of what they found or earned. Raise `NotFound`.
    """
    client = client_name(session, actor, client_id)
    current = current_of(spans_of(session, [client.id]), day_at(now, client.time_zone))
    if current is None:
        return ClientDay(client, day_at(now, client.time_zone))
    return enrolled_today(session, actor, client, current.enrollment_id, current.span, now)


def enrolled_today(
    session: Session, actor: Actor, client: ClientName, enrollment_id: int, span: EnrollmentSpan, now: datetime
) -> ClientDay:
    """Return the day of a client with an enrollment. The caller checks whether the actor may see the client."""
    day, planned = day_at(now, client.time_zone), planned_at(session, enrollment_id, span, client.site_id)
    if not planned.plans:
        return ClientDay(client, day)
    week = site_week(session, client.site_id)
    person = Person(client.id, client.code, client.preferred_name, planned)
    is_closed = closed_at(session, client.site_id, day) is not None
    by_time = lines_of(session, week, [person], day, now, is_closed=is_closed)
    lines = tuple(sorted(by_time, key=lambda line: (not line.is_open, not line.slot.is_test)))
    coming = [
        slot
        for slot in slots_between(week, planned, day + timedelta(days=1), day + timedelta(days=DAYS_AHEAD))
        if slot.excused_by is None and not is_drawn(planned.plans, slot)
    ]
    leaders = leader_names(session, (*(line.slot for line in lines), *coming))
    return ClientDay(
        client,
        day,
        as_seen_by(actor, lines),
        tuple((slot, week.services[slot.service_id]) for slot in coming),
        tuple(leaders.items()),
        is_closed,
        plan_summary(session, planned, week, now),
        planned,
        week,
    )
