"""What counts against a ceiling, and when a client is close to one."""

from datetime import date

import pytest

from cm_tracker.domain.schedules.ceilings import CeilingUse, ClientTotals, Received, received_sums
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


def test_what_was_received_this_year_and_since_enrolling_and_what_goes_beyond_a_ceiling() -> None:
    totals = ClientTotals(
        [Received(1, date(2026, 3, 2), 300), Received(9, date(2026, 1, 5), 500), Received(9, date(2025, 12, 30), 700)]
    )
    ceilings = [Ceiling("calendar_year", 1000), Ceiling("award", 200), Ceiling("month", 300)]
    year, enrollment, month = received_sums(totals, ceilings, 1, date(2026, 3, 2), date(2026, 3, 16), is_open=True)
    assert (year.scope, year.received_cents, year.ceiling_cents, year.left_cents) == ("calendar_year", 800, 1000, 200)
    assert (enrollment.received_cents, enrollment.ceiling_cents, enrollment.left_cents) == (300, None, None)
    assert (enrollment.since, year.since, month.left_cents) == (date(2026, 3, 2), None, 0)
    # Of $2.50 more, fifty cents go beyond the year's ceiling, and all of it beyond the month's.
    assert (year.beyond(200), year.beyond(250), enrollment.beyond(250), month.beyond(250)) == (0, 50, 0, 250)
    assert year.beyond(-50) == 0


def test_an_enrollment_that_is_not_open_has_no_ceiling_for_what_is_booked_now() -> None:
    ceilings = [Ceiling("enrollment", 1000)]
    for is_open, left in ((True, 1000), (False, None)):
        _, enrollment = received_sums(ClientTotals(), ceilings, 1, date(2026, 3, 2), date(2026, 3, 16), is_open=is_open)
        assert enrollment.left_cents == left
