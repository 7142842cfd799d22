"""The day at a site: its lines with those who come together as one row, and who has no plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.calendar import Closure
from cm_tracker.domain.day.filters import Filter
from cm_tracker.domain.day.recording import minutes_needed
from cm_tracker.domain.day.services import Service, instant_of
from cm_tracker.domain.day.site_days import next_open_day
from cm_tracker.domain.day.states import ARRIVED, SlotKey
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.clients.counselors import counselors_of
from cm_tracker.queries.day.attendance import as_seen_by
from cm_tracker.queries.day.closed_days import closed_at
from cm_tracker.queries.day.expected import Person, people_at
from cm_tracker.queries.day.filters import NO_CHOICES, FilterChoices, choices_of, kept_by
from cm_tracker.queries.day.lines import SlotLine, arrived_at, lines_of, with_earnings
from cm_tracker.queries.day.week import service_of, site_week
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.staff.staff import names_at_site

EVERYBODY = Filter()
MOST_WORKED_OUT = 60
"""For so many open slots a board says what they would earn. It needs a replay of each of these enrollments."""


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
    def minutes_paid(self) -> int:
        """How many of its minutes somebody has to attend to be paid for it."""
        return minutes_needed(self.minutes)

    @property
    def is_open(self) -> bool:
        """Whether one of its people is open."""
        return any(line.is_open for line in self.lines)


@dataclass(frozen=True, slots=True)
class Board:
    """A day of a site as of a moment. `unplanned` are those who take part and have no plan at this site, and `unsigned`
    those who have not signed the agreement.

    `only` is the filter by which `lines` and `unplanned` were chosen, and `choices` are those that it offers. `hidden`
    are the lines that it leaves out. `next_open` is the next day on which a site that is closed holds something.
    """

    site: SiteLine
    day: date
    lines: tuple[SlotLine, ...]
    unplanned: tuple[Person, ...]
    closure: Closure | None
    closed_at: datetime | None
    leaders: dict[int, str]
    only: Filter = EVERYBODY
    choices: FilterChoices = NO_CHOICES
    next_open: date | None = None
    hidden: tuple[SlotLine, ...] = ()
    unsigned: tuple[Person, ...] = ()

    def line_of(self, key: SlotKey | None) -> SlotLine | None:
        """Return the line of a slot, also one that the filter leaves out; None where the day has no such slot."""
        return next((line for line in (*self.lines, *self.hidden) if line.key == key), None)

    @property
    def single(self) -> tuple[SlotLine, ...]:
        """The lines of slots to which a client comes alone."""
        return tuple(line for line in self.lines if not line.service.is_together)

    @property
    def here(self) -> tuple[SlotLine, ...]:
        """The lines of those who are here and come alone: who has waited longest comes first."""
        here = [line for line in self.single if line.state == ARRIVED]
        return tuple(sorted(here, key=lambda line: (arrived_at(line) or line.due_at, line.due_at)))

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


def board(
    session: Session, actor: Actor, site_id: int, now: datetime, day: date | None = None, only: Filter = EVERYBODY
) -> Board:
    """Return the day of one of the actor's sites, today unless told, with whom `only` shows. Raise `NotFound`.

    The number of statements does not depend on the number of clients.
    """
    site = site_of(session, actor, site_id)
    day = day or day_at(now, site.time_zone)
    week, people = site_week(session, site_id), people_at(session, site_id, day)
    closure = week.calendar.closure_on(day)
    closed = closed_at(session, site_id, day)
    everybody = as_seen_by(actor, lines_of(session, week, people, day, now, is_closed=closed is not None))
    counselors, names = counselors_of(session, site_id, day), names_at_site(session, site_id)
    lines = kept_by(only, everybody, counselors)
    return Board(
        site,
        day,
        with_earnings(session, lines, _alone_and_open(lines), day),
        tuple(
            one
            for one in people
            if one.planned.runs_on(day) and not _has_plan(one, site_id) and only.keeps_client(one.client_id, counselors)
        ),
        closure,
        closed,
        names,
        only,
        choices_of(everybody, counselors, names),
        next_open_day(week, day) if closure is not None else None,
        _hidden(everybody, lines),
        tuple(
            one
            for one in people
            if one.has_to_sign and one.planned.runs_on(day) and only.keeps_client(one.client_id, counselors)
        ),
    )


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
    closed = closed_at(session, site_id, day)
    of_day = lines_of(session, week, people, day, now, is_closed=closed is not None)
    lines = as_seen_by(actor, tuple(line for line in of_day if line.service.id == service_id))
    lines = with_earnings(session, lines, lines, day)
    shown = Board(
        site, day, lines, (), week.calendar.closure_on(day), closed, names_at_site(session, site_id)
    )  # fmt: skip
    if lines:
        return shown, _sheet(lines)
    service = week.services[service_id]
    meeting = service.meeting_on(day)
    if meeting is None:
        return shown, None
    begins_at = instant_of(day, meeting.time_of_day, week.zone)
    return shown, SheetLine(service, begins_at, meeting.minutes, service.leader_id, ())


def _hidden(everybody: Iterable[SlotLine], shown: Iterable[SlotLine]) -> tuple[SlotLine, ...]:
    keys = {line.key for line in shown}
    return tuple(line for line in everybody if line.key not in keys)


def _has_plan(person: Person, site_id: int) -> bool:
    return any(plan.site_id == site_id for plan in person.planned.plans)


def _alone_and_open(lines: Iterable[SlotLine]) -> list[SlotLine]:
    """Return the first lines of which a board says what they would earn."""
    alone = [line for line in lines if line.is_open and line.slot.behavior and not line.service.is_together]
    return alone[:MOST_WORKED_OUT]


def _sheet(lines: tuple[SlotLine, ...]) -> SheetLine:
    slot = lines[0].slot
    return SheetLine(lines[0].service, slot.begins_at, slot.minutes, slot.leader_id, lines)
