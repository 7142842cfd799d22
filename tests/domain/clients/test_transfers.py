"""What stands against a transfer, and the clock of the site at which a visit took place."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cm_tracker.domain.clients.transfers import Unfinished, check_transfer
from cm_tracker.domain.visits.history import VisitSite
from tests.domain.refused import all_refused
from tests.domain.schedules.documents import track
from tests.domain.visits.histories import a_visit, enrollment

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18)


SAME_SITE = ("The client belongs to this site already. Choose another one.", "to_site_id")
TOO_EARLY = ("The day is in the future. Enter the transfer once the client has come over.", "first_day")
NO_REASON = ("Say why, so that everybody can understand it later.", "note")
OFFER = ("A prize is offered to this client and not answered yet. Let them confirm or decline it first.", None)
SET_ASIDE = (
    "2 prizes are set aside for this client. Hand them over or undo them first: they cannot go along.",
    None,
)
ADJUSTMENT = ("An adjustment for this client waits for a second lead. Have it decided first.", None)
MERGE = ("A merge of this client's record waits for a second lead. Have it decided first.", None)


@pytest.mark.parametrize(
    ("change", "unfinished", "refusals"),
    [
        ({"to_site_id": 1}, Unfinished(), [SAME_SITE]),
        ({"first_day": WEDNESDAY}, Unfinished(), [TOO_EARLY]),
        ({"note": "  "}, Unfinished(), [NO_REASON]),
        (
            {},
            Unfinished(newest_visit_on=WEDNESDAY),
            [
                (
                    "A visit is recorded at this site on Mar 18, 2026. The client can belong to the other site from "
                    "that day on.",
                    "first_day",
                )
            ],
        ),
        (
            {},
            Unfinished(newest_transfer_on=WEDNESDAY),
            [("The client came to this site on Mar 18, 2026. Choose a later day.", "first_day")],
        ),
        ({}, Unfinished(offers=1), [OFFER]),
        ({}, Unfinished(set_aside=2), [SET_ASIDE]),
        ({}, Unfinished(adjustments=1), [ADJUSTMENT]),
        ({}, Unfinished(merges=1), [MERGE]),
        (
            {"to_site_id": 1, "first_day": WEDNESDAY, "note": ""},
            Unfinished(offers=3, set_aside=2, adjustments=1, merges=1),
            [SAME_SITE, TOO_EARLY, NO_REASON, OFFER, SET_ASIDE, ADJUSTMENT, MERGE],
        ),
    ],
)
def test_everything_that_stands_against_a_transfer_is_said_at_once(
    change: dict[str, object], unfinished: Unfinished, refusals: list[tuple[str, str | None]]
) -> None:
    values: dict[str, object] = {"to_site_id": 2, "first_day": TUESDAY, "note": "Moved house", **change}
    with all_refused(*refusals):
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
