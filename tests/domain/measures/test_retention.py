"""Who still attends in a week, and for how many weeks clients kept coming: ends, short programs and pauses."""

import pytest

from cm_tracker.domain.clients.events import EnrollmentEvent
from cm_tracker.domain.measures.retention import is_still_attending, weeks_retained
from cm_tracker.domain.measures.sequences import Course
from tests.domain.measures.courses import course, day_of, moved, schedule

ONE = schedule(visits_per_week=1)
TWELVE_WEEKS = schedule(visits_per_week=1, last_week=12)
ALWAYS = dict.fromkeys(range(1, 25), "N")


def ended(week: int, reason: str) -> EnrollmentEvent:
    return EnrollmentEvent(1, 1, "end", day_of(week, 6), None, reason, None)


def first_weeks(count: int) -> dict[int, str]:
    return dict.fromkeys(range(1, count + 1), "N")


def in_weeks(of: Course) -> list[bool | None]:
    return [is_still_attending(of, week) for week in (4, 8, 12, 24)]


def test_nobody_is_lost_in_a_week_that_the_program_does_not_have() -> None:
    assert in_weeks(course(TWELVE_WEEKS, first_weeks(12), 51)) == [True, True, True, None]


def test_the_last_week_of_a_program_needs_none_after_it_to_be_over() -> None:
    assert in_weeks(course(TWELVE_WEEKS, first_weeks(12), 12)) == [True, True, True, None]
    assert in_weeks(course(TWELVE_WEEKS, first_weeks(11), 11)) == [True, True, None, None]
    assert in_weeks(course(TWELVE_WEEKS, first_weeks(10), 12)) == [True, True, False, None]


def test_a_move_gives_a_program_its_weeks() -> None:
    event, versions = moved(ONE, week=6)
    assert in_weeks(course(TWELVE_WEEKS, ALWAYS, 24, event, versions=versions)) == [True, True, True, True]


@pytest.mark.parametrize("reason", ["completed", "moved_up", "moved_down", "died"])
def test_who_is_not_expected_any_more_is_left_out(reason: str) -> None:
    assert in_weeks(course(ONE, first_weeks(9), 30, ended(9, reason))) == [True, True, None, None]


@pytest.mark.parametrize("reason", ["left", "discharged"])
def test_who_left_is_lost_to_the_end(reason: str) -> None:
    assert in_weeks(course(ONE, first_weeks(9), 30, ended(9, reason))) == [True, True, False, False]


def test_who_stopped_coming_long_before_the_end_was_lost_until_then() -> None:
    assert in_weeks(course(ONE, first_weeks(3), 30, ended(15, "completed"))) == [False, False, False, None]


def test_an_end_after_the_days_is_not_known_yet() -> None:
    assert in_weeks(course(ONE, first_weeks(3), 14, ended(20, "completed"))) == [False, False, False, None]


def test_days_of_a_pause_are_no_part_of_the_weeks() -> None:
    # Eight weeks of a pause after the first program week: what comes after them is the second one.
    paused = EnrollmentEvent(1, 1, "pause", day_of(2), day_of(9, 6), None, None)
    found = course(ONE, {1: "N", 10: "N"}, 12, paused)
    assert weeks_retained(found) == pytest.approx(8 / 7)
    assert (found.weeks_over, is_still_attending(found, 2)) == (4, True)


def test_weeks_are_those_from_the_first_day_with_a_visit() -> None:
    assert weeks_retained(course(ONE, {3: "N", 4: "M", 5: "P"}, 8)) == pytest.approx(15 / 7)
