"""The week of a site: what is held on which day, by whom."""

from dataclasses import replace
from datetime import date, time

import pytest

from cm_tracker.domain.day.calendar import Away, Calendar, Closure
from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.day.site_days import SiteDay, monday_of, next_open_day, site_days, weeks_of_month
from tests.domain.day import weeks

MONDAY = weeks.MONDAY
WEDNESDAY, FRIDAY, SATURDAY = date(2026, 3, 4), date(2026, 3, 6), date(2026, 3, 7)


def held(day: SiteDay) -> list[tuple[int, time]]:
    return [(one.service.id, one.meeting.time_of_day) for one in day.held]


def test_a_week_begins_on_monday() -> None:
    assert [monday_of(day) for day in (MONDAY, WEDNESDAY, date(2026, 3, 8), date(2026, 3, 9))] == [
        MONDAY,
        MONDAY,
        MONDAY,
        date(2026, 3, 9),
    ]


def test_each_day_has_its_services_in_the_order_of_their_times() -> None:
    days = site_days(weeks.site_week(weeks.GROUPS, weeks.SESSIONS), MONDAY)
    assert [(day.day.day, held(day)) for day in days] == [
        (2, [(weeks.GROUP, time(13))]),
        (3, [(weeks.SESSION, time(10))]),
        (4, [(weeks.GROUP, time(13))]),
        (5, []),
        (6, [(weeks.GROUP, time(13))]),
    ]


def test_a_weekend_is_shown_where_something_happens_on_it() -> None:
    days = site_days(weeks.site_week(), MONDAY)
    assert [day.day.day for day in days] == [2, 3, 4, 5, 6, 7, 8]
    assert held(days[0]) == [(weeks.TESTS, time(9)), (weeks.GROUP, time(13))]
    closed = Calendar((Closure(1, SATURDAY, SATURDAY, "Water damage"),))
    days = site_days(weeks.site_week(weeks.GROUPS, calendar=closed), MONDAY)
    assert [day.day.day for day in days] == [2, 3, 4, 5, 6, 7]


def test_a_meeting_is_held_between_its_first_and_its_last_day() -> None:
    ends = replace(weeks.GROUPS, meetings=(Meeting(0, time(9), 60, date(2026, 3, 9), date(2026, 3, 9)),))
    week = weeks.site_week(ends)
    assert [held(site_days(week, day)[0]) for day in (MONDAY, date(2026, 3, 9), date(2026, 3, 16))] == [
        [],
        [(weeks.GROUP, time(9))],
        [],
    ]


def test_a_closed_day_says_why_and_its_make_up_day_holds_its_services() -> None:
    closure = Closure(1, WEDNESDAY, WEDNESDAY, "Water damage", SATURDAY)
    days = site_days(weeks.site_week(weeks.GROUPS, weeks.SESSIONS, calendar=Calendar((closure,))), MONDAY)
    assert (days[2].closure, held(days[2])) == (closure, [(weeks.GROUP, time(13))])
    assert (days[5].day, held(days[5]), days[5].closure) == (SATURDAY, [(weeks.GROUP, time(13))], None)
    assert days[5].held[0].makes_up_for == WEDNESDAY


def test_somebody_stands_in_or_the_service_does_not_meet() -> None:
    away = Away(1, weeks.KOFI, MONDAY, MONDAY, weeks.TOM), Away(2, weeks.KOFI, WEDNESDAY, WEDNESDAY)
    days = site_days(weeks.site_week(weeks.GROUPS, calendar=Calendar(away=away)), MONDAY)
    monday, wednesday, friday = (days[number].held[0] for number in (0, 2, 4))
    assert (monday.leader_id, monday.is_held, monday.has_stand_in) == (weeks.TOM, True, True)
    assert (wednesday.leader_id, wednesday.is_held, wednesday.has_stand_in) == (None, False, False)
    assert (friday.leader_id, friday.is_held, friday.has_stand_in) == (weeks.KOFI, True, False)


@pytest.mark.parametrize(
    ("day", "first", "last", "count"),
    [
        (date(2026, 3, 16), date(2026, 2, 23), date(2026, 4, 5), 6),
        (date(2027, 2, 28), date(2027, 2, 1), date(2027, 2, 28), 4),
        (date(2026, 12, 1), date(2026, 11, 30), date(2027, 1, 3), 5),
        (date(2026, 1, 31), date(2025, 12, 29), date(2026, 2, 1), 5),
        (date(2199, 12, 31), date(2199, 11, 25), date(2200, 1, 5), 6),
    ],
)
def test_a_month_has_whole_weeks(day: date, first: date, last: date, count: int) -> None:
    weeks_shown = weeks_of_month(day)
    assert (weeks_shown[0][0], weeks_shown[-1][-1], len(weeks_shown)) == (first, last, count)
    assert all(len(one) == 7 and one[0].weekday() == 0 for one in weeks_shown)


def test_the_next_open_day_is_the_next_one_that_holds_something() -> None:
    """The group meets on Mondays, Wednesdays and Fridays."""
    assert next_open_day(weeks.site_week(weeks.GROUPS), MONDAY) == WEDNESDAY
    closed = Calendar((Closure(1, WEDNESDAY, WEDNESDAY, "Water damage"),))
    assert next_open_day(weeks.site_week(weeks.GROUPS, calendar=closed), MONDAY) == FRIDAY
    long = Calendar((Closure(1, MONDAY, date(2026, 4, 30), "Water damage"),))
    assert next_open_day(weeks.site_week(weeks.GROUPS, calendar=long), MONDAY) is None
