"""Hours of program weeks out of the rows of a file. The enrollment began on Monday, March 2; weeks end on Sunday."""

from datetime import date

import pytest

from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.imported_hours import read_hours
from cm_tracker.domain.visits.importing import Reason, Row
from tests.domain.visits.test_hours import end, pause, program


def row(line: int = 2, **values: str) -> Row:
    return Row(line, {"client_code": "A1", "week": "1", "minutes_attended": "540", "minutes_expected": "600", **values})


def read(*rows: Row) -> list[tuple[int, date, object]]:
    found = read_hours(rows, program())
    assert found.rejects == []
    return [(one.line, one.day, one.evidence) for one in found.candidates]


def refused(*rows: Row) -> list[tuple[int, Reason, str]]:
    found = read_hours(rows, program())
    assert found.candidates == []
    return [(one.line, one.reason, one.says) for one in found.rejects]


@pytest.mark.parametrize(
    ("values", "day"),
    [
        ({"week": "1"}, 8), ({"week": "3"}, 22), ({"week": "", "date": "2026-03-02"}, 8),
        ({"week": "", "date": "2026-03-08"}, 8), ({"week": "2", "date": "2026-03-09"}, 15),
    ],
)  # fmt: skip
def test_a_week_is_named_by_its_number_or_by_a_day_in_it(values: dict[str, str], day: int) -> None:
    assert read(row(**values)) == [(2, date(2026, 3, day), Hours(540, 0, 600))]


@pytest.mark.parametrize(
    ("values", "hours"),
    [
        ({}, Hours(540, 0, 600)),
        ({"minutes_excused": "30"}, Hours(540, 30, 600)),
        ({"minutes_attended": "", "hours_attended": "7:30", "hours_excused": "1.5"}, Hours(450, 90, 600)),
        ({"hours_attended": "9"}, Hours(540, 0, 600)),
        ({"minutes_attended": "0", "minutes_expected": "0"}, Hours(0, 0, 0)),
    ],
)
def test_times_are_minutes_or_hours(values: dict[str, str], hours: Hours) -> None:
    assert read(row(**values)) == [(2, date(2026, 3, 8), hours)]


def test_the_day_of_a_week_follows_pauses_and_the_end() -> None:
    paused = read_hours([row()], program(events=(pause(3, 5),)))
    ended = read_hours([row(week="2")], program(events=(end(10),)))
    assert [paused.candidates[0].day, ended.candidates[0].day] == [date(2026, 3, 11), date(2026, 3, 12)]


@pytest.mark.parametrize(
    ("values", "reason", "says"),
    [
        ({"week": ""}, Reason.NO_DAY, "The row names neither a program week nor a day in it."),
        ({"week": "0"}, Reason.NOT_A_DAY, "'0' is no program week. Write its number, such as 3."),
        ({"week": "WK1"}, Reason.NOT_A_DAY, "'WK1' is no program week. Write its number, such as 3."),
        (
            {"week": "", "date": "3/2/2026"},
            Reason.NOT_A_DAY,
            "'3/2/2026' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02.",
        ),
        (
            {"week": "1", "date": "2026-03-09"},
            Reason.SELF_CONTRADICTION,
            "The row names week 1, and 2026-03-09 lies in week 2.",
        ),
        (
            {"week": "", "date": "2026-03-01"},
            Reason.BEFORE_ENROLLMENT,
            "Mar 1, 2026 is before the enrollment's first day (Mar 2, 2026). Correct the date.",
        ),
        (
            {"week": "5"},
            Reason.OUTSIDE_SCHEDULE,
            "The enrollment has no program week 5 that is over: the schedule or the enrollment ends before it, or a pause "
            "goes on in it.",
        ),
        (
            {"minutes_attended": "9h"},
            Reason.NOT_A_DURATION,
            "minutes_attended: '9h' is no whole number of minutes, such as 450.",
        ),
        (
            {"minutes_expected": "", "hours_expected": "7.33"},
            Reason.NOT_A_DURATION,
            "hours_expected: '7.33' is no time. Write hours and minutes as 7:30, or hours as 7.5.",
        ),
        (
            {"hours_attended": "7:30"},
            Reason.SELF_CONTRADICTION,
            "minutes_attended says 540, and hours_attended says 7:30, which is not the same.",
        ),
        ({"minutes_attended": ""}, Reason.EMPTY_RESULT, "The time attended is empty. If there was none, write 0."),
        ({"minutes_expected": ""}, Reason.EMPTY_RESULT, "The time expected is empty. If there was none, write 0."),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(values: dict[str, str], reason: Reason, says: str) -> None:
    assert refused(row(**values)) == [(2, reason, says)]


def test_a_row_that_repeats_another_one_counts_once() -> None:
    found = read_hours([row(2), row(3, week="", date="2026-03-04")], program())
    assert ([one.line for one in found.candidates], found.repeated, found.rejects) == ([2], 1, [])


def test_two_numbers_for_one_week_are_both_refused_as_a_correction_to_look_at() -> None:
    says = (
        "Lines 2 and 3 give different hours for the week until 2026-03-08. A corrected number is a correction to look at: "
        "keep the row that is right."
    )
    assert refused(row(2), row(3, minutes_attended="570")) == [
        (2, Reason.CORRECTED_RESULT, says), (3, Reason.CORRECTED_RESULT, says),
    ]  # fmt: skip


def test_a_row_beside_one_that_cannot_be_read_is_refused_too() -> None:
    found = refused(row(2), row(3, minutes_attended="much"))
    assert [(line, reason) for line, reason, _ in found] == [
        (3, Reason.NOT_A_DURATION), (2, Reason.CORRECTED_RESULT),
    ]  # fmt: skip
    assert found[1][2] == (
        "Line 3 is a row of the week until 2026-03-08, too, and has no hours that can be read. It may be a correction to "
        "look at: keep the row that is right."
    )
