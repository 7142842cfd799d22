"""The next visits of a client by their plan, from two statements: the plan with its services, and the site's calendar.

Days that the program draws are not read at all, so that the kiosk cannot show one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from cm_tracker.domain.day.calendar import Away, Calendar, Closure
from cm_tracker.domain.day.next_visit import next_slots
from cm_tracker.domain.day.plans import Plan, PlanItem
from cm_tracker.domain.day.services import Meeting, Service
from cm_tracker.domain.day.slots import Planned, SiteWeek, Slot
from cm_tracker.models import AwayRow, ClosureRow, MeetingRow, PlanItemRow, PlanRow, ServiceRow
from cm_tracker.queries.kiosk.enrolled import Enrolled
from cm_tracker.queries.kiosk.opened import Opened

MOST_SLOTS = 3
LOOK_BACK = timedelta(weeks=5)
"""So far back a day matters: which tests of a period are paid depends on those before them, and a period has four weeks."""
MOST_ROWS = 2_000


def next_slots_of(
    session: Session, opened: Opened, enrolled: Enrolled, now: datetime
) -> Mapping[str, tuple[Slot, ...] | None]:
    """Return the next slots of each track by its behavior; None where their days may not be told.

    There are none for a client without a plan at their site.
    """
    plans, services = _plans(session, enrolled.history.id, opened)
    if not plans:
        return {}
    week = SiteWeek(
        opened.site_id, services, _calendar(session, opened.site_id, opened.today), ZoneInfo(opened.time_zone)
    )
    planned = Planned(enrolled.history.id, enrolled.history.span, plans)
    visits = enrolled.history.visits
    return {
        track.behavior: next_slots(
            week,
            planned,
            track.behavior,
            visited={visit.happened_on for visit in visits if visit.behavior == track.behavior},
            today=opened.today,
            now=now,
            most=MOST_SLOTS,
        )
        for track in enrolled.history.timeline.tracks_on(opened.today)
    }


def _plans(session: Session, enrollment_id: int, opened: Opened) -> tuple[tuple[Plan, ...], dict[int, Service]]:
    rows: Sequence[Any] = session.execute(
        select(
            PlanRow.id,
            PlanRow.from_on,
            PlanRow.level,
            PlanRow.hours_required,
            PlanItemRow.id.label("item_id"),
            PlanItemRow.service_id,
            PlanItemRow.weekdays,
            PlanItemRow.behavior,
            PlanItemRow.time_of_day.label("own_time"),
            PlanItemRow.is_drawn,
            PlanItemRow.hours_between,
            ServiceRow.name,
            ServiceRow.kind,
            ServiceRow.leader_id,
            ServiceRow.place,
            ServiceRow.capacity,
            MeetingRow.id.label("meeting_id"),
            MeetingRow.weekday,
            MeetingRow.time_of_day,
            MeetingRow.minutes,
            MeetingRow.from_on.label("meets_from"),
            MeetingRow.until_on,
        )
        .join(PlanItemRow, PlanItemRow.plan_id == PlanRow.id)
        .join(ServiceRow, ServiceRow.id == PlanItemRow.service_id)
        .outerjoin(
            MeetingRow,
            (MeetingRow.service_id == ServiceRow.id)
            & or_(MeetingRow.until_on.is_(None), MeetingRow.until_on >= opened.today - LOOK_BACK),
        )
        .where(PlanRow.enrollment_id == enrollment_id, PlanRow.site_id == opened.site_id)
        .order_by(PlanRow.from_on, PlanRow.id, PlanItemRow.id, MeetingRow.from_on, MeetingRow.weekday)
        .limit(MOST_ROWS)
    ).all()
    meetings: dict[int, dict[int, Meeting]] = {}
    items: dict[int, dict[int, PlanItem]] = {}
    for row in rows:
        of_service = meetings.setdefault(row.service_id, {})
        if row.meeting_id is not None:
            of_service[row.meeting_id] = Meeting(
                row.weekday, row.time_of_day, row.minutes, row.meets_from, row.until_on
            )
        items.setdefault(row.id, {})[row.item_id] = PlanItem(
            row.service_id,
            frozenset(int(weekday) for weekday in row.weekdays),
            row.behavior,
            row.own_time,
            row.is_drawn,
            row.hours_between,
        )
    services = {
        row.service_id: Service(
            row.service_id,
            opened.site_id,
            row.name,
            row.kind,
            row.leader_id,
            row.place,
            row.capacity,
            tuple(meetings[row.service_id].values()),
        )
        for row in rows
    }
    plans = {
        row.id: Plan(row.id, opened.site_id, row.from_on, row.level, row.hours_required, tuple(items[row.id].values()))
        for row in rows
    }
    return tuple(plans.values()), services


def _calendar(session: Session, site_id: int, today: date) -> Calendar:
    """Return the closures and absences of staff that matter from a day on, or for a closed day that is made up later."""
    closures = select(
        literal("closure").label("of"),
        ClosureRow.id,
        ClosureRow.first_day,
        ClosureRow.last_day,
        ClosureRow.make_up_on,
        null().label("member_id"),
        null().label("stand_in_id"),
    ).where(
        ClosureRow.site_id == site_id,
        ClosureRow.withdrawn_at.is_(None),
        or_(ClosureRow.last_day >= today, ClosureRow.make_up_on >= today),
    )
    away = select(
        literal("away"),
        AwayRow.id,
        AwayRow.first_day,
        AwayRow.last_day,
        null(),
        AwayRow.member_id,
        AwayRow.stand_in_id,
    ).where(AwayRow.site_id == site_id, AwayRow.withdrawn_at.is_(None), AwayRow.last_day >= today)
    rows: Sequence[Any] = session.execute(union_all(closures, away).limit(MOST_ROWS)).all()
    return Calendar(
        tuple(Closure(row.id, row.first_day, row.last_day, "", row.make_up_on) for row in rows if row.of == "closure"),
        tuple(
            Away(row.id, row.member_id, row.first_day, row.last_day, row.stand_in_id)
            for row in rows
            if row.of == "away"
        ),
    )
