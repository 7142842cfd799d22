"""Where a schedule may pay more than a source allows a client."""

from datetime import date, timedelta
from typing import Any

import pytest

from cm_tracker.domain.funding.gaps import Gap, gap, lowest_of
from cm_tracker.domain.funding.sources import CALENDAR, FirstDay
from cm_tracker.domain.schedules.ceilings import CALENDAR_YEAR
from cm_tracker.domain.schedules.engine import Visit, replay
from cm_tracker.domain.schedules.schedule import Ceiling, Schedule, parse
from cm_tracker.queries.schedules.presets import preset

GRANT: FirstDay = (9, 30)


def schedule(*ceilings: dict[str, Any]) -> Schedule:
    document = preset("higgins-voucher")
    document["format"] = "cm-schedule/2"
    document["ceilings"] = list(ceilings)
    return parse(document)


def test_a_schedule_that_pays_997_50_is_more_than_599() -> None:
    assert gap(schedule(), 59_900, CALENDAR) == Gap(99_750, 59_900, None)
    assert gap(schedule(), 99_750, CALENDAR) is None
    assert gap(schedule(), None, CALENDAR) is None


def test_its_own_ceiling_of_the_year_keeps_it_below() -> None:
    kept = schedule({"scope": "calendar_year", "cents": 59_900})
    assert gap(kept, 59_900, CALENDAR) is None
    assert gap(kept, 50_000, CALENDAR) == Gap(59_900, 50_000, 59_900)


def test_a_calendar_year_does_not_protect_a_year_from_september_30() -> None:
    kept = schedule({"scope": "calendar_year", "cents": 59_900})
    # Who begins on November 16 is paid 599 dollars in 2026 and goes on in January, all in the year from September 30.
    day = date(2026, 11, 16)
    visits = [Visit(day + timedelta(weeks=w, days=n), "cocaine-negative", "met") for w in range(12) for n in (0, 2, 4)]
    results = replay(kept, day, visits).results
    assert sum(result.cents for result in results) == 94_650
    assert gap(kept, 75_000, GRANT) == Gap(99_750, 75_000, 59_900, is_of_other_year=True)
    assert gap(schedule({"scope": "calendar_year", "cents": 37_500}), 75_000, GRANT) is None, "twice is not more"
    assert gap(schedule({"scope": "calendar_year", "cents": 37_525}), 75_000, GRANT) == Gap(
        75_050, 75_000, 37_525, is_of_other_year=True
    )


@pytest.mark.parametrize(
    ("ceiling", "first_day", "is_kept"),
    [
        ({"scope": "year_from", "from": "09-30"}, GRANT, True),
        ({"scope": "year_from", "from": "09-30"}, CALENDAR, False),
        ({"scope": "year_from", "from": "07-01"}, GRANT, False),
        ({"scope": "rolling", "days": 365}, GRANT, True),
        ({"scope": "enrollment"}, GRANT, True),
        ({"scope": "lifetime"}, GRANT, True),
        # A source without a year counts everything, and a year begins anew.
        ({"scope": "calendar_year"}, None, False),
        ({"scope": "rolling", "days": 365}, None, False),
        ({"scope": "enrollment"}, None, True),
        ({"scope": "lifetime"}, None, True),
    ],
)
def test_which_ceilings_keep_a_client_below_a_limit(
    ceiling: dict[str, Any], first_day: FirstDay | None, is_kept: bool
) -> None:
    assert (gap(schedule({**ceiling, "cents": 59_900}), 59_900, first_day) is None) == is_kept


def test_twelve_weeks_can_reach_four_months() -> None:
    """From January 31 to April 24."""
    assert gap(schedule({"scope": "month", "cents": 15_000}), 60_000, GRANT) is None
    assert gap(schedule({"scope": "month", "cents": 15_025}), 60_000, GRANT) == Gap(60_100, 60_000, None)


def test_a_ceiling_of_a_month_or_an_award_does_not_limit_a_year() -> None:
    assert lowest_of([Ceiling("month", 1_000), Ceiling("award", 500)]) is None
    assert lowest_of([Ceiling("rolling", 1_000, None, 30)]) is None
    year = Ceiling("rolling", 1_000, None, 365)
    assert lowest_of([Ceiling("enrollment", 2_000), year, Ceiling(CALENDAR_YEAR, 3_000)]) == year
