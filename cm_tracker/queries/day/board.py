"""The day at a site: who is expected when and for what, and what became of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.day.calendar import Closure
from cm_tracker.domain.day.services import Service, instant_of
from cm_tracker.domain.day.slots import SiteWeek, Slot, slot_of, slots_on
from cm_tracker.domain.day.states import (
    LATER,
    MISSING,
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
from cm_tracker.queries.day.week import service_of, site_week
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.staff.staff import names_at_site

MOST_WORKED_OUT = 60
"""For so many open slots a board says what they would earn. It needs a replay of each of these enrollments."""


@dataclass(frozen=True, slots=True)
class Earns:
    """What a visit earned, or what one that meets the target would earn: an amount in points or draws."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot on the board: the client, the service, and what became of it.

    `due_at` is when the client is expected now, which is later than planned where somebody put it off. `earns` is None
    where nobody worked it out, and where it pays nothing; of a line with a visit, it is what that visit earned.
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
    def track_number(self) -> int | None:
        """The place of the slot's track among those of its day: it names the track in the URL of a form."""
        tracks = [track.behavior for track in self.person.planned.timeline.tracks_on(self.slot.on_day)]
        return tracks.index(self.slot.behavior) if self.slot.behavior in tracks else None

    @property
    def is_read(self) -> bool:
        """Whether a number decides: then it has to be entered, and nothing is simply negative."""
        behavior, day = self.slot.behavior, self.slot.on_day
        track = self.person.planned.timeline.track_on(behavior, day) if behavior else None
        return track is not None and track.reading is not None

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
    def ends_at(self) -> datetime:
        """The instant at which it ends."""
        return self.begins_at + timedelta(minutes=self.minutes)

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
    return Board(
        site,
        day,
        _with_earnings(session, lines, _alone_and_open(lines), day),
        tuple(one for one in people if one.planned.runs_on(day) and not _has_plan(one, site_id, day)),
        week.calendar.closure_on(day),
        closed_at(session, site_id, day),
        names_at_site(session, site_id),
    )


def day_lines(session: Session, site_id: int, day: date, now: datetime) -> tuple[SlotLine, ...]:
    """Return every slot of a day of a site, by their times. The caller checks whether the actor may see the site."""
    return _lines(session, site_week(session, site_id), people_at(session, site_id, day), day, now)


def sheet(
    session: Session, actor: Actor, service_id: int, now: datetime, day: date | None = None
) -> tuple[Board, SheetLine | None]:
    """Return the day of a service's site with the lines of that service alone, and its meeting.

    The meeting is None where the service does not meet on that day and nobody was noted. Every line says what it earned
    or would earn. Raise `NotFound` for a service of another site.
    """
    site_id = service_of(session, actor, service_id).service.site_id
    site = site_of(session, actor, site_id)
    day = day or day_at(now, site.time_zone)
    week, people = site_week(session, site_id), people_at(session, site_id, day)
    lines = tuple(line for line in _lines(session, week, people, day, now) if line.service.id == service_id)
    lines = _with_earnings(session, lines, lines, day)
    shown = Board(
        site, day, lines, (), week.calendar.closure_on(day), closed_at(session, site_id, day),
        names_at_site(session, site_id),
    )  # fmt: skip
    if lines:
        return shown, _sheet(lines)
    service = week.services[service_id]
    meeting = service.meeting_on(day)
    if meeting is None:
        return shown, None
    begins_at = instant_of(day, meeting.time_of_day, week.zone)
    return shown, SheetLine(service, begins_at, meeting.minutes, service.leader_id, ())


def _alone_and_open(lines: Iterable[SlotLine]) -> list[SlotLine]:
    """Return the first lines of which a board says what they would earn."""
    alone = [line for line in lines if line.is_open and line.slot.behavior and not line.service.is_together]
    return alone[:MOST_WORKED_OUT]


def closed_at(session: Session, site_id: int, day: date) -> datetime | None:
    """Return when a day of a site was closed, or None for an open one."""
    return session.execute(
        select(DayClosing.closed_at).where(
            DayClosing.site_id == site_id, DayClosing.on_day == day, DayClosing.reopened_at.is_(None)
        )
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class LastNote:
    """What the actor noted last on a day, as long as it can be undone: the slot and the end of that time."""

    line: SlotLine
    noted_at: datetime
    until: datetime


def last_note(session: Session, actor: Actor, shown: Board, now: datetime) -> LastNote | None:
    """Return what the actor noted last at the site of a board on its day, or None where nothing can be undone."""
    minutes = timedelta(minutes=shown.site.settings.undo_minutes)
    row = session.execute(
        select(SlotNote.id, SlotNote.enrollment_id, SlotNote.service_id, SlotNote.recorded_at)
        .where(
            SlotNote.site_id == shown.site.id,
            SlotNote.on_day == shown.day,
            SlotNote.staff_id == actor.staff_id,
            SlotNote.recorded_at > now - minutes,
        )
        .order_by(SlotNote.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    line = next((one for one in shown.lines if one.key == (row.enrollment_id, row.service_id)), None)
    if line is None or line.note is None or line.note.id != row.id or line.state in (LATER, MISSING):
        return None
    return LastNote(line, row.recorded_at, row.recorded_at + minutes)


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
        due_at = note.at if note is not None and note.status == LATER and note.at else slot.begins_at
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


def _with_earnings(
    session: Session, lines: tuple[SlotLine, ...], worked_out: Collection[SlotLine], day: date
) -> tuple[SlotLine, ...]:
    """Say of some lines what a visit earned, or what one that meets the target would earn."""
    ids = {line.person.enrollment_id for line in worked_out}
    replays = {of: history.replay() for of, history in histories_of(session, ids).items()} if ids else {}
    wanted = {line.key for line in worked_out}
    return tuple(
        replace(line, earns=_earns(line, replays[line.person.enrollment_id], day)) if line.key in wanted else line
        for line in lines
    )


def _earns(line: SlotLine, replay: Replay, day: date) -> Earns | None:
    if line.visit is not None:
        result = next((one for one in replay.results if one.ref == line.visit.id), None)
        return Earns(result.paid, result.unit) if result else None
    if line.slot.behavior is None or not line.is_open:
        return None
    state = replay.state(line.slot.behavior, day)
    return Earns(state.next_due, state.unit) if state.next_due else None


def _sheet(lines: tuple[SlotLine, ...]) -> SheetLine:
    slot = lines[0].slot
    return SheetLine(lines[0].service, slot.begins_at, slot.minutes, slot.leader_id, lines)
