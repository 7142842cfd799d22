"""On which day an enrollment may begin, and how much of the schedule is gone where that day is past."""

from datetime import date

import pytest

from cm_tracker.domain.schedules.first_day import PastStart, check_first_day, past_start
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.refused import refused
from tests.domain.schedules.documents import document, phase, track

TODAY = date(2026, 3, 16)  # a Monday
FOUR_WEEKS = parse(document(track(phase((1, 4)))))


@pytest.mark.parametrize("day", [date(2000, 1, 1), TODAY, date(2026, 5, 15)])
def test_an_enrollment_begins_after_1999_and_at_most_sixty_days_ahead(day: date) -> None:
    check_first_day(day, TODAY)


def test_a_year_that_a_spreadsheet_made_up_is_refused() -> None:
    with refused("The first day may not lie before the year 2000. Check the year.", "starts_on"):
        check_first_day(date(1999, 12, 31), TODAY)


def test_a_day_too_far_ahead_is_refused() -> None:
    with refused("The first day may lie at most 60 days ahead.", "starts_on"):
        check_first_day(date(2026, 5, 16), TODAY)


@pytest.mark.parametrize(
    ("starts_on", "expected", "is_over"),
    [
        (date(2026, 3, 15), PastStart(date(2026, 3, 15), 1, 1, 4, date(2026, 4, 11)), False),
        (date(2026, 3, 9), PastStart(date(2026, 3, 9), 7, 2, 4, date(2026, 4, 5)), False),
        # Yesterday was the last day, and today is.
        (date(2026, 2, 16), PastStart(date(2026, 2, 16), 28, 5, 4, date(2026, 3, 15)), True),
        (date(2026, 2, 17), PastStart(date(2026, 2, 17), 27, 4, 4, date(2026, 3, 16)), False),
    ],
)
def test_what_is_gone_of_a_schedule_that_began_before(starts_on: date, expected: PastStart, is_over: bool) -> None:
    found = past_start(FOUR_WEEKS, starts_on, TODAY)
    assert found == expected
    assert found is not None and found.is_over is is_over


def test_nothing_is_gone_of_a_schedule_that_begins_today_or_later() -> None:
    assert past_start(FOUR_WEEKS, TODAY, TODAY) is None
    assert past_start(FOUR_WEEKS, date(2026, 5, 15), TODAY) is None
    with refused("The first day may lie at most 60 days ahead.", "starts_on"):
        past_start(FOUR_WEEKS, date(2026, 5, 16), TODAY)
    with refused("The first day may not lie before the year 2000. Check the year.", "starts_on"):
        past_start(FOUR_WEEKS, date(1926, 3, 16), TODAY)
