"""Times of day and lengths as people type them."""

from datetime import time

import pytest

from cm_tracker.domain.day.times import parse_length, parse_time
from tests.domain.refused import refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9", time(9)),
        ("09", time(9)),
        (" 9:30 ", time(9, 30)),
        ("9.30", time(9, 30)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        ("13", time(13)),
        ("13:05", time(13, 5)),
        ("1 pm", time(13)),
        ("1PM", time(13)),
        ("1:30 p.m.", time(13, 30)),
        ("6 a.m.", time(6)),
        ("7p", time(19)),
        ("130 pm", time(13, 30)),
        ("12 pm", time(12)),
        ("12 am", time(0)),
        ("12", time(12)),
        ("0:15", time(0, 15)),
        ("00:15", time(0, 15)),
        ("01:30", time(1, 30)),
        ("7", time(7)),
        ("23:59", time(23, 59)),
        ("Noon", time(12)),
        ("midnight", time(0)),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "24:00", "9:60", "13 pm", "0 am", "9:3", "9:30:00", "٩", "-9", "9 o'clock"]
)
def test_what_is_no_time_is_refused_with_what_to_write(text: str) -> None:
    with refused("Write the time as 9:30, 1 pm or 13:00."):
        parse_time(text)


@pytest.mark.parametrize("text", ["1", "1:30", "3", "6:45", "130"])
def test_a_time_that_can_be_in_the_morning_or_in_the_afternoon_is_asked_for(text: str) -> None:
    with refused("Write am or pm after the time, such as 1 pm."):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("45 min", 45),
        ("45 minutes", 45),
        ("2 h", 120),
        ("2h", 120),
        ("2 hours", 120),
        ("1 hr", 60),
        ("1.5 h", 90),
        ("1,25 hours", 75),
        ("1:30", 90),
        ("1 h 30", 90),
        ("1 h 30 min", 90),
        ("1h30m", 90),
    ],
)
def test_a_length_is_read_as_people_write_it(text: str, minutes: int) -> None:
    assert parse_length(text) == minutes


@pytest.mark.parametrize("text", ["", "long", "1.33 h", "1:75", "2 days", "-5", "1:30:00"])
def test_what_is_no_length_is_refused_with_what_to_write(text: str) -> None:
    with refused("Write the length as 2 h, 1 h 30 min or 45 min."):
        parse_length(text)
