"""A client's plan and week at their site: what staff see, what the client gets on paper, and how plans changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.clients.events import EnrollmentSpan
from cm_tracker.domain.day.client_week import is_drawn, minutes_of_slots, monday_of
from cm_tracker.domain.day.plans import Plan, level_since, plan_on
from cm_tracker.domain.day.services import TEST_VISIT, Service
from cm_tracker.domain.day.slots import Planned, SiteWeek, Slot, slots_between
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment, Note, PlanRow, Site, Staff
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.day.plans import plans_of
from cm_tracker.queries.day.week import ServiceLine, service_lines, site_week
from cm_tracker.queries.staff.sites import at_sites

DAYS_AHEAD = 28
"""So many days ahead the next slot is looked for."""


@dataclass(frozen=True, slots=True)
class PlannedClient:
    """A client with an enrollment, its plans at the client's site, and the week of that site.

    `level_since` is the day since which the client has had today's level, or None without a plan today.
    """

    client_id: int
    enrollment_id: int
    code: str
    preferred_name: str
    language: str
    site_name: str
    time_zone: str
    today: date
    planned: Planned
    week: SiteWeek

    @property
    def span(self) -> EnrollmentSpan:
        """From when to when the enrollment runs."""
        return self.planned.span

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of the client's site, in the order of their first days."""
        return self.planned.plans

    @property
    def newest(self) -> Plan | None:
        """The plan that holds in the end."""
        return plan_on(self.plans, date.max)

    @property
    def is_over(self) -> bool:
        """Return whether the enrollment's last day has passed, so that no plan can begin."""
        return self.span.last_day is not None and self.span.last_day < self.today


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in the history of an enrollment: who entered it, when, and why. `was_replaced` is one that never held."""

    plan: Plan
    recorded_at: datetime
    staff_name: str | None
    note: str | None
    was_replaced: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The form of a plan: the client, the services that can be chosen, and the plans so far, the newest first."""

    client: PlannedClient
    services: tuple[ServiceLine, ...]
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True)
class WeekSlot:
    """A slot with the names of its service, who leads it, and the track that it counts for.

    `is_drawn` says that the program drew the day. `closure` is the name of the closure that excuses it, or None.
    """

    slot: Slot
    service: Service
    leader_name: str | None
    track_title: str | None
    is_drawn: bool
    closure: str | None

    @property
    def is_test(self) -> bool:
        """Return whether it is a visit for a test."""
        return self.service.kind == TEST_VISIT

    def is_on(self, now: datetime) -> bool:
        """Return whether it goes on at an instant."""
        return self.slot.excused_by is None and self.slot.begins_at <= now < self.slot.ends_at


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of a client's week. `closure` is the name of a closure, `runs` says whether the enrollment runs."""

    day: date
    lines: tuple[WeekSlot, ...]
    closure: str | None
    is_paused: bool
    runs: bool


@dataclass(frozen=True, slots=True)
class ClientWeek:
    """A client's week, Monday to Sunday. `plan` is the one that holds at its end, or at the latest that begins in it.

    `minutes_planned` are those of care. `first_week` and `last_week` are the program weeks that its days belong to.
    """

    client: PlannedClient
    days: tuple[WeekDay, ...]
    plan: Plan | None
    since: date | None
    minutes_planned: int
    first_week: int
    last_week: int
    weeks: int

    @property
    def first_day(self) -> date:
        """The Monday."""
        return self.days[0].day

    @property
    def last_day(self) -> date:
        """The Sunday."""
        return self.days[-1].day

    @property
    def told(self) -> tuple[tuple[date, tuple[WeekSlot, ...]], ...]:
        """Return what the client gets on paper: the days with their slots, without those that the program drew."""
        told = ((day.day, tuple(line for line in day.lines if not line.is_drawn)) for day in self.days)
        return tuple((day, lines) for day, lines in told if lines)


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """What a client's page says of the plan: the one that holds today or the next one, and the next slot."""

    plan: Plan
    since: date
    next_line: WeekSlot | None


def planned_client(session: Session, actor: Actor, enrollment_id: int, now: datetime) -> PlannedClient:
    """Return the client of an enrollment at the actor's sites, with the plans of their site. Raise `NotFound`."""
    row = session.execute(
        select(
            Client.id.label("client_id"),
            Client.code,
            Client.preferred_name,
            Client.language,
            Client.site_id,
            Site.name.label("site_name"),
            Site.time_zone,
        )
        .join(Record, main_of(Record) == Client.id)
        .join(Enrollment, Enrollment.client_id == Record.id)
        .join(Site, Site.id == Client.site_id)
        .where(Enrollment.id == enrollment_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    spans = spans_of(session, [row.client_id]) if row is not None else ()
    of = next((one for one in spans if one.enrollment_id == enrollment_id), None)
    if row is None or of is None:
        raise NotFound(what="enrollment")
    later = [one.starts_on for one in spans if one.record_id == of.record_id and one.starts_on > of.starts_on]
    span = replace(of.span, next_starts_on=min(later, default=None))
    return PlannedClient(
        client_id=row.client_id,
        enrollment_id=enrollment_id,
        code=row.code,
        preferred_name=row.preferred_name,
        language=row.language,
        site_name=row.site_name,
        time_zone=row.time_zone,
        today=day_at(now, row.time_zone),
        planned=planned_at(session, enrollment_id, span, row.site_id),
        week=site_week(session, row.site_id),
    )


def plan_page(session: Session, actor: Actor, enrollment_id: int, now: datetime) -> PlanPage:
    """Return what the form of a plan shows. Raise `NotFound`."""
    client = planned_client(session, actor, enrollment_id, now)
    lines = service_lines(session, actor, client.week.site_id)
    rows = {
        row.id: row
        for row in session.execute(
            select(PlanRow.id, PlanRow.recorded_at, Staff.display_name, Note.text.label("note"))
            .outerjoin(Staff, Staff.id == PlanRow.staff_id)
            .outerjoin(Note, Note.digest == PlanRow.note_digest)
            .where(PlanRow.enrollment_id == enrollment_id)
        )
    }
    newest_of_day = {plan.from_on: plan.id for plan in client.plans}
    return PlanPage(
        client,
        lines,
        tuple(
            PlanLine(
                plan,
                rows[plan.id].recorded_at,
                rows[plan.id].display_name,
                rows[plan.id].note,
                newest_of_day[plan.from_on] != plan.id,
            )
            for plan in reversed(client.plans)
        ),
    )


def client_week(session: Session, actor: Actor, enrollment_id: int, day: date | None, now: datetime) -> ClientWeek:
    """Return the week of a client in which a day lies, today's without one. Raise `NotFound`."""
    client = planned_client(session, actor, enrollment_id, now)
    first_day = monday_of(day or client.today)
    days = [first_day + timedelta(days=number) for number in range(7)]
    slots = slots_between(client.week, client.planned, days[0], days[-1])
    names = leader_names(session, slots)
    timeline = client.span.timeline
    return ClientWeek(
        client=client,
        days=tuple(
            WeekDay(
                one,
                tuple(_line(client.week, client.planned, slot, names) for slot in slots if slot.on_day == one),
                closure.name if (closure := client.week.calendar.closure_on(one)) else None,
                timeline.is_paused(one),
                timeline.starts_on <= one and (client.span.last_day is None or one <= client.span.last_day),
            )
            for one in days
        ),
        plan=(plan := plan_on(client.plans, days[-1])),
        since=level_since(client.plans, days[-1]) if plan else None,
        minutes_planned=minutes_of_slots(slots, client.week.services),
        first_week=timeline.week_of(max(days[0], timeline.starts_on)),
        last_week=timeline.week_of(days[-1]),
        weeks=timeline.schedule_on(days[-1]).last_week,
    )


def plan_summary(session: Session, planned: Planned, week: SiteWeek, now: datetime) -> PlanSummary:
    """Return what a client's page says of the plan at a site; there is at least one plan.

    The caller checks whether the actor may see the site.
    """
    today = day_at(now, str(week.zone))
    plan = plan_on(planned.plans, today) or planned.plans[0]
    slots = slots_between(week, planned, today, today + timedelta(days=DAYS_AHEAD))
    coming = next((slot for slot in slots if slot.excused_by is None and slot.ends_at > now), None)
    names = leader_names(session, (coming,) if coming else ())
    return PlanSummary(
        plan,
        level_since(planned.plans, max(today, plan.from_on)) or plan.from_on,
        _line(week, planned, coming, names) if coming else None,
    )


def planned_at(session: Session, enrollment_id: int, span: EnrollmentSpan, site_id: int) -> Planned:
    """Return an enrollment with its plans at a site."""
    plans = plans_of(session, [enrollment_id]).get(enrollment_id, ())
    return Planned(enrollment_id, span, tuple(plan for plan in plans if plan.site_id == site_id))


def leader_names(session: Session, slots: tuple[Slot, ...]) -> Mapping[int, str]:
    """Return the names of who leads some slots, also of those who have left the site since."""
    ids = {slot.leader_id for slot in slots if slot.leader_id is not None}
    rows = session.execute(select(Staff.id, Staff.display_name).where(Staff.id.in_(ids)))
    return {row.id: row.display_name for row in rows}


def _line(week: SiteWeek, planned: Planned, slot: Slot, names: Mapping[int, str]) -> WeekSlot:
    track = planned.timeline.track_on(slot.behavior, slot.on_day) if slot.behavior else None
    closure = week.calendar.closure_on(slot.on_day)
    return WeekSlot(
        slot,
        week.services[slot.service_id],
        names.get(slot.leader_id) if slot.leader_id is not None else None,
        track.title if track else None,
        is_drawn(planned.plans, slot),
        closure.name if closure else None,
    )
