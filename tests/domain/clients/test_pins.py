"""Which PINs a client may choose."""

import pytest

from cm_tracker.domain.clients.pins import check_pin
from cm_tracker.domain.errors import WeakPin


@pytest.mark.parametrize(
    "pin", ["7304", "8642", "90871234", "0124", "1123", "73049", "730495", "1899", "2100", "19850312"]
)
def test_a_pin_that_nobody_guesses_may_stand(pin: str) -> None:
    assert check_pin(pin) == pin


@pytest.mark.parametrize("pin", ["", "730", "730495162", "73a4", "7304\n", " 7304", "٧٣٠٤"])
def test_a_pin_has_four_to_eight_digits(pin: str) -> None:
    with pytest.raises(WeakPin) as refused:
        check_pin(pin)
    assert (refused.value.is_common, refused.value.least) == (False, 4)


@pytest.mark.parametrize(
    "pin",
    [
        *("7777", "77777777", "1212", "121212", "12121212", "123123", "12341234", "1122", "112233", "99887766"),
        *("1234", "9876", "8909", "0123456", "87654321"),
        *("1900", "1985", "2001", "2026", "2099"),
        *("2580", "0852", "1470", "3690", "1397", "159357", "147258"),
        *("1004", "6969", "90210", "12321", "13579", "159753", "101010", "8675309"),
    ],
)
def test_a_pin_that_many_people_choose_is_refused(pin: str) -> None:
    with pytest.raises(WeakPin) as refused:
        check_pin(pin)
    assert refused.value.is_common


def test_a_site_may_demand_more_digits() -> None:
    assert check_pin("730495", 6) == "730495"
    with pytest.raises(WeakPin) as refused:
        check_pin("73049", 6)
    assert (refused.value.is_common, refused.value.least) == (False, 6)
    assert check_pin("73049516", 8) == "73049516"
