"""When a task of the upkeep is late, and for how long the room on a disk lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from cm_tracker.domain.health import Growth, days_left
from cm_tracker.domain.upkeep import is_late

NOW = datetime(2026, 3, 16, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("task", "hours", "expected"),
    [
        ("backup", 36, False),
        ("backup", 37, True),
        ("verify", 37, True),
        ("drill", 24 * 35, False),
        ("drill", 24 * 36, True),
        ("upgrade", 24 * 9999, False),
    ],
)
def test_a_night_is_late_after_a_day_and_a_half_and_a_drill_after_five_weeks(
    task: str, hours: int, expected: bool
) -> None:
    assert is_late(task, NOW - timedelta(hours=hours), NOW) is expected


@pytest.mark.parametrize(
    ("records", "before", "expected"),
    [
        # 100 bytes a record, and 1,000 more records in 10 days: 10,000 bytes a day of 1,000,000.
        (10_000, Growth(NOW - timedelta(days=10), 9_000), 100),
        (10_000, Growth(NOW - timedelta(days=10), 10_000), None),
        (10_000, Growth(NOW - timedelta(hours=23), 9_000), None),
        (10_000, None, None),
    ],
)
def test_the_room_lasts_as_long_as_the_database_grows_as_before(
    records: int, before: Growth | None, expected: int | None
) -> None:
    assert days_left(1_000_000, 1_000_000, records, before, NOW) == expected
