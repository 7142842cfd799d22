"""The services of a site with their meetings, and its calendar."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.day.calendar import Away, Calendar, Closure
from cm_tracker.domain.day.services import MOST_SERVICES, Meeting, Service
from cm_tracker.domain.day.slots import SiteWeek
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AwayRow, ClosureRow, MeetingRow, ServiceRow, Site, Staff
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST_MEETINGS = 5_000
MOST_OF_CALENDAR = 500

_CLOSURE = (ClosureRow.id, ClosureRow.first_day, ClosureRow.last_day, ClosureRow.name, ClosureRow.make_up_on)
_AWAY = (AwayRow.id, AwayRow.member_id.label("staff_id"), AwayRow.first_day, AwayRow.last_day, AwayRow.stand_in_id)


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service in the list of a site's services, with the name of who leads it."""

    service: Service
    leader_name: str | None
    is_retired: bool


@dataclass(frozen=True, slots=True)
class AwayLine:
    """An absence of staff in the calendar, with the names of who is away and who stands in."""

    away: Away
    name: str
    stand_in_name: str | None


def site_week(session: Session, site_id: int) -> SiteWeek:
    """Return what all clients of a site share: its services, also retired ones, its calendar, and its time zone.

    The caller checks whether the actor may see the site. Raise `NotFound`.
    """
    zone = session.execute(select(Site.time_zone).where(Site.id == site_id)).scalar_one_or_none()
    if zone is None:
        raise NotFound(what="site")
    services = {line.service.id: line.service for line in _services(session, site_id)}
    return SiteWeek(site_id, services, calendar_of(session, site_id), ZoneInfo(zone))


def service_lines(session: Session, actor: Actor, site_id: int) -> tuple[ServiceLine, ...]:
    """Return the services of one of the actor's sites: first those in use, by name, then the retired ones."""
    lines = _services(session, site_id, at_sites(ServiceRow.site_id, actor))
    return tuple(sorted(lines, key=lambda line: (line.is_retired, line.service.name.casefold(), line.service.id)))


def service_of(session: Session, actor: Actor, service_id: int) -> ServiceLine:
    """Return a service of the actor's sites. Raise `NotFound`."""
    site_id = session.execute(
        select(ServiceRow.site_id).where(ServiceRow.id == service_id, at_sites(ServiceRow.site_id, actor))
    ).scalar_one_or_none()
    if site_id is None:
        raise NotFound(what="service")
    return next(line for line in _services(session, site_id, ServiceRow.id == service_id))


def service_names(session: Session, site_id: int) -> tuple[str, ...]:
    """Return the names of the services in use at a site. The caller checks whether the actor may see the site."""
    names = select(ServiceRow.name).where(ServiceRow.site_id == site_id, ServiceRow.retired_at.is_(None))
    return tuple(session.execute(names.order_by(ServiceRow.name).limit(MOST_SERVICES)).scalars())


def calendar_of(session: Session, site_id: int) -> Calendar:
    """Return the closures of a site and the absences of its staff that were not withdrawn, the newest ones."""
    closures = session.execute(
        select(*_CLOSURE)
        .where(ClosureRow.site_id == site_id, ClosureRow.withdrawn_at.is_(None))
        .order_by(ClosureRow.first_day.desc())
        .limit(MOST_OF_CALENDAR)
    )
    away = session.execute(
        select(*_AWAY)
        .where(AwayRow.site_id == site_id, AwayRow.withdrawn_at.is_(None))
        .order_by(AwayRow.first_day.desc())
        .limit(MOST_OF_CALENDAR)
    )
    return Calendar(
        tuple(view_of(Closure, row) for row in reversed(closures.all())),
        tuple(view_of(Away, row) for row in reversed(away.all())),
    )


def closures_from(session: Session, actor: Actor, site_id: int, day: date) -> tuple[Closure, ...]:
    """Return the closures of one of the actor's sites that end on a day or later, by their days."""
    return _closures(session, actor, site_id, ClosureRow.last_day >= day, order=ClosureRow.first_day.asc())


def closures_before(session: Session, actor: Actor, site_id: int, day: date) -> tuple[Closure, ...]:
    """Return the closures of one of the actor's sites that ended before a day, the newest one first."""
    return _closures(session, actor, site_id, ClosureRow.last_day < day, order=ClosureRow.first_day.desc())


def away_from(session: Session, actor: Actor, site_id: int, day: date) -> tuple[AwayLine, ...]:
    """Return who is away from one of the actor's sites on a day or later, by their days."""
    return _away(session, actor, site_id, AwayRow.last_day >= day, order=AwayRow.first_day.asc())


def away_before(session: Session, actor: Actor, site_id: int, day: date) -> tuple[AwayLine, ...]:
    """Return who was away from one of the actor's sites before a day, the newest absence first."""
    return _away(session, actor, site_id, AwayRow.last_day < day, order=AwayRow.first_day.desc())


def _closures(session: Session, actor: Actor, site_id: int, days: Any, *, order: Any) -> tuple[Closure, ...]:
    rows = session.execute(
        select(*_CLOSURE)
        .where(
            ClosureRow.site_id == site_id, ClosureRow.withdrawn_at.is_(None), days, at_sites(ClosureRow.site_id, actor)
        )
        .order_by(order)
        .limit(MOST_OF_CALENDAR)
    )
    return tuple(view_of(Closure, row) for row in rows)


def _away(session: Session, actor: Actor, site_id: int, days: Any, *, order: Any) -> tuple[AwayLine, ...]:
    stand_in = aliased(Staff)
    rows = session.execute(
        select(*_AWAY, Staff.display_name, stand_in.display_name.label("stand_in_name"))
        .join(Staff, Staff.id == AwayRow.member_id)
        .outerjoin(stand_in, stand_in.id == AwayRow.stand_in_id)
        .where(AwayRow.site_id == site_id, AwayRow.withdrawn_at.is_(None), days, at_sites(AwayRow.site_id, actor))
        .order_by(order, AwayRow.id)
        .limit(MOST_OF_CALENDAR)
    )
    return tuple(
        AwayLine(
            Away(row.id, row.staff_id, row.first_day, row.last_day, row.stand_in_id),
            row.display_name,
            row.stand_in_name,
        )
        for row in rows
    )


def _services(session: Session, site_id: int, *conditions: Any) -> list[ServiceLine]:
    rows = session.execute(
        select(
            ServiceRow.id,
            ServiceRow.site_id,
            ServiceRow.name,
            ServiceRow.kind,
            ServiceRow.leader_id,
            ServiceRow.place,
            ServiceRow.capacity,
            ServiceRow.retired_at,
            Staff.display_name,
            MeetingRow.weekday,
            MeetingRow.time_of_day,
            MeetingRow.minutes,
            MeetingRow.from_on,
            MeetingRow.until_on,
        )
        .outerjoin(MeetingRow, MeetingRow.service_id == ServiceRow.id)
        .outerjoin(Staff, Staff.id == ServiceRow.leader_id)
        .where(ServiceRow.site_id == site_id, *conditions)
        .order_by(ServiceRow.id, MeetingRow.from_on, MeetingRow.weekday)
        .limit(MOST_MEETINGS)
    ).all()
    meetings: dict[int, list[Meeting]] = {}
    for row in rows:
        if row.weekday is not None:
            meeting = Meeting(row.weekday, row.time_of_day, row.minutes, row.from_on, row.until_on)
            meetings.setdefault(row.id, []).append(meeting)
    return [
        ServiceLine(
            Service(
                row.id,
                row.site_id,
                row.name,
                row.kind,
                row.leader_id,
                row.place,
                row.capacity,
                tuple(meetings.get(row.id, ())),
            ),
            row.display_name,
            row.retired_at is not None,
        )
        for row in {row.id: row for row in rows}.values()
    ]
