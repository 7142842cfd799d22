"""The slots of a day at a site as lines: who is expected when and for what, and what became of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.day.closing import waits_for_slip
from cm_tracker.domain.day.expected_visits import slots_of_day
from cm_tracker.domain.day.services import Service
from cm_tracker.domain.day.slots import SiteWeek, Slot
from cm_tracker.domain.day.states import (
    ARRIVED,
    LATER,
    OPEN_STATES,
    DayVisit,
    Note,
    SlotKey,
    key_of,
    state_of,
    visits_of_slots,
)
from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import VisitRow
from cm_tracker.queries.clients.enrollments import histories_of
from cm_tracker.queries.day.closed_days import closed_at
from cm_tracker.queries.day.expected import Person, people_at
from cm_tracker.queries.day.notes import moved_to, notes_of
from cm_tracker.queries.day.week import site_week


@dataclass(frozen=True, slots=True)
class Earns:
    """What a visit earned, or what one that meets the target would earn: an amount in points or draws."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot on the board: the client, the service, and what became of it.

    `due_at` is when the client is expected now, which is later than planned where somebody put it off. `earns` is None
    where nobody worked it out, and where it pays nothing; of a line with a visit, it is what that visit earned, and
    `next_earns` is what the next one earns.
    """

    slot: Slot
    person: Person
    service: Service
    state: str
    due_at: datetime
    note: Note | None
    visit: DayVisit | None
    earns: Earns | None = None
    next_earns: Earns | None = None

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

    def waits_for_slip(self, today: date) -> bool:
        """Return whether it stays open when its day is closed: a slip of the meeting may still come."""
        return waits_for_slip(self.service.kind, self.state, self.note, self.slot.on_day, today)

    @property
    def is_open(self) -> bool:
        """Whether nobody knows yet what the client did."""
        return self.state in OPEN_STATES


def arrived_at(line: SlotLine) -> datetime | None:
    """Return since when somebody is here, or None."""
    return line.note.at if line.state == ARRIVED and line.note is not None else None


def day_lines(session: Session, site_id: int, day: date, now: datetime) -> tuple[SlotLine, ...]:
    """Return every slot of a day of a site, by their times. The caller checks whether the actor may see the site."""
    is_closed = closed_at(session, site_id, day) is not None
    return lines_of(
        session, site_week(session, site_id), people_at(session, site_id, day), day, now, is_closed=is_closed
    )


def lines_of(
    session: Session, week: SiteWeek, people: Iterable[Person], day: date, now: datetime, *, is_closed: bool
) -> tuple[SlotLine, ...]:
    """Return every slot of some people on a day, by their times. `is_closed` says whether staff have closed the day."""
    by_enrollment = {person.enrollment_id: person for person in people}
    planned = {of: person.planned for of, person in by_enrollment.items()}
    notes = notes_of(session, week.site_id, day)
    slots = slots_of_day(week, planned, notes, moved_to(session, week.site_id, day), day)
    visits = visits_of_slots(slots, notes, _visits(session, by_enrollment, day))
    found = []
    for slot in sorted(slots, key=lambda slot: (slot.begins_at, by_enrollment[slot.enrollment_id].code)):
        note, visit = notes.get(key_of(slot)), visits.get(key_of(slot))
        outcome, kind = visit.outcome if visit else None, week.services[slot.service_id].kind
        state = state_of(slot, note, outcome, now, kind=kind, is_day_closed=is_closed)
        due_at = note.at if note is not None and note.status == LATER and note.at else slot.begins_at
        person = by_enrollment[slot.enrollment_id]
        found.append(SlotLine(slot, person, week.services[slot.service_id], state, due_at, note, visit))
    return tuple(found)


def with_earnings(
    session: Session, lines: tuple[SlotLine, ...], worked_out: Collection[SlotLine], day: date
) -> tuple[SlotLine, ...]:
    """Say of some lines what a visit earned and the next one earns, or what one that meets the target would earn."""
    ids = {line.person.enrollment_id for line in worked_out}
    replays = {of: history.replay() for of, history in histories_of(session, ids).items()} if ids else {}
    wanted = {line.key for line in worked_out}
    return tuple(
        _with_earnings(line, replays[line.person.enrollment_id], day) if line.key in wanted else line for line in lines
    )


def _with_earnings(line: SlotLine, replay: Replay, day: date) -> SlotLine:
    if line.slot.behavior is None or not (line.visit is not None or line.is_open):
        return line
    state = replay.state(line.slot.behavior, day)
    due = Earns(state.next_due, state.unit) if state.next_due else None
    if line.visit is None:
        # Where the week's paid visits are complete, this one pays nothing.
        return replace(line, earns=due if state.opens_week <= line.slot.week else None)
    result = next((one for one in replay.results if one.ref == line.visit.id), None)
    return replace(line, earns=Earns(result.paid, result.unit) if result else None, next_earns=due)


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
