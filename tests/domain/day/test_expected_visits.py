"""What came of each slot, what is counted of it, and the hours of a week."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cm_tracker.domain.day.calendar import Calendar, Closure
from cm_tracker.domain.day.expected_visits import (
    Counts,
    ExpectedVisit,
    attendance,
    negatives,
    slots_of_day,
    visits_of_day,
)
from cm_tracker.domain.day.services import Service
from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import DayVisit, Note, SlotKey
from cm_tracker.domain.day.week_hours import hours_of_days
from cm_tracker.domain.visits.evidence import Hours
from tests.domain.day.weeks import (
    GROUP,
    GROUPS,
    MONDAY,
    SESSION,
    TEST_VISITS,
    TESTS,
    item,
    meetings,
    plan,
    planned,
    service,
    site_week,
)

EVENING = datetime(2026, 3, 30, 23, 0, tzinfo=UTC)
WEEK_1 = (MONDAY, MONDAY + timedelta(days=6))
WEEK_2 = (MONDAY + timedelta(days=7), MONDAY + timedelta(days=13))
NINE = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def slot_of_test(behavior: str | None = "urine", **more: Any) -> Slot:
    return Slot(7, TESTS, MONDAY, NINE, 20, behavior, True, 1, None, **more)


def group_slot(**more: Any) -> Slot:
    return Slot(7, GROUP, MONDAY, NINE, 120, "groups", False, 1, None, **more)


def outcome(slot: Slot, visit: str | None = None, note: Note | None = None, now: datetime = EVENING) -> str:
    services: dict[int, Service] = {GROUP: GROUPS, TESTS: TEST_VISITS}
    visits = [DayVisit(5, 7, slot.behavior or "", visit)] if visit else []
    notes = {(7, slot.service_id): note} if note else {}
    (one,) = visits_of_day(services, [slot], notes, visits, (), now)
    return one.outcome


@pytest.mark.parametrize(
    "visit, expected",
    [
        ("met", "negative"),
        ("positive", "positive"),
        ("refused", "refused"),
        ("tampered", "tampered"),
        ("dilute", "dilute"),
        ("pending", "waiting"),
        ("disputed", "waiting"),
        ("unexcused", "absent"),
        ("excused", "excused"),
        (None, "open"),
    ],
)
def test_the_visit_says_what_came_of_a_test(visit: str | None, expected: str) -> None:
    assert outcome(slot_of_test(), visit) == expected


def test_a_group_was_attended_or_not_and_the_program_may_excuse_it() -> None:
    assert outcome(group_slot(), "met") == "attended"
    assert outcome(group_slot(), note=Note(1, "absent")) == "absent"
    assert outcome(group_slot(), note=Note(1, "moved", to_day=date(2026, 3, 4))) == "moved"
    assert outcome(group_slot(), now=NINE - timedelta(hours=1)) == "to_come"
    assert outcome(group_slot(excused_by="closed")) == "closed"
    assert outcome(group_slot(excused_by="closed"), "excused") == "closed"
    assert outcome(group_slot(excused_by="not_held")) == "not_held"
    assert outcome(group_slot(excused_by="closed"), "met") == "attended"


def visits(
    first_day: date,
    last_day: date,
    notes: dict[tuple[date, int], Note] | None = None,
    moved_here: dict[date, SlotKey] | None = None,
    calendar: Calendar | None = None,
    now: datetime = EVENING,
) -> list[ExpectedVisit]:
    """Groups of two hours on Monday, Wednesday and Friday, an hour on Tuesday, and a test on Monday."""
    week, person, found, day = site_week(calendar=calendar), WHO, [], first_day
    while day <= last_day:
        of_day = {(7, number): note for (on, number), note in (notes or {}).items() if on == day}
        here = [key for on, key in (moved_here or {}).items() if on == day]
        slots = slots_of_day(week, {7: person}, of_day, here, day)
        found += visits_of_day(week.services, slots, of_day, (), here, now)
        day += timedelta(days=1)
    return found


WHO = planned(plan(item(GROUP, "024", "groups"), item(SESSION, "1"), item(TESTS, "0", "urine")))
MON, TUE, WED, FRI, SAT = (MONDAY + timedelta(days=number) for number in (0, 1, 2, 4, 5))


def test_the_hours_of_a_week_are_those_of_care() -> None:
    notes = {
        (MON, TESTS): Note(1, "attended"),
        (MON, GROUP): Note(2, "attended"),
        (TUE, SESSION): Note(3, "excused", excuse="court"),
        (WED, GROUP): Note(4, "attended", minutes=90),
        (FRI, GROUP): Note(5, "absent"),
    }
    of_week = hours_of_days(visits(*WEEK_1, notes), WHO, *WEEK_1, EVENING.date())
    # 120 + 90 attended, 60 excused, and 3 x 120 + 60 expected; the test is no hour of care.
    assert of_week.hours == Hours(210, 60, 420)
    assert of_week.is_complete


def test_a_week_is_not_complete_while_a_slot_of_care_is_open() -> None:
    notes = {(day, GROUP): Note(1, "attended") for day in (MON, WED, FRI)}
    of_week = hours_of_days(visits(*WEEK_1, notes), WHO, *WEEK_1, EVENING.date())
    # The open test on Monday does not matter, the open session on Tuesday does.
    assert [(one.slot.on_day, one.slot.service_id) for one in of_week.open] == [(TUE, SESSION)]
    assert of_week.hours == Hours(360, 0, 420)


def test_a_community_meeting_keeps_a_week_open_while_its_slip_may_come() -> None:
    services = site_week(service(SESSION, "community_meeting", *meetings("1", NINE.time())))
    slots = slots_of_day(services, {7: planned(plan(item(SESSION, "1")))}, {}, (), TUE)
    found = visits_of_day(services.services, slots, {}, (), (), EVENING + timedelta(days=20))
    last = hours_of_days(found, WHO, *WEEK_1, TUE + timedelta(days=14))
    assert [one.slot.on_day for one in last.open] == [TUE] and last.hours == Hours(0, 0, 60)
    assert hours_of_days(found, WHO, *WEEK_1, TUE + timedelta(days=15)).is_complete


def test_who_came_without_being_expected_attended_and_was_not_expected() -> None:
    sessions = service(SESSION, "individual", *meetings("01", NINE.time()))
    week = site_week(GROUPS, sessions, TEST_VISITS)
    day = WEEK_2[0]
    notes = {(7, SESSION): Note(2, "attended")}
    slots = slots_of_day(week, {7: WHO}, notes, (), day)
    found = visits_of_day(week.services, slots, notes, (), (), EVENING)
    assert hours_of_days(found, WHO, *WEEK_2, EVENING.date()).hours == Hours(60, 0, 120)


def test_who_was_taken_back_from_a_service_without_being_expected_there_has_no_slot() -> None:
    sessions = service(SESSION, "individual", *meetings("01", NINE.time()))
    week = site_week(GROUPS, sessions, TEST_VISITS)
    notes = {(7, SESSION): Note(3, "open"), (7, GROUP): Note(4, "open")}
    slots = slots_of_day(week, {7: WHO}, notes, (), WEEK_2[0])
    # The group and the test are expected on a Monday, and the session is not.
    assert {slot.service_id for slot in slots} == {GROUP, TESTS}


def test_a_slot_that_was_put_off_is_expected_on_its_other_day() -> None:
    settled = {(MON, GROUP): Note(1, "attended"), (WED, GROUP): Note(2, "attended"), (FRI, GROUP): Note(3, "attended")}
    put_off = {**settled, (TUE, SESSION): Note(4, "moved", to_day=TUE + timedelta(days=7))}
    assert hours_of_days(visits(*WEEK_1, put_off), WHO, *WEEK_1, EVENING.date()).hours == Hours(360, 0, 360)


def closed_on_wednesday(make_up_on: date | None) -> Calendar:
    return Calendar((Closure(1, WED, WED, "Snow", make_up_on),))


ALL_BUT_WEDNESDAY = {
    (MON, GROUP): Note(1, "attended"),
    (TUE, SESSION): Note(2, "attended"),
    (FRI, GROUP): Note(3, "attended"),
}


def test_a_closed_day_is_excused() -> None:
    found = visits(*WEEK_1, ALL_BUT_WEDNESDAY, calendar=closed_on_wednesday(None))
    assert hours_of_days(found, WHO, *WEEK_1, EVENING.date()).hours == Hours(300, 120, 420)


@pytest.mark.parametrize(
    "note, hours",
    [
        (Note(9, "attended"), Hours(420, 0, 420)),
        (Note(9, "attended", minutes=90), Hours(390, 30, 420)),
        (Note(9, "absent"), Hours(300, 120, 420)),
    ],
)
def test_a_make_up_day_of_the_week_takes_the_place_of_the_closed_one(note: Note, hours: Hours) -> None:
    found = visits(*WEEK_1, {**ALL_BUT_WEDNESDAY, (SAT, GROUP): note}, calendar=closed_on_wednesday(SAT))
    assert hours_of_days(found, WHO, *WEEK_1, EVENING.date()).hours == hours


def test_a_make_up_day_in_another_week_counts_nothing_twice() -> None:
    saturday = SAT + timedelta(days=7)
    settled = {
        (saturday, GROUP): Note(9, "attended"),
        **{(day + timedelta(days=7), number): note for (day, number), note in ALL_BUT_WEDNESDAY.items()},
        (WED + timedelta(days=7), GROUP): Note(8, "attended"),
    }
    found = visits(WEEK_1[0], WEEK_2[1], {**ALL_BUT_WEDNESDAY, **settled}, calendar=closed_on_wednesday(saturday))
    assert hours_of_days(found, WHO, *WEEK_1, EVENING.date()).hours == Hours(300, 120, 420)
    assert hours_of_days(found, WHO, *WEEK_2, EVENING.date()).hours == Hours(420, 0, 420)
    # It keeps neither week open while nobody said what happened on it.
    del settled[saturday, GROUP]
    found = visits(WEEK_1[0], WEEK_2[1], {**ALL_BUT_WEDNESDAY, **settled}, calendar=closed_on_wednesday(saturday))
    assert hours_of_days(found, WHO, *WEEK_2, EVENING.date()).is_complete


def of_tests(*results: str | None, **more: Any) -> list[ExpectedVisit]:
    services = {TESTS: TEST_VISITS}
    found = []
    for result in results:
        visits = [DayVisit(5, 7, "urine", result)] if result else []
        found += visits_of_day(services, [slot_of_test(**more)], {}, visits, (), EVENING)
    return found


def test_negative_ones_are_counted_of_scheduled_without_excused() -> None:
    # N N P M E ? and one that is open: a missing one counts as not negative, an excused one is taken out.
    found = of_tests("met", "met", "positive", "unexcused", "excused", "pending", None)
    assert negatives(found) == Counts(scheduled=5, excused=1, met=2)
    assert negatives(found).needed == 4
    # Who gave a specimen was there: N N P ? of six whose outcome is known.
    assert attendance(found) == Counts(scheduled=6, excused=1, met=4)
    assert attendance(found).needed == 5
    closed = of_tests("excused", excused_by="closed")
    assert attendance(closed) == Counts(1, 1, 0)
