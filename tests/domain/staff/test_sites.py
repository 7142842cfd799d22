"""The time zone of a list over sites."""

import pytest

from cm_tracker.domain.staff.sites import common_zone


@pytest.mark.parametrize(
    ("zones", "common"),
    [
        (["America/New_York"], "America/New_York"),
        (["America/New_York", "America/New_York"], "America/New_York"),
        (["America/New_York", "America/Chicago"], "UTC"),
        ([], "UTC"),
    ],
)
def test_sites_in_one_zone_share_it_and_all_others_use_utc(zones: list[str], common: str) -> None:
    assert common_zone(zones) == common
