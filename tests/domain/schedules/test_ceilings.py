"""What counts against a ceiling, and when a client is close to one."""

from datetime import date

import pytest

from cm_tracker.domain.schedules.ceilings import CeilingUse, ClientTotals, Received
from cm_tracker.domain.schedules.schedule import Ceiling

RECEIVED = (
    Received(1, date(2026, 3, 2), 100),
    Received(1, date(2026, 3, 31), 50),
    Received(1, date(2026, 4, 1), 30),
    Received(2, date(2026, 3, 9), 7),
    Received(None, date(2026, 12, 31), 5),
    Received(2, date(2025, 12, 31), 1000),
)


@pytest.mark.parametrize(
    ("scope", "enrollment_id", "day", "cents"),
    [
        ("award", 1, date(2026, 3, 2), 0),
        ("enrollment", 1, date(2026, 3, 2), 180),
        ("enrollment", 2, date(2026, 3, 2), 1007),
        ("month", 1, date(2026, 3, 15), 157),
        ("month", 2, date(2026, 4, 15), 30),
        ("calendar_year", 2, date(2026, 1, 1), 192),
        ("calendar_year", 1, date(2025, 7, 1), 1000),
        ("calendar_year", 1, date(2027, 1, 1), 0),
    ],
)
def test_a_ceiling_counts_what_the_client_received_in_its_time(
    scope: str, enrollment_id: int, day: date, cents: int
) -> None:
    assert ClientTotals(RECEIVED).used(scope, enrollment_id, day) == cents


def test_a_ceiling_for_one_award_never_adds_up() -> None:
    ceilings = [Ceiling("award", 500), Ceiling("month", 200)]
    assert ClientTotals(RECEIVED).uses(ceilings, 1, date(2026, 3, 15)) == (CeilingUse("month", 200, 157),)


@pytest.mark.parametrize(
    ("used", "is_near", "is_reached"), [(799, False, False), (800, True, False), (1000, True, True)]
)
def test_a_ceiling_is_near_at_four_fifths(used: int, is_near: bool, is_reached: bool) -> None:
    use = CeilingUse("month", 1000, used)
    assert (use.is_near, use.is_reached) == (is_near, is_reached)
