"""Accounts have one name each, and transactions balance."""

import pytest

from cm_tracker.domain.ledger.accounts import Account, Entry, client_account, is_balanced, site_account

CLIENT = client_account(1, "points")
ISSUED = site_account("issued", 2, "points")


def test_an_account_has_one_name() -> None:
    assert CLIENT.key == "client:1:points"
    assert ISSUED.key == "issued:2:points"
    assert Account("cabinet", "items/7", site_id=2, prize_id=7).key == "cabinet:2:items/7"


@pytest.mark.parametrize(
    ("amounts", "balanced"), [([5, -5], True), ([5, -4], False), ([0, 0], False), ([5], False), ([], False)]
)
def test_a_transaction_is_balanced_in_every_unit(amounts: list[int], balanced: bool) -> None:
    assert is_balanced([Entry(CLIENT, amount) for amount in amounts]) is balanced


def test_units_do_not_balance_one_another() -> None:
    assert not is_balanced([Entry(CLIENT, 5), Entry(client_account(1, "draws"), -5)])
