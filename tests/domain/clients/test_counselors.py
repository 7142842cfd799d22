"""Who a client's counselor is on a day."""

from datetime import date

import pytest

from cm_tracker.domain.clients.counselors import CounselorFrom, check_from_on, counselor_on
from cm_tracker.domain.errors import BadInput

MARCH = [
    CounselorFrom(1, date(2026, 3, 2), 7),
    CounselorFrom(2, date(2026, 3, 16), 8),
    CounselorFrom(3, date(2026, 3, 9), 9),
    CounselorFrom(4, date(2026, 3, 16), None),
]


@pytest.mark.parametrize(
    "day, counselor",
    [
        ("2026-03-01", None),
        ("2026-03-02", 7),
        ("2026-03-08", 7),
        ("2026-03-09", 9),
        ("2026-03-15", 9),
        ("2026-03-16", None),
    ],
)
def test_the_counselor_is_who_began_last(day: str, counselor: int | None) -> None:
    assert counselor_on(MARCH, date.fromisoformat(day)) == counselor


def test_the_order_of_the_entries_does_not_matter() -> None:
    assert counselor_on(reversed(MARCH), date(2026, 3, 16)) is None
    assert counselor_on([], date(2026, 3, 16)) is None


def test_a_counselor_begins_within_a_year() -> None:
    today = date(2026, 3, 16)
    check_from_on(date(2027, 3, 17), today)
    check_from_on(date(2025, 3, 15), today)
    for day in (date(2027, 3, 18), date(2025, 3, 14)):
        with pytest.raises(BadInput, match="within a year"):
            check_from_on(day, today)
