"""The forecast, with numbers worked by hand."""

from datetime import date, timedelta
from random import Random

import pytest

from cm_tracker.domain.funding.forecast import Week, cost_of_weeks, forecast, full_weeks, runs_out_on
from cm_tracker.domain.funding.sources import FundingYear, year_of

TODAY = date(2026, 3, 16)
YEAR = year_of((9, 30), TODAY)  # to September 29: 197 days, or 28 weeks and a day


def weeks(*cents: int, enrolled: int = 2) -> list[Week]:
    return [Week(TODAY - timedelta(weeks=len(cents) - n), one, enrolled) for n, one in enumerate(cents)]


def test_equal_weeks_have_no_band() -> None:
    found = forecast(100_000, weeks(7_000, 7_000, 7_000, 7_000), 2, YEAR, TODAY)
    assert found is not None
    # 70.00 a week for 197 days: 10.00 a day.
    assert (found.likely_cents, found.low_cents, found.high_cents) == (297_000, 297_000, 297_000)
    assert (found.last, found.weeks, found.spent_cents) == (date(2026, 9, 29), 4, 100_000)


def test_the_weeks_are_scaled_to_who_is_enrolled_today() -> None:
    found = forecast(0, weeks(7_000, 7_000, 7_000, 7_000, enrolled=4), 2, YEAR, TODAY)
    assert found is not None and found.likely_cents == 98_500


def test_the_band_is_that_of_a_sum_of_weeks_to_come() -> None:
    # Mean 7,000; deviations -1,000, 1,000, -1,000, 1,000: variance 4,000,000 / 3. 197/7 = 28.142857 weeks are left:
    # 28.142857 + 28.142857^2 / 4 = 226.147959; times the variance 301,530,612; its root 17,364.64. Student's t for 3 degrees
    # of freedom, 90 of 100 on both sides, is 2.353: 40,858.99.
    found = forecast(100_000, weeks(6_000, 8_000, 6_000, 8_000), 2, YEAR, TODAY)
    assert found is not None
    assert (found.low_cents, found.likely_cents, found.high_cents) == (297_000 - 40_858, 297_000, 297_000 + 40_858)


@pytest.mark.parametrize("k", [4, 6, 12])
def test_ninety_of_a_hundred_years_end_inside_the_band(k: int) -> None:
    """4,000 years of weeks that cost $1,000.00 on average, give or take $200.00. Chance moves the share by 0.5 of 100."""
    chance, left, inside = Random(k), 28, 0
    year = FundingYear(TODAY - timedelta(days=200), TODAY + timedelta(weeks=left))
    for _ in range(4_000):
        costs = [round(chance.gauss(100_000, 20_000)) for _ in range(k + left)]
        found = forecast(0, weeks(*costs[:k]), 2, year, TODAY)
        assert found is not None
        inside += found.low_cents <= sum(costs[k:]) <= found.high_cents
    assert 0.885 <= inside / 4_000 <= 0.915


def test_nothing_that_is_spent_comes_back() -> None:
    found = forecast(100_000, weeks(0, 40_000, 0, 0), 2, YEAR, TODAY)
    assert found is not None and found.low_cents == 100_000


@pytest.mark.parametrize("few", [weeks(7_000, 7_000, 7_000), weeks(7_000, 7_000, 7_000, 7_000, enrolled=0)])
def test_too_few_weeks_say_nothing(few: list[Week]) -> None:
    assert forecast(0, few, 2, YEAR, TODAY) is None
    assert runs_out_on(0, 10_000, few, 2, TODAY) is None


def test_a_year_without_an_end_has_no_forecast_but_a_day_on_which_it_runs_out() -> None:
    enough = weeks(7_000, 7_000, 7_000, 7_000)
    assert forecast(0, enough, 2, year_of(None, TODAY), TODAY) is None
    assert runs_out_on(50_000, 60_500, enough, 2, TODAY) == date(2026, 3, 26)
    assert runs_out_on(60_500, 60_500, enough, 2, TODAY) == TODAY
    assert runs_out_on(0, 60_500, weeks(0, 0, 0, 0), 2, TODAY) is None


def test_the_last_twelve_full_weeks_end_yesterday() -> None:
    firsts = full_weeks(TODAY)
    assert len(firsts) == 12
    assert (firsts[0], firsts[-1]) == (date(2025, 12, 22), date(2026, 3, 9))
    by_day = {date(2026, 3, 9): 100, date(2026, 3, 15): 20, TODAY: 5, date(2025, 12, 21): 7}
    assert cost_of_weeks(firsts, by_day) == (0,) * 11 + (120,)
