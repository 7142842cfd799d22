"""Days that are drawn: never closer than they may be, as many as fit, and each of them possible."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.day.drawn_days import draw_days

WEEK = [(date(2026, 3, 2 + number), datetime(2026, 3, 2 + number, 14, tzinfo=UTC)) for number in range(7)]
TWO_DAYS, THREE_DAYS = timedelta(hours=48), timedelta(hours=72)


def test_so_many_days_are_drawn_as_the_week_has_tests() -> None:
    assert len(draw_days(WEEK, 2, TWO_DAYS, Random(1))) == 2
    assert draw_days(WEEK, 0, TWO_DAYS, Random(1)) == ()
    assert draw_days(WEEK, -1, TWO_DAYS, Random(1)) == ()
    assert draw_days([], 2, TWO_DAYS, Random(1)) == ()


def test_where_so_many_do_not_fit_as_many_as_fit_are_drawn() -> None:
    for seed in range(50):
        # With 72 hours between them, only Monday, Thursday and Sunday are three.
        assert [day.day for day, _ in draw_days(WEEK, 5, THREE_DAYS, Random(seed))] == [2, 5, 8]


def test_every_day_can_be_drawn() -> None:
    drawn = {day for seed in range(200) for day, _ in draw_days(WEEK, 1, TWO_DAYS, Random(seed))}
    assert len(drawn) == 7


def test_the_last_test_before_the_period_keeps_its_hours_too() -> None:
    after = datetime(2026, 3, 1, 14, tzinfo=UTC)
    drawn = {day for seed in range(200) for day, _ in draw_days(WEEK, 1, TWO_DAYS, Random(seed), after)}
    assert min(drawn) == date(2026, 3, 3)


@given(st.integers(), st.integers(0, 7), st.integers(0, 96), st.sets(st.integers(0, 6)))
def test_no_two_days_are_closer_than_they_may_be_and_no_more_would_fit(
    seed: int, count: int, hours: int, weekdays: set[int]
) -> None:
    between = timedelta(hours=hours)
    candidates = [WEEK[number] for number in sorted(weekdays)]
    drawn = draw_days(candidates, count, between, Random(seed))
    assert set(drawn) <= set(candidates)
    assert list(drawn) == sorted(drawn)
    assert all(after[1] - before[1] >= between for before, after in pairwise(drawn))
    most = 0
    for chosen in range(2 ** len(candidates)):
        some = [one for place, one in enumerate(candidates) if chosen >> place & 1]
        if all(b[1] - a[1] >= between for a, b in pairwise(some)):
            most = max(most, len(some))
    assert len(drawn) == min(count, most)
