"""The names and time zones of sites, and the time zone of a list over several."""

import pytest

from cm_tracker.domain.staff.sites import check_site_name, check_time_zone, common_zone
from tests.domain.refused import refused


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


def test_a_site_has_a_name_of_up_to_120_characters() -> None:
    assert check_site_name("  Harbor Street ") == "Harbor Street"
    assert check_site_name("a" * 120) == "a" * 120
    for name in ("", "   ", "a" * 121):
        with refused("A site needs a name of up to 120 characters.", "name"):
            check_site_name(name)


def test_a_time_zone_has_a_name_that_every_computer_knows() -> None:
    assert check_time_zone("America/Chicago") == "America/Chicago"
    with refused('"Chicago" is not a time zone. Use a name such as America/Chicago.', "time_zone"):
        check_time_zone("Chicago")
