"""What a plan expected of an enrollment, from the slots of the day's board, with what became of each.

A day with one slot, at most one visit and nothing unusual is by far the most frequent one. It is decided here; every
other day is decided by the functions of the board.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from cm_tracker.domain.day import states
from cm_tracker.domain.day.expected_visits import slots_of_day, visits_of_day
from cm_tracker.domain.day.services import TEST_VISIT
from cm_tracker.domain.day.slots import Planned, Slot
from cm_tracker.domain.day.states import DayVisit, Note, SlotKey, minutes_counted, state_of, visits_of_slots
from cm_tracker.domain.measures.facts import EnrollmentFacts, SiteFacts, Stay, VisitFact
from cm_tracker.domain.measures.sequences import (
    ATTENDED,
    EXCUSED,
    MISSED,
    NO_OUTCOME,
    OF_SLOTS,
    OF_VISITS,
    WAITING,
    Expected,
)

# What became of a slot that was put off is said of the day to which it was.
_OF_STATES: Mapping[str, str | None] = {
    states.ATTENDED: ATTENDED,
    states.WAITS: WAITING,
    states.ABSENT: MISSED,
    states.MOVED: None,
    states.MISSING: NO_OUTCOME,
    states.ARRIVED: NO_OUTCOME,
    states.LATER: NO_OUTCOME,
    states.EXCUSED: EXCUSED,
    states.CLOSED: EXCUSED,
}


def add_planned(
    found: list[Expected],
    seen: set[int],
    facts: EnrollmentFacts,
    visits: Mapping[date, Sequence[VisitFact]],
    stay: Stay,
    site: SiteFacts,
    since: date,
    until: date,
    now: datetime,
) -> None:
    """Add what was expected at a site, and the ids of the visits that count for it to `seen`."""
    planned = Planned(facts.enrollment_id, facts.span, facts.plans, stay.first_day, stay.last_day)
    first, last = max(stay.first_day, since), min(stay.last_day, until)
    special = {day for day in {*facts.notes, *facts.moved_here} if first <= day <= last}
    site_id, all_notes = stay.site_id, facts.notes
    for number, days in site.weeks.weeks(planned, since, until):
        for day, slots in days:
            if day in special:
                if day in facts.moved_here or not all_notes[day].keys() <= {slot.service_id for slot in slots}:
                    continue
                special.discard(day)
            of_day = visits.get(day, ())
            slot = slots[0]
            if len(of_day) == 1 == len(slots) and slot.is_test and day not in all_notes:
                visit = of_day[0]
                if visit.behavior == slot.behavior:
                    seen.add(visit.id)
                    found.append(
                        Expected(
                            day, number, site_id, OF_VISITS[visit.outcome], True, True, slot.behavior, slot.service_id,
                            visit.id, length=slot.minutes, leader_id=slot.leader_id,
                        )
                    )  # fmt: skip
                    continue
            _add_slots(found, seen, facts, site, site_id, number, slots, all_notes.get(day, {}), of_day, now)
    for day in sorted(special):
        _add_special(found, seen, facts, planned, site, site_id, day, visits.get(day, ()), now)


def _day_visits(facts: EnrollmentFacts, visits: Sequence[VisitFact]) -> list[DayVisit]:
    return [DayVisit(visit.id, facts.enrollment_id, visit.behavior, visit.outcome) for visit in visits]


def _add_slots(
    found: list[Expected],
    seen: set[int],
    facts: EnrollmentFacts,
    site: SiteFacts,
    site_id: int,
    number: int,
    slots: Sequence[Slot],
    notes: Mapping[int, Note],
    visits: Sequence[VisitFact],
    now: datetime,
) -> None:
    """Add the slots of a day, which belong to the enrollment whatever they name."""
    of_slots: Mapping[SlotKey, DayVisit] = {}
    if visits:
        own = [replace(slot, enrollment_id=facts.enrollment_id) for slot in slots]
        by_key = {(facts.enrollment_id, service_id): note for service_id, note in notes.items()}
        of_slots = visits_of_slots(own, by_key, _day_visits(facts, visits))
    for slot in slots:
        visit = of_slots.get((facts.enrollment_id, slot.service_id))
        _add(found, seen, site, site_id, number, slot, notes.get(slot.service_id), visit, now)


def _add(
    found: list[Expected],
    seen: set[int],
    site: SiteFacts,
    site_id: int,
    number: int,
    slot: Slot,
    note: Note | None,
    visit: DayVisit | None,
    now: datetime,
) -> None:
    """Add a listed slot with what became of it."""
    day = slot.on_day
    if visit is not None and slot.is_test:
        seen.add(visit.id)
        found.append(Expected(
            day, number, site_id, OF_VISITS[visit.outcome], True, True, slot.behavior, slot.service_id, visit.id,
            length=slot.minutes, leader_id=slot.leader_id,
        ))  # fmt: skip
        return
    if visit is not None:
        seen.add(visit.id)
    service = site.weeks.week.services[slot.service_id]
    state = state_of(
        slot, note, visit.outcome if visit else None, now, kind=service.kind, is_day_closed=day in site.closed_on
    )
    outcome = _OF_STATES[state]
    if outcome is None or (outcome == NO_OUTCOME and day >= site.today):
        return
    attended = excused = minutes = 0
    if service.kind != TEST_VISIT:
        minutes = slot.minutes
        attended, excused = minutes_counted(slot, note, state)
    found.append(
        Expected(
            day, number, site_id, outcome, slot.is_test, True, slot.behavior, slot.service_id, visit.id if visit else None,
            minutes, attended, excused, length=slot.minutes, leader_id=slot.leader_id,
        )
    )  # fmt: skip


def _add_special(
    found: list[Expected],
    seen: set[int],
    facts: EnrollmentFacts,
    planned: Planned,
    site: SiteFacts,
    site_id: int,
    day: date,
    visits: Sequence[VisitFact],
    now: datetime,
) -> None:
    """Add a day on which something was noted of a service that did not expect the client, or was put off to it."""
    number = facts.enrollment_id
    notes: dict[SlotKey, Note] = {(number, service_id): note for service_id, note in facts.notes.get(day, {}).items()}
    moved_here = {(number, service_id) for service_id in facts.moved_here.get(day, ())}
    week = site.weeks.week
    slots = slots_of_day(week, {number: planned}, notes, moved_here, day)
    for one in visits_of_day(
        week.services, slots, notes, _day_visits(facts, visits), moved_here, now, is_day_closed=day in site.closed_on
    ):  # fmt: skip
        if one.visit is not None:
            seen.add(one.visit.id)
        outcome = OF_SLOTS.get(one.outcome)
        if outcome is None or (outcome == NO_OUTCOME and (day >= site.today or not one.is_expected)):
            continue
        attended, excused = minutes_counted(one.slot, one.note, one.state) if one.is_care else (0, 0)
        found.append(
            Expected(
                day, one.slot.week, site_id, outcome, one.slot.is_test, one.is_expected, one.slot.behavior,
                one.slot.service_id, one.visit.id if one.visit else None, one.slot.minutes if one.is_care else 0, attended,
                excused, length=one.slot.minutes, leader_id=one.slot.leader_id,
            )
        )  # fmt: skip
