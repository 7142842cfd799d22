"""What counts against a ceiling, and when a client is close to one."""

from datetime import date

import pytest

from cm_tracker.domain.schedules.ceilings import CeilingUse, ClientTotals, PaidTotals, Received, received_sums
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
    ("ceiling", "enrollment_id", "day", "cents"),
    [
        (Ceiling("award", 1), 1, date(2026, 3, 2), 0),
        (Ceiling("enrollment", 1), 1, date(2026, 3, 2), 180),
        (Ceiling("enrollment", 1), 2, date(2026, 3, 2), 1007),
        (Ceiling("month", 1), 1, date(2026, 3, 15), 157),
        (Ceiling("month", 1), 2, date(2026, 4, 15), 30),
        (Ceiling("month", 1), 2, date(2026, 12, 1), 5),
        (Ceiling("calendar_year", 1), 2, date(2026, 1, 1), 192),
        (Ceiling("calendar_year", 1), 1, date(2025, 7, 1), 1000),
        (Ceiling("calendar_year", 1), 1, date(2027, 1, 1), 0),
        # A year that begins on March 31: that day is the new year's.
        (Ceiling("year_from", 1, (3, 31)), 1, date(2026, 3, 30), 1107),
        (Ceiling("year_from", 1, (3, 31)), 1, date(2026, 3, 31), 85),
        (Ceiling("year_from", 1, (3, 31)), 1, date(2027, 3, 30), 85),
        # Seven days: the day itself and the six before it, and nothing after it.
        (Ceiling("rolling", 1, None, 7), 1, date(2026, 3, 8), 100),
        (Ceiling("rolling", 1, None, 7), 1, date(2026, 3, 9), 7),
        (Ceiling("rolling", 1, None, 8), 1, date(2026, 3, 9), 107),
        (Ceiling("rolling", 1, None, 1), 1, date(2026, 3, 31), 50),
        (Ceiling("lifetime", 1), 2, date(2024, 1, 1), 1192),
    ],
)
def test_a_ceiling_counts_what_the_client_received_in_its_time(
    ceiling: Ceiling, enrollment_id: int, day: date, cents: int
) -> None:
    assert ClientTotals(RECEIVED).used(ceiling, enrollment_id, day) == cents


def test_a_month_ends_with_its_last_day_also_in_february() -> None:
    month = Ceiling("month", 1)
    for year, last in ((2025, 28), (2028, 29)):
        totals = ClientTotals([Received(1, date(year, 2, last), 100), Received(1, date(year, 3, 1), 7)])
        assert totals.used(month, 1, date(year, 2, 10)) == 100


def test_everything_that_was_received_on_one_day_counts() -> None:
    day = date(2026, 3, 2)
    totals = ClientTotals([Received(1, day, 100), Received(1, day, 50)])
    totals.add(1, day, -20)
    assert totals.used(Ceiling("month", 1), 1, day) == 130


@pytest.mark.parametrize(
    ("ceiling", "paid"),
    [
        # $6 was paid before. A ceiling for life counts it in every year, one for the calendar year in 2026 only.
        (Ceiling("lifetime", 1000), [4, 0, 0]),
        (Ceiling("calendar_year", 1000), [4, 0, 6]),
        (Ceiling("year_from", 1000, (3, 1)), [6, 4, 6]),
        (Ceiling("rolling", 1000, None, 7), [6, 4, 6]),
        (Ceiling("enrollment", 1000), [6, 4, 0]),
        (Ceiling("award", 600), [6, 6, 6]),
    ],
)
def test_what_was_paid_before_counts_for_life_and_for_its_calendar_year(ceiling: Ceiling, paid: list[int]) -> None:
    totals = PaidTotals(prior_cents=600, prior_year=2026)
    days = [date(2026, 12, 28), date(2026, 12, 29), date(2027, 3, 1)]
    assert [totals.cut(6, day, [ceiling], 100)[0] for day in days] == paid


def test_nothing_is_paid_under_a_ceiling_that_is_used_up_also_where_a_point_is_worth_a_cent() -> None:
    totals = PaidTotals(prior_cents=0, prior_year=2026)
    ceiling = Ceiling("enrollment", 10)
    assert [totals.cut(6, date(2026, 3, day), [ceiling], 1) for day in (2, 3, 4)] == [
        (6, None),
        (4, "enrollment"),
        (0, "enrollment"),
    ]


def test_a_ceiling_for_one_award_never_adds_up() -> None:
    month = Ceiling("month", 200)
    uses = ClientTotals(RECEIVED).uses([Ceiling("award", 500), month], 1, date(2026, 3, 15))
    assert uses == (CeilingUse(month, 157),)


@pytest.mark.parametrize(
    ("used", "is_near", "is_reached"), [(799, False, False), (800, True, False), (1000, True, True)]
)
def test_a_ceiling_is_near_at_four_fifths(used: int, is_near: bool, is_reached: bool) -> None:
    use = CeilingUse(Ceiling("month", 1000), used)
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


def test_a_year_of_its_own_and_a_rolling_ceiling_say_which_time_they_limit() -> None:
    ceilings = [Ceiling("year_from", 75000, (10, 1)), Ceiling("rolling", 5000, None, 30)]
    sums = received_sums(ClientTotals(), ceilings, 1, date(2026, 3, 2), date(2026, 3, 16), is_open=True)
    assert [(of.scope, of.ceiling_cents, of.first_day, of.days) for of in sums] == [
        ("calendar_year", None, None, None),
        ("enrollment", None, None, None),
        ("year_from", 75000, (10, 1), None),
        ("rolling", 5000, None, 30),
    ]
    assert [of.ceiling for of in sums[2:]] == ceilings
