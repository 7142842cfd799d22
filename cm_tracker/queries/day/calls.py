"""Clients to call because they did not come, and what came of the calls. Nothing of a result is read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.day.calls import LIST_FOR, Call
from cm_tracker.domain.day.states import ABSENT, MISSING
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import CallRow, Client, Enrollment, ServiceRow, SlotNote, Staff, VisitRow
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.day.lines import SlotLine, day_lines
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.views import view_of

MOST = 500
"""So many absences one list has."""

CallKey = tuple[int, date]
"""Enrollment and day: a client is called once for a day."""


@dataclass(frozen=True, slots=True)
class NoShow:
    """A client who did not come on a day: the services that they missed, and the newest word about a call, or None.

    `visit_ids` are the recorded absences that an excuse would correct, the first record of each.
    """

    client_id: int
    enrollment_id: int
    code: str
    name: str
    day: date
    missed: tuple[str, ...]
    visit_ids: tuple[int, ...]
    call: Call | None

    @property
    def is_done(self) -> bool:
        """Whether the client is not called again."""
        return self.call is not None and self.call.is_done


@dataclass(frozen=True, slots=True)
class NoShows:
    """The clients of a site to call: of earlier days, the newest day first, and those who are missing today."""

    site: SiteLine
    today: date
    earlier: tuple[NoShow, ...]
    missing: tuple[NoShow, ...]

    @property
    def open(self) -> tuple[NoShow, ...]:
        """Those of earlier days who were not reached yet."""
        return tuple(one for one in self.earlier if not one.is_done)

    @property
    def done(self) -> tuple[NoShow, ...]:
        """Those of earlier days who were reached, or whose absence was excused after the call."""
        return tuple(one for one in self.earlier if one.is_done)


class _Absence(NamedTuple):
    client_id: int
    code: str
    name: str
    enrollment_id: int
    day: date
    visit_id: int | None
    service: str | None

    @property
    def key(self) -> CallKey:
        return self.enrollment_id, self.day


def no_shows(session: Session, actor: Actor, site_id: int, now: datetime) -> NoShows:
    """Return the clients to call at one of the actor's sites. Raise `NotFound`.

    The number of statements does not depend on how many they are.
    """
    site = site_of(session, actor, site_id)
    today = day_at(now, site.time_zone)
    days = (today - LIST_FOR, today - timedelta(days=1))
    calls = calls_between(session, site_id, days[0], today)
    found: dict[CallKey, list[_Absence]] = {}
    for one in _absences(session, site_id, *days):
        found.setdefault(one.key, []).append(one)
    # A call that ended in an excuse is shown, though the absence is none any more.
    for one in _excused_after_call(session, site_id, calls, set(found)):
        found.setdefault(one.key, []).append(one)
    missing: dict[int, list[SlotLine]] = {}
    for line in day_lines(session, site_id, today, now):
        if line.state == MISSING:
            missing.setdefault(line.person.enrollment_id, []).append(line)
    earlier = [_no_show(key, rows, calls) for key, rows in found.items()]
    return NoShows(
        site,
        today,
        tuple(sorted(earlier, key=lambda one: (-one.day.toordinal(), one.code))[:MOST]),
        tuple(
            NoShow(
                lines[0].person.client_id, number, lines[0].person.code, lines[0].person.name, today,
                tuple(line.service.name for line in lines), (), calls.get((number, today)),
            )
            for number, lines in missing.items()
        ),
    )  # fmt: skip


def to_call(session: Session, site_id: int, today: date, calls: Mapping[CallKey, Call]) -> int:
    """Return how many clients of earlier days still have to be called at a site.

    `calls` are those of the last week. The caller checks whether the actor may see the site.
    """
    absences = _absences(session, site_id, today - LIST_FOR, today - timedelta(days=1), with_services=False)
    return sum(not (key in calls and calls[key].is_done) for key in {one.key for one in absences})


def calls_between(session: Session, site_id: int, first_day: date, last_day: date) -> dict[CallKey, Call]:
    """Return the newest word about the call to each client for each day. The caller checks the site."""
    newer = aliased(CallRow)
    rows = session.execute(
        select(
            CallRow.id, CallRow.enrollment_id, CallRow.on_day, CallRow.outcome, CallRow.recorded_at, CallRow.staff_id,
            Staff.display_name,
        )
        .outerjoin(Staff, Staff.id == CallRow.staff_id)
        .where(
            CallRow.site_id == site_id,
            CallRow.on_day.between(first_day, last_day),
            ~exists().where(
                newer.enrollment_id == CallRow.enrollment_id, newer.on_day == CallRow.on_day, newer.id > CallRow.id
            ),
        )
    )  # fmt: skip
    return {
        (row.enrollment_id, row.on_day): Call(row.id, row.outcome, row.recorded_at, row.staff_id, row.display_name)
        for row in rows
    }


def _no_show(key: CallKey, rows: Sequence[_Absence], calls: Mapping[CallKey, Call]) -> NoShow:
    return NoShow(
        rows[0].client_id,
        key[0],
        rows[0].code,
        rows[0].name,
        key[1],
        tuple(dict.fromkeys(row.service for row in rows if row.service is not None)),
        tuple(dict.fromkeys(row.visit_id for row in rows if row.visit_id is not None)),
        calls.get(key),
    )


def _absences(
    session: Session, site_id: int, first_day: date, last_day: date, *, with_services: bool = True
) -> list[_Absence]:
    """Return the absences without excuse: those that are visits, and those that are notes alone."""
    noted = _noted(site_id).where(
        SlotNote.on_day.between(first_day, last_day),
        SlotNote.status == ABSENT,
        SlotNote.visit_id.is_(None),
        _is_newest(),
    )
    return [
        *_visits(session, site_id, first_day, last_day, with_services),
        *(view_of(_Absence, row) for row in session.execute(noted.limit(MOST))),
    ]


def _visits(session: Session, site_id: int, first_day: date, last_day: date, with_services: bool) -> list[_Absence]:
    """Return the absences that are visits, each with the id of its first record and the service of its slot."""
    newer = aliased(VisitRow)
    rows = session.execute(
        _of_clients(
            select(
                Client.id.label("client_id"), Client.code, Client.preferred_name, VisitRow.enrollment_id, VisitRow.happened_on, VisitRow.id.label("visit_id"),
                VisitRow.corrects_id,
            ).join_from(VisitRow, Enrollment, Enrollment.id == VisitRow.enrollment_id),
            site_id,
        )
        .where(
            VisitRow.happened_on.between(first_day, last_day),
            VisitRow.outcome == outcomes.UNEXCUSED,
            VisitRow.minutes_expected.is_(None),
            VisitRow.correction.is_(None) | VisitRow.correction.not_in(TAKEN_AWAY),
            ~exists().where(newer.corrects_id == VisitRow.id),
        )
        .limit(MOST)
    ).all()  # fmt: skip
    corrected = {row.enrollment_id for row in rows if row.corrects_id is not None}
    earlier = _earlier_records(session, corrected, first_day, last_day) if corrected else {}
    first = {row.visit_id: _first(row.visit_id, earlier) for row in rows}
    services = _services_of(session, first.values()) if with_services else {}
    return [
        _Absence(row.client_id, row.code, row.preferred_name, row.enrollment_id, row.happened_on, first[row.visit_id],
                 services.get(first[row.visit_id]))
        for row in rows
    ]  # fmt: skip


def _services_of(session: Session, visit_ids: Collection[int]) -> dict[int, str]:
    """Return the service of the slot with which each of some visits was recorded."""
    rows = session.execute(
        select(SlotNote.visit_id, ServiceRow.name)
        .join(ServiceRow, ServiceRow.id == SlotNote.service_id)
        .where(SlotNote.visit_id.in_(visit_ids))
    )
    return {row.visit_id: row.name for row in rows}


def _earlier_records(
    session: Session, enrollment_ids: Collection[int], first_day: date, last_day: date
) -> dict[int, int]:
    """Return which record each correction of some days replaces."""
    rows = session.execute(
        select(VisitRow.id, VisitRow.corrects_id).where(
            VisitRow.enrollment_id.in_(enrollment_ids),
            VisitRow.happened_on.between(first_day, last_day),
            VisitRow.corrects_id.is_not(None),
        )
    )
    return {row.id: row.corrects_id for row in rows}


def _first(record_id: int, earlier: Mapping[int, int]) -> int:
    while record_id in earlier:
        record_id = earlier[record_id]
    return record_id


def _noted(site_id: int) -> Any:
    """Return the statement for the columns of `_Absence` of the slots of a site that staff noted."""
    return _of_clients(
        select(
            Client.id.label("client_id"), Client.code, Client.preferred_name.label("name"), SlotNote.enrollment_id,
            SlotNote.on_day.label("day"), SlotNote.visit_id, ServiceRow.name.label("service"),
        )
        .join_from(SlotNote, Enrollment, Enrollment.id == SlotNote.enrollment_id)
        .join(ServiceRow, ServiceRow.id == SlotNote.service_id),
        site_id,
    )  # fmt: skip


def _excused_after_call(
    session: Session, site_id: int, calls: Mapping[CallKey, Call], known: Collection[CallKey]
) -> list[_Absence]:
    """Return the slots of days for which a call is done, and which are absences no more."""
    keys = {key for key, call in calls.items() if call.is_done and key not in known}
    if not keys:
        return []
    days, numbers = {day for _, day in keys}, {number for number, _ in keys}
    rows = session.execute(
        _noted(site_id).where(SlotNote.on_day.in_(days), SlotNote.enrollment_id.in_(numbers), _is_newest()).limit(MOST)
    )
    noted = (view_of(_Absence, row, visit_id=None) for row in rows)
    return [one for one in noted if one.key in keys]


def _is_newest() -> ColumnElement[bool]:
    newer = aliased(SlotNote)
    return ~exists().where(
        newer.enrollment_id == SlotNote.enrollment_id,
        newer.service_id == SlotNote.service_id,
        newer.on_day == SlotNote.on_day,
        newer.id > SlotNote.id,
    )


def _of_clients(statement: Any, site_id: int) -> Any:
    return (
        statement.join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(Client.site_id == site_id)
        .order_by(Client.code)
    )
