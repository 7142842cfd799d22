"""The day at a site: who is expected when and for what, and what became of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.day.calendar import Closure
from cm_tracker.domain.day.services import Service
from cm_tracker.domain.day.slots import SiteWeek, Slot, slot_of, slots_on
from cm_tracker.domain.day.states import (
    OPEN_STATES,
    DayVisit,
    Note,
    SlotKey,
    key_of,
    state_of,
    visits_of_slots,
)
from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import DayClosing, SlotNote, VisitRow
from cm_tracker.queries.clients.enrollments import histories_of
from cm_tracker.queries.day.expected import Person, people_at
from cm_tracker.queries.day.week import site_week
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.staff.staff import names_at_site

MOST_WORKED_OUT = 60
"""For so many open slots a board says what they would earn. It needs a replay of each of these enrollments."""


@dataclass(frozen=True, slots=True)
class Earns:
    """What a visit that meets the target would earn next: an amount in points or draws."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot on the board: the client, the service, and what became of it.

    `due_at` is when the client is expected now, which is later than planned where somebody put it off. `earns` is None
    where nobody worked it out, and where it pays nothing.
    """

    slot: Slot
    person: Person
    service: Service
    state: str
    due_at: datetime
    note: Note | None
    visit: DayVisit | None
    earns: Earns | None = None

    @property
    def key(self) -> SlotKey:
        """What names the slot on its day."""
        return key_of(self.slot)

    @property
    def is_open(self) -> bool:
        """Whether nobody knows yet what the client did."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A meeting of people who come together, as one row of the board: its time and its lines."""

    service: Service
    begins_at: datetime
    minutes: int
    leader_id: int | None
    lines: tuple[SlotLine, ...]

    @property
    def is_open(self) -> bool:
        """Whether one of its people is open."""
        return any(line.is_open for line in self.lines)


@dataclass(frozen=True, slots=True)
class Board:
    """A day of a site as of a moment. `unplanned` are those who take part and have no plan at this site."""

    site: SiteLine
    day: date
    lines: tuple[SlotLine, ...]
    unplanned: tuple[Person, ...]
    closure: Closure | None
    closed_at: datetime | None
    leaders: dict[int, str]

    @property
    def single(self) -> tuple[SlotLine, ...]:
        """The lines of slots to which a client comes alone."""
        return tuple(line for line in self.lines if not line.service.is_together)

    @property
    def sheets(self) -> tuple[SheetLine, ...]:
        """The meetings to which people come together, by their times."""
        together = sorted(
            (line for line in self.lines if line.service.is_together),
            key=lambda line: (line.slot.begins_at, line.service.id),
        )
        return tuple(_sheet(tuple(lines)) for _, lines in groupby(together, key=lambda line: line.service.id))

    def count(self, *states: str) -> int:
        """Return how many slots are in one of some states."""
        return sum(line.state in states for line in self.lines)


def board(session: Session, actor: Actor, site_id: int, now: datetime, day: date | None = None) -> Board:
    """Return the day of one of the actor's sites, today unless told. Raise `NotFound`.

    The number of statements does not depend on the number of clients.
    """
    site = site_of(session, actor, site_id)
    day = day or day_at(now, site.time_zone)
    week, people = site_week(session, site_id), people_at(session, site_id, day)
    lines = _lines(session, week, people, day, now)
    closing = session.execute(
        select(DayClosing.closed_at).where(
            DayClosing.site_id == site_id, DayClosing.on_day == day, DayClosing.reopened_at.is_(None)
        )
    ).scalar_one_or_none()
    return Board(
        site,
        day,
        _with_earnings(session, lines, day),
        tuple(one for one in people if one.planned.runs_on(day) and not _has_plan(one, site_id, day)),
        week.calendar.closure_on(day),
        closing,
        names_at_site(session, site_id),
    )


def _has_plan(person: Person, site_id: int, day: date) -> bool:
    return any(plan.site_id == site_id for plan in person.planned.plans)


def _lines(
    session: Session, week: SiteWeek, people: Iterable[Person], day: date, now: datetime
) -> tuple[SlotLine, ...]:
    by_enrollment = {person.enrollment_id: person for person in people}
    slots = [slot for person in by_enrollment.values() for slot in slots_on(week, person.planned, day)]
    notes = notes_of(session, week.site_id, day)
    came = [*notes, *_moved_to(session, week.site_id, day)]
    slots += _unlisted(week, slots, came, by_enrollment, day)
    visits = visits_of_slots(slots, notes, _visits(session, by_enrollment, day))
    found = []
    for slot in sorted(slots, key=lambda slot: (slot.begins_at, by_enrollment[slot.enrollment_id].code)):
        note, visit = notes.get(key_of(slot)), visits.get(key_of(slot))
        state = state_of(slot, note, visit.outcome if visit else None, now)
        due_at = note.at if note is not None and note.status == "later" and note.at else slot.begins_at
        person = by_enrollment[slot.enrollment_id]
        found.append(SlotLine(slot, person, week.services[slot.service_id], state, due_at, note, visit))
    return tuple(found)


def notes_of(session: Session, site_id: int, day: date) -> dict[SlotKey, Note]:
    """Return the newest note of each slot of a day."""
    newest = (
        select(func.max(SlotNote.id))
        .where(SlotNote.site_id == site_id, SlotNote.on_day == day)
        .group_by(SlotNote.enrollment_id, SlotNote.service_id)
    )
    rows = session.execute(
        select(
            SlotNote.id,
            SlotNote.enrollment_id,
            SlotNote.service_id,
            SlotNote.status,
            SlotNote.at,
            SlotNote.minutes,
            SlotNote.excuse,
            SlotNote.to_day,
            SlotNote.visit_id,
        ).where(SlotNote.id.in_(newest))
    )
    return {
        (row.enrollment_id, row.service_id): Note(
            row.id, row.status, row.at, row.minutes, row.excuse, row.to_day, row.visit_id
        )
        for row in rows
    }


def _moved_to(session: Session, site_id: int, day: date) -> list[SlotKey]:
    """Return the slots of other days that were put off to a day."""
    newer = aliased(SlotNote)
    rows = session.execute(
        select(SlotNote.enrollment_id, SlotNote.service_id).where(
            SlotNote.site_id == site_id,
            SlotNote.to_day == day,
            ~exists().where(
                newer.enrollment_id == SlotNote.enrollment_id,
                newer.service_id == SlotNote.service_id,
                newer.on_day == SlotNote.on_day,
                newer.id > SlotNote.id,
            ),
        )
    )
    return [(row.enrollment_id, row.service_id) for row in rows]


def _unlisted(
    week: SiteWeek,
    slots: Iterable[Slot],
    came: Iterable[SlotKey],
    people: dict[int, Person],
    day: date,
) -> list[Slot]:
    """Return a slot for everybody who came, or was put off to that day, without being expected at that service."""
    listed = {key_of(slot) for slot in slots}
    found = []
    for enrollment_id, service_id in dict.fromkeys(came):
        person = people.get(enrollment_id)
        if person is not None and (enrollment_id, service_id) not in listed:
            slot = slot_of(week, person.planned, service_id, day)
            if slot is not None:
                found.append(slot)
    return found


def _visits(session: Session, enrollment_ids: Collection[int], day: date) -> list[DayVisit]:
    """Return the visits of a day that count, each with the id of its first record."""
    newer = aliased(VisitRow)
    rows = session.execute(
        select(
            VisitRow.id,
            VisitRow.corrects_id,
            VisitRow.enrollment_id,
            VisitRow.behavior,
            VisitRow.outcome,
            VisitRow.correction,
            exists().where(newer.corrects_id == VisitRow.id).label("is_replaced"),
        )
        .where(VisitRow.enrollment_id.in_(enrollment_ids), VisitRow.happened_on == day)
        .order_by(VisitRow.id)
    ).all()
    first: dict[int, int] = {}
    found = []
    for row in rows:
        first[row.id] = first.get(row.corrects_id, row.corrects_id or row.id)
        if not row.is_replaced and row.correction not in TAKEN_AWAY:
            found.append(DayVisit(first[row.id], row.enrollment_id, row.behavior, row.outcome))
    return found


def _with_earnings(session: Session, lines: tuple[SlotLine, ...], day: date) -> tuple[SlotLine, ...]:
    """Say of the first open slots what a visit that meets the target would earn."""
    worked_out = [line for line in lines if line.is_open and line.slot.behavior and not line.service.is_together]
    ids = {line.person.enrollment_id for line in worked_out[:MOST_WORKED_OUT]}
    replays = {of: history.replay() for of, history in histories_of(session, ids).items()} if ids else {}
    return tuple(_with_earning(line, replays.get(line.person.enrollment_id), day) for line in lines)


def _with_earning(line: SlotLine, replay: Replay | None, day: date) -> SlotLine:
    behavior = line.slot.behavior
    if replay is None or behavior is None or not line.is_open or line.service.is_together:
        return line
    state = replay.state(behavior, day)
    return replace(line, earns=Earns(state.next_due, state.unit)) if state.next_due else line


def _sheet(lines: tuple[SlotLine, ...]) -> SheetLine:
    slot = lines[0].slot
    return SheetLine(lines[0].service, slot.begins_at, slot.minutes, slot.leader_id, lines)
