"""How long somebody waits after wrong tries. The times are worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from cm_tracker.domain.tries import Count, Limit, minutes_left, waits_until, with_failure, without_try

NOW = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)
NOTHING = Count(0, NOW, NOW)
SAME = Limit(5, timedelta(minutes=10))
GROWING = Limit(5, timedelta(minutes=10), timedelta(minutes=1))


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def after(limit: Limit, *minutes: float) -> Count:
    """Return the count after failures at these minutes."""
    count = NOTHING
    for minute in minutes:
        count = with_failure(count, limit, at(minute))
    return count


@pytest.mark.parametrize(
    ("failures", "minutes"), [(4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 10), (10, 10), (10_000, 10)]
)
def test_a_wait_doubles_with_each_failure_up_to_the_longest(failures: int, minutes: int) -> None:
    assert GROWING.wait_after(failures) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("failures", "minutes"), [(4, 0), (5, 10), (6, 10), (100, 10)])
def test_without_a_first_wait_every_wait_is_the_same(failures: int, minutes: int) -> None:
    assert SAME.wait_after(failures) == timedelta(minutes=minutes)


def test_the_fifth_failure_begins_a_wait_of_a_minute_and_the_sixth_one_of_two() -> None:
    assert waits_until(after(GROWING, 0, 0, 0, 0), GROWING, at(0)) is None
    five = after(GROWING, 0, 0, 0, 0, 0)
    assert waits_until(five, GROWING, at(0)) == at(1)
    assert waits_until(five, GROWING, at(1)) is None
    assert waits_until(with_failure(five, GROWING, at(1)), GROWING, at(1)) == at(3)


def test_a_limit_that_grows_remembers_for_an_hour() -> None:
    """Whoever waits for the longest wait, 10 minutes, begins with the shortest only when nothing failed for an hour."""
    count = after(GROWING, 0, 0, 0, 0, 0, 1, 3, 7, 15)
    assert count.failures == 9
    assert waits_until(with_failure(count, GROWING, at(25)), GROWING, at(25)) == at(35)
    assert with_failure(count, GROWING, at(74)).failures == 10
    assert with_failure(count, GROWING, at(75)).failures == 1


def test_slips_over_a_day_never_add_up_to_a_wait() -> None:
    """Four slips in every hour: the fifth begins a new count."""
    minutes = [hour * 60 + minute for hour in range(24) for minute in (0, 5, 10, 15)]
    count = NOTHING
    for minute in minutes:
        count = with_failure(count, GROWING, at(minute))
        assert waits_until(count, GROWING, at(minute)) is None


@pytest.mark.parametrize("limit", [SAME, GROWING])
@pytest.mark.parametrize("days", [-3650, -10, -1, 1, 10, 3650])
def test_a_clock_that_leaps_makes_nobody_wait_longer_than_the_longest_wait(limit: Limit, days: int) -> None:
    then = at(0) + timedelta(days=days)
    count = NOTHING
    for _ in range(20):
        count = with_failure(count, limit, then)
    assert waits_until(count, limit, then) == then + timedelta(minutes=10)
    # The clock is set right: what failed then, days ahead or days ago, is over.
    assert waits_until(count, limit, at(0)) is None
    assert with_failure(count, limit, at(0)).failures == 1


def test_a_right_try_is_taken_back_and_leaves_the_time_of_what_failed() -> None:
    before = after(SAME, 0, 2)
    counted = with_failure(before, SAME, at(5))
    assert without_try(counted, at(5), before) == Count(2, at(0), at(2))
    # Somebody else failed meanwhile.
    assert without_try(with_failure(counted, SAME, at(6)), at(5), before) == Count(3, at(0), at(6))
    assert without_try(with_failure(NOTHING, SAME, at(5)), at(5), NOTHING).failures == 0


@pytest.mark.parametrize(("seconds", "minutes"), [(1, 1), (60, 1), (61, 2), (600, 10)])
def test_the_minutes_of_a_wait_are_rounded_up(seconds: int, minutes: int) -> None:
    assert minutes_left(NOW + timedelta(seconds=seconds), NOW) == minutes
