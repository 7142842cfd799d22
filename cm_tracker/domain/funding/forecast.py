"""A forecast of what a source will have paid at the end of its year, with a band.

The method, in one paragraph. Take the last full weeks, at most twelve. Scale what each week cost to the clients that are
enrolled today: cost of the week * enrolled today / enrolled in that week. The mean of these weeks is what a week costs
now. Likely = spent so far + mean * weeks that are left. The band has room for two doubts: weeks differ (n weeks to come
vary by n times the variance of one week), and the mean of k observed weeks is itself uncertain (n * n / k times that
variance). The variance itself is taken from those k weeks, so the half width is as many standard deviations as Student's t
with k - 1 degrees of freedom says: 2.353 of 4 weeks, 1.796 of 12. Then about 90 of 100 such years end inside, if weeks are
independent, go up and down evenly, and clients like today's keep coming. It knows of no holidays, no closing of the program
and no new schedule.

All of it is whole numbers and fractions; cents are rounded at the very end, halves to the even cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import isqrt

from cm_tracker.domain.funding.sources import FundingYear

WEEK = timedelta(days=7)
# So many full weeks are looked at, and so many are needed.
MOST_WEEKS, LEAST_WEEKS = 12, 4
# By the number of weeks, in thousandths: 90 of 100 lie within so many standard deviations, where these are estimated from the
# weeks. Student's t with one degree of freedom less, the value that 95 of 100 do not exceed: NIST/SEMATECH e-Handbook of
# Statistical Methods, 1.3.6.7.2, column 0.95.
T_OF_90 = {4: 2353, 5: 2132, 6: 2015, 7: 1943, 8: 1895, 9: 1860, 10: 1833, 11: 1812, 12: 1796}


@dataclass(frozen=True, slots=True)
class Week:
    """A full week that begins on `first`: what was awarded in it, and how many clients were enrolled in it."""

    first: date
    cents: int
    enrolled: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a source will have paid on the last day of its year, in cents: likely, and the band around it."""

    last: date
    spent_cents: int
    likely_cents: int
    low_cents: int
    high_cents: int
    weeks: int


def full_weeks(today: date) -> tuple[date, ...]:
    """Return the first days of the last full weeks before today, the oldest first. A week ends yesterday."""
    return tuple(today - WEEK * n for n in range(MOST_WEEKS, 0, -1))


def cost_of_weeks(firsts: Sequence[date], by_day: Mapping[date, int]) -> tuple[int, ...]:
    """Return what was awarded in each week."""
    return tuple(sum(by_day.get(first + timedelta(days=day), 0) for day in range(7)) for first in firsts)


def forecast(
    spent_cents: int, weeks: Sequence[Week], enrolled_today: int, year: FundingYear, today: date
) -> Forecast | None:
    """Return the forecast to the end of a year, or None where fewer than four full weeks had anybody enrolled.

    `spent_cents` is what was awarded until the end of yesterday and today. Nothing can be said of a year without an end.
    """
    scaled = [Fraction(week.cents * enrolled_today, week.enrolled) for week in weeks if week.enrolled]
    if len(scaled) < LEAST_WEEKS or year.is_endless or not year.has(today):
        return None
    k = len(scaled)
    mean = sum(scaled, Fraction(0)) / k
    variance = sum(((one - mean) ** 2 for one in scaled), Fraction(0)) / (k - 1)
    left = Fraction((year.last - today).days, 7)
    likely = spent_cents + mean * left
    square = variance * (left + left * left / k) * Fraction(T_OF_90[k], 1000) ** 2
    half = isqrt(int(square))
    return Forecast(
        last=year.last,
        spent_cents=spent_cents,
        likely_cents=round(likely),
        low_cents=max(round(likely) - half, spent_cents),
        high_cents=round(likely) + half,
        weeks=k,
    )


def runs_out_on(
    spent_cents: int, limit_cents: int, weeks: Sequence[Week], enrolled_today: int, today: date
) -> date | None:
    """Return the day on which a limit is used up at today's pace, or None where nothing is spent or little is known."""
    scaled = [Fraction(week.cents * enrolled_today, week.enrolled) for week in weeks if week.enrolled]
    if spent_cents >= limit_cents:
        return today
    if len(scaled) < LEAST_WEEKS or sum(scaled) <= 0:
        return None
    days = (limit_cents - spent_cents) * 7 * len(scaled) / sum(scaled, Fraction(0))
    return today + timedelta(days=int(days)) if days < 36_600 else None
