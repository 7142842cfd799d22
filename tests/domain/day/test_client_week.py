"""The hours of care in a client's week, the tests that the schedule pays, and which days nobody is told."""

from dataclasses import replace
from datetime import date, time, timedelta

from cm_tracker.domain.day.calendar import Away, Calendar, Closure
from cm_tracker.domain.day.client_week import (
    PaidTests,
    is_drawn,
    meetings_from,
    minutes_of_plan,
    minutes_of_slots,
    monday_of,
    paid_tests,
)
from cm_tracker.domain.day.plans import level_since
from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.day.slots import slots_between
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.day.weeks import (
    GROUP,
    KOFI,
    LONG_AGO,
    MONDAY,
    SESSION,
    TESTS,
    item,
    plan,
    planned,
    service,
    site_week,
)
from tests.domain.schedules.documents import document, phase, track

SUNDAY = MONDAY + timedelta(days=6)
ITEMS = (item(TESTS, "03", "urine"), item(GROUP, "024", "groups"), item(SESSION, "1"))
WEDNESDAY = date(2026, 3, 4)


def test_groups_and_sessions_give_hours_and_tests_give_none() -> None:
    # Three groups of two hours and a session of one.
    assert minutes_of_plan(ITEMS, site_week().services, MONDAY) == 420


def test_only_the_chosen_weekdays_and_known_services_give_hours() -> None:
    assert minutes_of_plan((item(GROUP, "02"), item(99, "0")), site_week().services, MONDAY) == 240


def test_a_meeting_that_ended_gives_no_hours_and_one_that_changes_gives_those_of_the_first_day() -> None:
    changed = service(
        GROUP,
        "group",
        Meeting(0, time(13), 120, LONG_AGO, MONDAY),
        Meeting(0, time(13), 90, MONDAY + timedelta(days=1)),
        Meeting(2, time(13), 60, LONG_AGO, MONDAY - timedelta(days=1)),
    )
    assert [one.minutes for one in meetings_from(changed, MONDAY)] == [120]
    assert [one.minutes for one in meetings_from(changed, MONDAY + timedelta(days=1))] == [90]
    assert minutes_of_plan((item(GROUP, "0"),), {GROUP: changed}, MONDAY) == 120


def test_what_is_not_held_gives_no_hours_in_its_week() -> None:
    calendar = Calendar((Closure(1, WEDNESDAY, WEDNESDAY, "Water damage"),), (Away(1, KOFI, MONDAY, MONDAY),))
    week, of = site_week(calendar=calendar), planned(plan(*ITEMS))
    # Monday's group has no leader, Wednesday is closed: Friday's group and Tuesday's session are left.
    assert minutes_of_slots(slots_between(week, of, MONDAY, SUNDAY), week.services) == 180


def test_a_made_up_day_gives_its_hours() -> None:
    saturday = date(2026, 3, 7)
    week = site_week(calendar=Calendar((Closure(1, WEDNESDAY, WEDNESDAY, "Water damage", saturday),)))
    assert minutes_of_slots(slots_between(week, planned(plan(*ITEMS)), MONDAY, SUNDAY), week.services) == 420


def test_a_week_begins_on_monday() -> None:
    assert [monday_of(MONDAY), monday_of(SUNDAY), monday_of(SUNDAY + timedelta(days=1))] == [
        date(2026, 3, 2),
        date(2026, 3, 2),
        date(2026, 3, 9),
    ]


def test_a_day_that_was_drawn_is_told_to_nobody() -> None:
    drawn = item(TESTS, "0123456", "urine", is_drawn=True, drawn_on=frozenset({WEDNESDAY}))
    plans = (plan(drawn, item(GROUP, "2")),)
    slots = slots_between(site_week(), planned(*plans), MONDAY, SUNDAY)
    assert [(slot.service_id, slot.on_day, is_drawn(plans, slot)) for slot in slots] == [
        (TESTS, WEDNESDAY, True),
        (GROUP, WEDNESDAY, False),
    ]


def test_the_schedule_says_how_many_tests_it_pays_now_and_later() -> None:
    doc = document(
        track(
            phase((1, 4), visits_per_week=3),
            phase((5, 8), visits_per_week=3),
            phase((9, 12), visits_per_week=1, period_weeks=2),
        ),
        format="cm-schedule/2",
    )
    urine = parse(doc).tracks[0]
    assert paid_tests(urine, 2) == (PaidTests(2, 3, 1), PaidTests(9, 1, 2))
    assert paid_tests(urine, 10) == (PaidTests(10, 1, 2),)
    assert paid_tests(urine, 13) == ()


def test_a_level_of_care_goes_on_until_another_one() -> None:
    first = plan(item(GROUP, "0"), number=1)
    more = plan(item(GROUP, "02"), number=2, from_on=date(2026, 3, 9))
    down = replace(plan(item(GROUP, "0"), number=3, from_on=date(2026, 3, 16)), level="outpatient")
    plans = (down, more, first)
    days = (date(2026, 3, 1), MONDAY, date(2026, 3, 15), date(2026, 3, 16))
    assert [level_since(plans, day) for day in days] == [None, MONDAY, MONDAY, date(2026, 3, 16)]


def test_a_plan_that_another_one_of_the_same_day_replaced_begins_no_level() -> None:
    wrong = replace(plan(item(GROUP, "0"), number=2, from_on=date(2026, 3, 9)), level="residential")
    right = plan(item(GROUP, "02"), number=3, from_on=date(2026, 3, 9))
    assert level_since((plan(item(GROUP, "0")), wrong, right), date(2026, 3, 10)) == MONDAY
