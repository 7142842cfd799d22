"""Closures, make-up days, staff who are away, and the federal holidays of a year."""

from datetime import date
from typing import Any

import pytest

from cm_tracker.domain.day.calendar import Away, Calendar, Closure, check_closure, check_days, federal_holidays
from tests.domain.refused import sentences

LABOR_DAY = Closure(1, date(2026, 9, 7), date(2026, 9, 7), "Labor Day", make_up_on=date(2026, 9, 12))
WEEK = Closure(2, date(2026, 12, 24), date(2026, 12, 31), "Holidays")
RIGHT: dict[str, Any] = {
    "first_day": date(2026, 10, 12),
    "last_day": date(2026, 10, 12),
    "name": "Columbus Day",
    "make_up_on": None,
    "others": (LABOR_DAY, WEEK),
}


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"name": " "}, 'Say why the site is closed, such as "Labor Day" or "Water damage".'),
        ({"name": "x" * 81}, "Shorten the name to 80 characters."),
        ({"last_day": date(2026, 10, 11)}, "The last day is before the first one. Correct one of the two."),
        ({"first_day": date(2026, 8, 1), "last_day": date(2026, 10, 1), "others": ()},
         None),
        ({"first_day": date(2026, 8, 1), "last_day": date(2026, 10, 2), "others": ()},
         "These are more than 62 days. Enter them in parts."),
        ({"first_day": date(2026, 12, 20), "last_day": date(2026, 12, 24)},
         "The site is closed on Dec 24, 2026 already."),
        ({"first_day": date(2026, 12, 31), "last_day": date(2027, 1, 2)},
         "The site is closed on Dec 31, 2026 already."),
        ({"first_day": date(2026, 10, 12), "last_day": date(2026, 10, 13), "make_up_on": date(2026, 10, 17)},
         "Only one closed day can be made up for. Enter each of these days by itself."),
        ({"make_up_on": date(2026, 10, 12)}, "The site is closed on that day, too. Choose another one."),
        ({"make_up_on": date(2026, 9, 7)}, "The site is closed on that day, too. Choose another one."),
        ({"make_up_on": date(2026, 9, 12)}, "That day makes up for another one already. Choose another one."),
        ({"make_up_on": date(2027, 10, 12)}, "Choose a day within 62 days of the closed one."),
        ({"make_up_on": date(2026, 10, 17)}, None),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_closure_is_said(change: dict[str, Any], sentence: str | None) -> None:
    assert sentences(lambda: check_closure(**{**RIGHT, **change})) == ([] if sentence is None else [sentence])


def test_the_days_of_an_absence_are_in_order() -> None:
    assert sentences(lambda: check_days(date(2026, 3, 3), date(2026, 3, 2))) == [
        "The last day is before the first one. Correct one of the two."
    ]
    assert sentences(lambda: check_days(date(2026, 3, 2), date(2026, 3, 2))) == []


def test_a_closure_covers_its_first_and_its_last_day() -> None:
    calendar = Calendar((LABOR_DAY, WEEK))
    assert calendar.closure_on(date(2026, 12, 23)) is None
    assert calendar.closure_on(date(2026, 12, 24)) == WEEK
    assert calendar.closure_on(date(2026, 12, 31)) == WEEK
    assert calendar.closure_on(date(2027, 1, 1)) is None
    assert calendar.made_up_on(date(2026, 9, 12)) == LABOR_DAY
    assert calendar.made_up_on(date(2026, 9, 13)) is None


def test_somebody_is_away_from_the_first_to_the_last_day() -> None:
    kofi = Away(1, 5, date(2026, 3, 2), date(2026, 3, 6))
    calendar = Calendar(away=(kofi,))
    assert calendar.away_on(5, date(2026, 3, 1)) is None
    assert calendar.away_on(5, date(2026, 3, 2)) == kofi
    assert calendar.away_on(5, date(2026, 3, 6)) == kofi
    assert calendar.away_on(5, date(2026, 3, 7)) is None
    assert calendar.away_on(6, date(2026, 3, 3)) is None
    assert calendar.away_on(None, date(2026, 3, 3)) is None


def test_the_federal_holidays_of_2026_and_2027() -> None:
    """Source: the pay and leave calendar of the U.S. Office of Personnel Management."""
    assert federal_holidays(2026) == (
        (date(2026, 1, 1), "New Year's Day"),
        (date(2026, 1, 19), "Martin Luther King Jr. Day"),
        (date(2026, 2, 16), "Washington's Birthday"),
        (date(2026, 5, 25), "Memorial Day"),
        (date(2026, 6, 19), "Juneteenth"),
        (date(2026, 7, 3), "Independence Day"),  # July 4 is a Saturday
        (date(2026, 9, 7), "Labor Day"),
        (date(2026, 10, 12), "Columbus Day"),
        (date(2026, 11, 11), "Veterans Day"),
        (date(2026, 11, 26), "Thanksgiving Day"),
        (date(2026, 12, 25), "Christmas Day"),
    )
    in_2027 = {name: day for day, name in federal_holidays(2027)}
    assert in_2027["Independence Day"] == date(2027, 7, 5)  # July 4 is a Sunday
    assert in_2027["Juneteenth"] == date(2027, 6, 18)  # a Saturday
    assert in_2027["Memorial Day"] == date(2027, 5, 31)
    assert in_2027["Christmas Day"] == date(2027, 12, 24)
    assert in_2027["Labor Day"] == date(2027, 9, 6)
