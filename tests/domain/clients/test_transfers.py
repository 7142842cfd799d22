"""What stands against a transfer, and the clock of the site at which a visit took place."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cm_tracker.domain.clients.transfers import Unfinished, check_transfer
from cm_tracker.domain.errors import (
    AdjustmentWaits,
    BadInput,
    MergeWaits,
    OfferIsOpen,
    PrizesSetAside,
    ReasonMissing,
    Refused,
    VisitAfterTransfer,
)
from cm_tracker.domain.visits.history import VisitSite
from tests.domain.schedules.documents import track
from tests.domain.visits.histories import a_visit, enrollment

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18)


@pytest.mark.parametrize(
    ("change", "unfinished", "error"),
    [
        ({"to_site_id": 1}, Unfinished(), BadInput),
        ({"first_day": WEDNESDAY}, Unfinished(), BadInput),
        ({"note": "  "}, Unfinished(), ReasonMissing),
        ({}, Unfinished(newest_visit_on=WEDNESDAY), VisitAfterTransfer),
        ({}, Unfinished(newest_transfer_on=WEDNESDAY), BadInput),
        ({}, Unfinished(offers=1), OfferIsOpen),
        ({}, Unfinished(set_aside=2), PrizesSetAside),
        ({}, Unfinished(adjustments=1), AdjustmentWaits),
        ({}, Unfinished(merges=1), MergeWaits),
    ],
)
def test_a_transfer_is_refused(change: dict[str, object], unfinished: Unfinished, error: type[Refused]) -> None:
    values: dict[str, object] = {"to_site_id": 2, "first_day": TUESDAY, "note": "Moved house", **change}
    with pytest.raises(error):
        check_transfer(1, unfinished=unfinished, today=TUESDAY, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("first_day", [MONDAY, TUESDAY])
def test_the_first_day_there_is_today_or_a_day_from_the_newest_visit_on(first_day: date) -> None:
    check_transfer(
        1, 2, first_day, "Moved house", Unfinished(newest_visit_on=MONDAY, newest_transfer_on=MONDAY), TUESDAY
    )


@pytest.mark.parametrize(
    ("hour_in_utc", "why"),
    [
        # Noon in New York, and noon in Los Angeles on the next day: 24 hours by the clocks, 27 by the sun.
        (20, "paid"),
        # 11:00 in Los Angeles: 23 hours by the clocks, 26 by the sun.
        (19, "too_soon"),
    ],
)
def test_hours_between_visits_compare_what_the_clocks_showed_at_each_site(hour_in_utc: int, why: str) -> None:
    first = replace(
        a_visit(1, 0), collected_at=datetime(2026, 3, 2, 17, tzinfo=UTC), site=VisitSite(1, "America/New_York")
    )
    second = replace(
        a_visit(2, 1),
        collected_at=datetime(2026, 3, 3, hour_in_utc, tzinfo=UTC),
        site=VisitSite(2, "America/Los_Angeles"),
    )
    for time_zone in ("America/New_York", "America/Los_Angeles"):
        history = replace(enrollment(first, second, tracks=[track(min_hours_between=24)]), time_zone=time_zone)
        assert [result.why for result in history.replay().results] == ["paid", why], "wherever the client belongs now"


def test_a_visit_that_is_not_recorded_yet_takes_place_at_the_clients_site() -> None:
    history = enrollment(a_visit(1, 0))
    assert history.site_of(a_visit(0, 1)) == VisitSite(1, "America/New_York")
    assert history.site_of(replace(a_visit(1, 0), site=VisitSite(2, "UTC"))) == VisitSite(2, "UTC")
