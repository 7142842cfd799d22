"""The two sample weeks, and which of their services a site gets."""

from datetime import date, time

import pytest

from cm_tracker.domain.day.sample_program import SAMPLE_WEEKS, SampleWeek, new_services, sample_week
from cm_tracker.domain.day.services import Meeting, check_service

MONDAY = date(2026, 3, 16)
EARLY, LATER = SAMPLE_WEEKS


@pytest.mark.parametrize("week", SAMPLE_WEEKS, ids=lambda week: week.name)
def test_every_service_of_a_sample_week_can_be_added_as_it_is(week: SampleWeek) -> None:
    for one in week.services:
        check_service(one.name, one.kind, one.place, one.capacity, one.meetings(MONDAY))
    assert len({one.name for one in week.services}) == len(week.services)
    assert sample_week(week.name) is week


def test_early_weeks_have_groups_of_two_hours_and_a_meeting_outside() -> None:
    by_name = {one.name: one for one in EARLY.services}
    assert by_name["Early recovery group"].meetings(MONDAY) == (
        Meeting(0, time(10), 120, MONDAY),
        Meeting(2, time(10), 120, MONDAY),
        Meeting(4, time(10), 120, MONDAY),
    )
    assert {one.minutes for one in EARLY.services if one.kind in ("group", "psychoeducation")} == {120}
    assert by_name["12-step meeting"].kind == "community_meeting"


def test_later_weeks_have_groups_of_three_hours_a_family_and_a_vocational_session() -> None:
    assert {one.minutes for one in LATER.services if one.kind == "group"} == {180}
    assert {"Family session", "Vocational session"} <= {one.name for one in LATER.services}


@pytest.mark.parametrize(("week", "minutes"), [(EARLY, 5 * 120 + 60 + 60), (LATER, 3 * 180 + 90 + 90 + 60 + 60)])
def test_a_sample_week_is_one_of_intensive_outpatient_care(week: SampleWeek, minutes: int) -> None:
    planned = sum(len(one.weekdays) * one.minutes for one in week.services if one.kind != "test_visit")
    assert planned == minutes
    assert 9 * 60 <= planned <= 20 * 60


def test_names_that_are_in_use_are_left_out() -> None:
    names = [one.name for one in new_services(LATER, [" TEST visit", "12-step meeting", "Something else"])]
    assert names == ["Relapse prevention group", "Family session", "Vocational session", "Individual session"]


def test_there_is_no_other_sample_week() -> None:
    assert sample_week("best") is None and sample_week(None) is None
