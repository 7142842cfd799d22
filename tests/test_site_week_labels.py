"""The words of a site's week."""

from datetime import date, time

import pytest

from cm_tracker.domain.day.services import Meeting
from cm_tracker.labels import site_week

TODAY = date(2026, 3, 16)
LONG_AGO = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((4, 0, 2), "Mon, Wed, Fri"),
        ((0, 1, 2, 3, 4), "Mon to Fri"),
        ((5, 6), "Sat, Sun"),
        ((0, 1, 2, 3, 4, 5, 6), "every day"),
        ((3, 3), "Thu"),
    ],
)
def test_weekdays_in_few_words(numbers: tuple[int, ...], words: str) -> None:
    assert site_week.weekdays(numbers) == words


def test_meetings_that_differ_only_in_their_weekday_are_one_line() -> None:
    meetings = [
        Meeting(2, time(13), 120, LONG_AGO, date(2026, 3, 17)),
        Meeting(0, time(13), 120, LONG_AGO, date(2026, 3, 17)),
        Meeting(0, time(9), 60, LONG_AGO, date(2026, 3, 15)),
        Meeting(4, time(17, 30), 45, date(2026, 3, 18)),
    ]
    assert site_week.times_of(meetings, TODAY) == (
        "Mon, Wed at 1:00 PM, 2\N{NO-BREAK SPACE}h; until Mar 17, 2026",
        "Fri at 5:30 PM, 45\N{NO-BREAK SPACE}min; from Mar 18, 2026",
    )
    assert site_week.times_of((), TODAY) == ()


def test_days_and_clients_in_words() -> None:
    assert site_week.short_day(TODAY) == "Mon, Mar 16"
    assert site_week.days(TODAY, TODAY) == "Mar 16, 2026"
    assert site_week.days(TODAY, date(2026, 3, 20)) == "Mar 16, 2026 to Mar 20, 2026"
    assert site_week.touched(1) == "1 client has it in the plan"
    assert site_week.excused(0) == "No plan has anybody come on these days."
    assert site_week.excused(1) == "1 client expected on these days is excused by the program."
    assert site_week.excused(12) == "12 clients expected on these days are excused by the program."
    assert site_week.touched(1240) == "1,240 clients have it in their plans"


@pytest.mark.parametrize(
    ("place", "expected"),
    [("https://video.example/x", True), ("http://x", True), ("javascript:alert(1)", False), ("Room 1", False)],
)
def test_only_the_address_of_a_page_is_a_link(place: str, expected: bool) -> None:
    assert site_week.is_link(place) is expected
