"""The labels of a client's plan and week."""

from datetime import date, time

import pytest

from cm_tracker.domain.day.client_week import PaidTests
from cm_tracker.domain.day.services import Meeting
from cm_tracker.i18n import time_of_day, using_language
from cm_tracker.labels import plans

DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    "tests, sentence",
    [
        ((), "the schedule pays none any more"),
        ((PaidTests(1, 3, 1),), "the schedule pays 3 a week"),
        ((PaidTests(4, 3, 1), PaidTests(13, 2, 1)), "the schedule pays 3 a week, from week 13 on 2 a week"),
        ((PaidTests(1, 1, 2),), "the schedule pays 1 in 2 weeks"),
    ],
)
def test_how_many_tests_are_paid(tests: tuple[PaidTests, ...], sentence: str) -> None:
    assert plans.paid(tests) == sentence


def test_a_meeting_has_its_weekday_and_time() -> None:
    assert plans.meeting(Meeting(0, time(13), 60, DAY)) == "Mon 1:00 PM"


def test_how_long_meetings_last() -> None:
    assert plans.lengths([120]) == "2\N{NO-BREAK SPACE}h"
    assert plans.lengths([60, 90]) == "1\N{NO-BREAK SPACE}h to 1\N{NO-BREAK SPACE}h 30\N{NO-BREAK SPACE}min"


def test_the_days_of_a_week() -> None:
    assert plans.days(DAY, date(2026, 12, 6)) == "November 30 to December 6"
    assert plans.short_day(DAY) == "Mon, Nov 30"


def test_the_levels_of_care_in_their_order() -> None:
    steps = plans.level_steps({"partial_hospital", "outpatient"}, "outpatient")
    assert [step.name for step in steps] == [
        "Detox referral", "Residential", "Partial hospital", "Intensive outpatient", "Outpatient", "Aftercare",
    ]  # fmt: skip
    assert [step.was_before for step in steps] == [False, False, True, False, False, False]
    assert [step.is_now for step in steps] == [False, False, False, False, True, False]


def test_only_the_first_tests_of_a_week_are_expected() -> None:
    assert plans.first_of_week(1) == "More weekdays than paid tests: only the first one is expected."
    assert plans.first_of_week(3) == "More weekdays than paid tests: only the first 3 are expected."


def test_a_time_of_day_in_spanish() -> None:
    with using_language("es"):
        assert time_of_day(time(13)).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ") == "1:00 p. m."
