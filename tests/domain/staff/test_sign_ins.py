"""From where a password is tried, and how often that may fail."""

from datetime import timedelta

import pytest

from cm_tracker.domain.staff.sign_ins import (
    address_source,
    limit_of_account,
    limit_of_source,
    sign_in_limit,
    sign_ins_from,
    sign_ins_of,
)
from cm_tracker.domain.tries import Limit


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.7", "address:203.0.113.7"),
        # Somebody with a line of IPv6 has a whole network of addresses.
        ("2001:db8:1:2:aaaa::7", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "address:2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "address:203.0.113.7"),
        ("", "address:unknown"),
        ("unix:", "address:unknown"),
    ],
)
def test_the_source_of_an_address(address: str, source: str) -> None:
    assert address_source(address) == source


def test_an_account_and_a_name_that_nobody_has_are_never_the_same() -> None:
    assert sign_ins_of(7) != sign_ins_of("7")
    assert sign_ins_from(sign_ins_of(7), "browser:1") != sign_ins_from(sign_ins_of(7), "browser:2")


def test_five_may_fail_at_one_source_twenty_at_all_and_eight_accounts_from_one() -> None:
    minute, ten = timedelta(minutes=1), timedelta(minutes=10)
    limit = sign_in_limit(5, ten)
    assert limit == Limit(5, ten, minute)
    assert limit_of_account(limit) == Limit(20, ten, minute)
    assert limit_of_source(limit) == Limit(8, ten, minute)
    assert sign_in_limit(5, timedelta(seconds=30)).first_wait == timedelta(seconds=30), "never longer than the longest"
