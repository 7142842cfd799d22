"""Where a schedule may pay more than a source allows a client."""

from typing import Any

from cm_tracker.domain.funding.gaps import Gap, gap, lowest
from cm_tracker.domain.schedules.schedule import Ceiling, Schedule, parse
from cm_tracker.queries.schedules.presets import preset


def schedule(*ceilings: dict[str, Any]) -> Schedule:
    document = preset("higgins-voucher")
    document["ceilings"] = list(ceilings)
    return parse(document)


def test_a_schedule_that_pays_997_50_is_more_than_599() -> None:
    assert gap(schedule(), 59_900) == Gap(99_750, 59_900, None)
    assert gap(schedule(), 99_750) is None
    assert gap(schedule(), None) is None


def test_its_own_ceiling_of_the_year_keeps_it_below() -> None:
    kept = schedule({"scope": "calendar_year", "cents": 59_900})
    assert gap(kept, 59_900) is None
    found = gap(kept, 50_000)
    assert found is not None and (found.limit_cents, found.ceiling_cents) == (50_000, 59_900)


def test_a_ceiling_of_a_month_or_an_award_does_not_limit_a_year() -> None:
    assert lowest([Ceiling("month", 1_000), Ceiling("award", 500)]) is None
    assert lowest([Ceiling("rolling", 1_000, None, 30)]) is None
    assert lowest([Ceiling("rolling", 1_000, None, 365), Ceiling("enrollment", 2_000)]) == 1_000
