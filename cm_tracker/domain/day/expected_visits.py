"""What was expected, slot by slot, with the outcome of each: what hours and measures are worked out from.

A paused day and a day outside of the enrollment have no slots, so they are no part of what was expected.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cm_tracker.domain.day.services import TEST_VISIT, Service
from cm_tracker.domain.day.slots import CLOSED as SITE_CLOSED
from cm_tracker.domain.day.slots import Planned, SiteWeek, Slot, slot_of, slots_on
from cm_tracker.domain.day.states import (
    ABSENT,
    ARRIVED,
    ATTENDED,
    CLOSED,
    EXCUSED,
    LATER,
    MISSING,
    MOVED,
    OPEN_STATES,
    WAITS,
    DayVisit,
    Note,
    SlotKey,
    key_of,
    state_of,
    visits_of_slots,
)
from cm_tracker.domain.day.states import OPEN as OPEN_AGAIN
from cm_tracker.domain.days import days_between
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules import outcomes

# What came of a slot. The first ones are those of tests.
NEGATIVE, POSITIVE, REFUSED, TAMPERED, DILUTE = "negative", "positive", "refused", "tampered", "dilute"
WAITING, NOT_HELD, OPEN, TO_COME = "waiting", "not_held", "open", "to_come"
OUTCOMES = (
    NEGATIVE, POSITIVE, REFUSED, TAMPERED, DILUTE, WAITING, ATTENDED, ABSENT, EXCUSED, CLOSED, NOT_HELD, MOVED, OPEN, TO_COME,
)  # fmt: skip

_OF_VISITS = {
    outcomes.POSITIVE: POSITIVE,
    outcomes.REFUSED: REFUSED,
    outcomes.TAMPERED: TAMPERED,
    outcomes.DILUTE: DILUTE,
}
_OF_STATES = {
    ATTENDED: ATTENDED,
    WAITS: WAITING,
    ABSENT: ABSENT,
    MOVED: MOVED,
    MISSING: OPEN,
    ARRIVED: OPEN,
    LATER: TO_COME,
}


MOST_DAYS = 92
"""So many days are asked for at a time: a quarter of a year."""


def days_of_span(first_day: date, last_day: date) -> tuple[date, ...]:
    """Return the days from one to another, both included. Raise `BadInput` for more than `MOST_DAYS`."""
    if (last_day - first_day).days >= MOST_DAYS:
        raise BadInput("These are more than %(most)s days. Ask for them in parts.", most=MOST_DAYS)
    return days_between(first_day, last_day)


@dataclass(frozen=True, slots=True)
class ExpectedVisit:
    """A slot with what became of it.

    `is_expected` is false for somebody who came without being expected, and for a slot that was put off to another day:
    there it is expected again.
    """

    slot: Slot
    service: Service
    state: str
    note: Note | None
    visit: DayVisit | None
    is_expected: bool

    @property
    def is_open(self) -> bool:
        """Whether nobody knows yet what the client did."""
        return self.state in OPEN_STATES

    @property
    def is_care(self) -> bool:
        """Whether its minutes are hours of care. Those of a test visit are not."""
        return self.service.kind != TEST_VISIT

    @property
    def outcome(self) -> str:
        """What came of it, one of `OUTCOMES`. A test that the program excuses is excused for the program's reason."""
        if self.state in (EXCUSED, CLOSED):
            if self.slot.excused_by is None:
                return EXCUSED
            return CLOSED if self.slot.excused_by == SITE_CLOSED else NOT_HELD
        if self.visit is not None and self.slot.is_test and self.state == ATTENDED:
            return _OF_VISITS.get(self.visit.outcome, NEGATIVE)
        return _OF_STATES[self.state]


def slots_of_day(
    week: SiteWeek,
    planned: Mapping[int, Planned],
    notes: Mapping[SlotKey, Note],
    moved_here: Iterable[SlotKey],
    day: date,
) -> list[Slot]:
    """Return the slots of some enrollments on a day, with one for each who came without being expected at a service.

    `planned` are the enrollments by their ids, `notes` those of the day, and `moved_here` the slots that were put off
    from another day to this one. A note that was taken back is of nobody who came.
    """
    came = [*(key for key, note in notes.items() if note.status != OPEN_AGAIN), *moved_here]
    slots = [slot for one in planned.values() for slot in slots_on(week, one, day)]
    listed = {key_of(slot) for slot in slots}
    for enrollment_id, service_id in dict.fromkeys(came):
        if enrollment_id in planned and (enrollment_id, service_id) not in listed:
            slot = slot_of(week, planned[enrollment_id], service_id, day)
            slots += [slot] if slot is not None else []
    return slots


def visits_of_day(
    services: Mapping[int, Service],
    slots: Iterable[Slot],
    notes: Mapping[SlotKey, Note],
    visits: Iterable[DayVisit],
    moved_here: Collection[SlotKey],
    now: datetime,
    *,
    is_day_closed: bool = False,
) -> list[ExpectedVisit]:
    """Return the slots of a day with what became of them by `now`, by their instants.

    `moved_here` are the slots that were put off from another day to this one. `is_day_closed` says whether staff have
    closed the day.
    """
    slots = sorted(slots, key=lambda slot: (slot.begins_at, slot.service_id, slot.enrollment_id))
    of_slots = visits_of_slots(slots, notes, visits)
    found = []
    for slot in slots:
        key = key_of(slot)
        note, visit = notes.get(key), of_slots.get(key)
        service = services[slot.service_id]
        state = state_of(
            slot, note, visit.outcome if visit else None, now, kind=service.kind, is_day_closed=is_day_closed
        )
        is_expected = (slot.is_listed or key in moved_here) and state != MOVED
        found.append(ExpectedVisit(slot, service, state, note, visit, is_expected))
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """How many slots were scheduled, how many of them were excused, and how many met what was asked.

    Scheduled are those whose outcome is known. `excused` includes what the program excuses.
    """

    scheduled: int
    excused: int
    met: int

    @property
    def needed(self) -> int:
        """Scheduled minus excused: what a share is taken of."""
        return self.scheduled - self.excused


def attendance(visits: Iterable[ExpectedVisit]) -> Counts:
    """Return the counts of attendance: attended of scheduled, without what was excused.

    Somebody who gave a specimen has attended, whatever it showed, and so has somebody who could not or would not.
    """
    known = [one for one in visits if one.is_expected and not one.is_open]
    excused = sum(one.outcome in (EXCUSED, CLOSED, NOT_HELD) for one in known)
    return Counts(len(known), excused, sum(one.state in (ATTENDED, WAITS) for one in known))


def negatives(visits: Iterable[ExpectedVisit]) -> Counts:
    """Return the counts of tests: negative ones of scheduled, without what was excused. A missing one is not negative.

    A specimen that waits for the laboratory is left out until it is answered.
    """
    tests = [one for one in visits if one.slot.is_test and one.is_expected and not one.is_open and one.state != WAITS]
    excused = sum(one.outcome in (EXCUSED, CLOSED, NOT_HELD) for one in tests)
    return Counts(len(tests), excused, sum(one.outcome == NEGATIVE for one in tests))
