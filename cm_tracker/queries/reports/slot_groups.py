"""To which service and to which member of staff belongs what was expected, and what became of it.

A service is that of the slot. A member of staff is who recorded: a visit, or what was noted of a slot without a visit.
Where nobody recorded anything, it is who led the service on that day. What was imported was recorded elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.slots import SiteWeek
from cm_tracker.domain.day.states import SETTLED
from cm_tracker.domain.measures.sequences import Course, Expected
from cm_tracker.models import ServiceRow, Site, SlotNote, Staff, VisitRow
from cm_tracker.queries.day.week import site_week

NOBODY = "–"


@dataclass(frozen=True, slots=True)
class Recorders:
    """Who recorded what: visits by their first records, notes by enrollment, service and day, and who leads services."""

    of_visits: Mapping[int, int]
    of_notes: Mapping[tuple[int, int, date], int]
    weeks: Mapping[int, SiteWeek]

    def of(self, course: Course, one: Expected) -> int | None:
        """Return the id of the member of staff to whom something expected of a course belongs, None for nobody."""
        if one.visit_id is not None:
            return self.of_visits.get(one.visit_id)
        if one.service_id is None:
            return None
        noted = self.of_notes.get((course.enrollment_id, one.service_id, one.on_day))
        return self._leader(one) if noted is None else noted

    def _leader(self, one: Expected) -> int | None:
        week = self.weeks[one.site_id]
        service = week.services.get(one.service_id or 0)
        if service is None:
            return None
        away = week.calendar.away_on(service.leader_id, one.on_day)
        return service.leader_id if away is None else away.stand_in_id


def recorders(session: Session, ids: Any, site_ids: Iterable[int], first_day: date, last_day: date) -> Recorders:
    """Return who recorded what of some days. `ids` is a subquery with the ids of the enrollments."""
    visits = session.execute(
        select(VisitRow.id, VisitRow.staff_id).where(
            VisitRow.enrollment_id.in_(select(ids.c.id)),
            VisitRow.corrects_id.is_(None),
            VisitRow.staff_id.is_not(None),
            VisitRow.via != "import",
        )
    )
    newest = (
        select(func.max(SlotNote.id))
        .where(SlotNote.enrollment_id.in_(select(ids.c.id)))
        .group_by(SlotNote.enrollment_id, SlotNote.service_id, SlotNote.on_day)
    )
    notes = session.execute(
        select(SlotNote.enrollment_id, SlotNote.service_id, SlotNote.on_day, SlotNote.staff_id).where(
            SlotNote.id.in_(newest),
            SlotNote.on_day.between(first_day, last_day),
            SlotNote.status.in_(sorted(SETTLED)),
            SlotNote.visit_id.is_(None),
            SlotNote.staff_id.is_not(None),
        )
    )
    return Recorders(
        {row.id: row.staff_id for row in visits},
        {(row.enrollment_id, row.service_id, row.on_day): row.staff_id for row in notes},
        {site_id: site_week(session, site_id) for site_id in site_ids},
    )


def service_names(session: Session, site_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of the services of some sites by their ids, with the site where several sites have the name."""
    rows = session.execute(
        select(ServiceRow.id, ServiceRow.name, ServiceRow.site_id, Site.name.label("site_name"))
        .join(Site, Site.id == ServiceRow.site_id)
        .where(ServiceRow.site_id.in_(sorted(site_ids)))
    ).all()
    sites_with = Counter(name for name, _ in {(row.name, row.site_id) for row in rows})
    return {row.id: f"{row.name}, {row.site_name}" if sites_with[row.name] > 1 else row.name for row in rows}


def staff_names(session: Session) -> dict[int, str]:
    """Return the names of staff by their ids, with the user name where several people have the name."""
    rows = session.execute(select(Staff.id, Staff.display_name, Staff.username)).all()
    people_with = Counter(row.display_name for row in rows)
    return {
        row.id: f"{row.display_name} ({row.username})" if people_with[row.display_name] > 1 else row.display_name
        for row in rows
    }
