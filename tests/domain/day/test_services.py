"""A service as a lead enters it, and what becomes of its meetings when it changes from a day on."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from cm_tracker.domain.day.services import Meeting, changed_meetings, check_service
from tests.domain.day.weeks import GROUPS, LONG_AGO, MONDAY, SESSIONS, meetings, service
from tests.domain.refused import sentences

RIGHT: dict[str, Any] = {
    "name": "Skills group",
    "kind": "skills",
    "place": "Room 2",
    "capacity": 12,
    "meetings": meetings("02", time(13), 120),
}
NONE: tuple[Meeting, ...] = ()


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"name": "  "}, "Give the service a name that clients know it by."),
        ({"name": "x" * 81}, "Shorten the name to 80 characters."),
        ({"kind": "party"}, "Choose the kind of the service from the list."),
        ({"is_leader_known": False}, "Choose somebody who works at this site."),
        ({"place": "x" * 201}, "Shorten the place to 200 characters."),
        ({"capacity": 0}, "Give a number of places from 1 to 200, or none."),
        ({"capacity": 201}, "Give a number of places from 1 to 200, or none."),
        ({"meetings": NONE}, "Choose at least one weekday, with its time."),
        ({"meetings": meetings("00", time(9))}, "A service meets once a day. Make a second service for a second time on that day."),
        ({"meetings": meetings("0", time(9), 4)}, "Give a length from 5 minutes to 12 hours."),
        ({"meetings": meetings("0", time(9), 721)}, "Give a length from 5 minutes to 12 hours."),
        (
            {"meetings": (Meeting(0, time(9), 60, MONDAY, MONDAY - timedelta(days=1)),)},
            "The last day is before the first one. Correct one of the two.",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_service_is_said(change: dict[str, Any], sentence: str) -> None:
    assert sentences(lambda: check_service(**{**RIGHT, **change})) == [sentence]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "x" * 80, "place": "x" * 200, "capacity": 1},
        {"capacity": 200, "place": ""},
        {"capacity": None},
        {"meetings": meetings("0", time(9), 5)},
        {"meetings": meetings("0", time(9), 720)},
        {"meetings": (Meeting(0, time(9), 60, MONDAY, MONDAY),)},
    ],
)
def test_a_service_that_is_right_is_taken(change: dict[str, Any]) -> None:
    check_service(**{**RIGHT, **change})


def test_everything_that_is_wrong_is_said_at_once() -> None:
    said = sentences(lambda: check_service("", "party", "", 0, NONE))
    assert len(said) == 4


def test_people_of_a_group_are_on_one_sheet_and_those_of_a_session_are_not() -> None:
    assert GROUPS.is_together
    assert not SESSIONS.is_together
    assert not service(1, "telehealth").is_together
    assert not service(1, "community_meeting").is_together
    assert service(1, "psychoeducation").is_together


def test_the_meeting_of_a_day_is_the_one_of_its_weekday_that_is_in_force() -> None:
    old, new = Meeting(0, time(13), 120, LONG_AGO, date(2026, 3, 8)), Meeting(0, time(15), 120, date(2026, 3, 9))
    changed = service(1, "group", old, new)
    assert changed.meeting_on(date(2026, 3, 2)) == old
    assert changed.meeting_on(date(2026, 3, 9)) == new
    assert changed.meeting_on(date(2026, 3, 3)) is None
    assert changed.meeting_on(date(2025, 12, 29)) is None  # a Monday before the first one
    assert changed.meeting_like(0, date(2026, 3, 8)) == old
    assert changed.meeting_like(1, date(2026, 3, 8)) is None


def test_a_change_ends_the_old_meetings_the_day_before_and_keeps_what_stays() -> None:
    monday, wednesday = meetings("02", time(13), 120)
    new = (Meeting(0, time(13), 120, MONDAY), Meeting(2, time(15), 120, MONDAY))
    assert changed_meetings((monday, wednesday), new, MONDAY) == (
        monday,
        Meeting(2, time(13), 120, LONG_AGO, date(2026, 3, 1)),
        Meeting(2, time(15), 120, MONDAY),
    )


def test_a_change_leaves_out_a_change_that_was_planned_for_later() -> None:
    (monday,) = meetings("0", time(13), 120)
    later = Meeting(0, time(17), 120, date(2026, 4, 6))
    ends = Meeting(0, time(13), 120, LONG_AGO, date(2026, 4, 5))
    new = (Meeting(0, time(15), 120, MONDAY),)
    assert changed_meetings((ends, later), new, MONDAY) == (
        Meeting(0, time(13), 120, LONG_AGO, date(2026, 3, 1)),
        Meeting(0, time(15), 120, MONDAY),
    )
    assert changed_meetings((monday,), (), MONDAY) == (Meeting(0, time(13), 120, LONG_AGO, date(2026, 3, 1)),)


def test_meetings_that_had_ended_before_stay() -> None:
    ended = Meeting(0, time(9), 60, LONG_AGO, date(2026, 3, 1))
    new = (Meeting(0, time(9), 60, MONDAY),)
    assert changed_meetings((ended,), new, MONDAY) == (ended, Meeting(0, time(9), 60, MONDAY))
