"""A day is YYYY-MM-DD between 1900 and 2199, everywhere."""

from datetime import date

import pytest

from cm_tracker.domain.days import days_between, parse_day
from tests.domain.refused import refused


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        (" 2026-03-02\t", date(2026, 3, 2)),
        ("2024-02-29", date(2024, 2, 29)),
        ("1900-01-01", date(1900, 1, 1)),
        ("2199-12-31", date(2199, 12, 31)),
    ],
)
def test_a_day_is_read(text: str, day: date) -> None:
    assert parse_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-W10",
        "2026-W10-1",
        "20260302",
        "2026-061",
        "1/2/26",
        "3/2/2026",
        "02.03.2026",
        "26-03-02",
        "2026-3-2",
        "2026/03/02",
        "2026-03-02 00:00:00",
        "2026-03-02T00:00",
        "46083",
        "٢٠٢٦-٠٣-٠٢",
        "2026\N{EN DASH}03\N{EN DASH}02",
        "sometime",
    ],
)
def test_any_other_way_of_writing_a_day_is_refused(text: str) -> None:
    with refused("Write the day as YYYY-MM-DD, such as 2026-03-02."):
        parse_day(text)


@pytest.mark.parametrize("text", ["0026-03-02", "0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_year_that_nobody_can_mean_is_refused(text: str) -> None:
    with refused("Give a day between the years 1900 and 2199, with all four digits of the year."):
        parse_day(text)


@pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00"])
def test_a_day_that_the_calendar_does_not_have_is_refused(text: str) -> None:
    with refused("The calendar has no such day. Check the month and the day."):
        parse_day(text)


def test_days_between_have_both_ends() -> None:
    assert days_between(date(2026, 2, 27), date(2026, 3, 1)) == (
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    )
    assert days_between(date(2026, 3, 1), date(2026, 3, 1)) == (date(2026, 3, 1),)
    assert days_between(date(2026, 3, 2), date(2026, 3, 1)) == ()
