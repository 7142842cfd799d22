"""Accounts have one name each, and transactions balance."""

import pytest

from cm_tracker.domain.ledger.accounts import (
    Account,
    Entry,
    cabinet_account,
    client_account,
    held_account,
    is_balanced,
    items,
    site_account,
)

CLIENT = client_account(1, "points")
ISSUED = site_account("issued", 2, "points")


def test_an_account_has_one_name() -> None:
    assert CLIENT.key == "client:1:points"
    assert ISSUED.key == "issued:2:points"
    assert Account("cabinet", "items/7", site_id=2, prize_id=7).key == "cabinet:2:items/7"


def test_the_items_of_a_prize_are_one_unit_and_each_gift_card_is_one() -> None:
    assert (items(7), items(7, 31)) == ("items/7", "card/31")


def test_the_shelf_of_a_site_and_what_is_set_aside_for_a_client() -> None:
    assert cabinet_account(2, 7) == Account("cabinet", "items/7", client_id=None, site_id=2, prize_id=7)
    assert cabinet_account(2, 7, 31) == Account("cabinet", "card/31", client_id=None, site_id=2, prize_id=7)
    assert held_account(1, 7) == Account("held", "items/7", client_id=1, site_id=None, prize_id=7)
    assert held_account(1, 7, 31) == Account("held", "card/31", client_id=1, site_id=None, prize_id=7)
    assert site_account("given", 2, "items/7", 7) == Account("given", "items/7", site_id=2, prize_id=7)


def test_what_a_client_and_a_shelf_have_never_falls_below_zero() -> None:
    assert all(account.is_guarded for account in (CLIENT, cabinet_account(2, 7), held_account(1, 7)))
    assert not ISSUED.is_guarded


@pytest.mark.parametrize(
    ("amounts", "balanced"),
    [([5, -5], True), ([5, 5, -10], True), ([5, -4], False), ([0, 0], False), ([5], False), ([], False)],
)
def test_a_transaction_is_balanced_in_every_unit(amounts: list[int], balanced: bool) -> None:
    assert is_balanced([Entry(CLIENT, amount) for amount in amounts]) is balanced


def test_units_do_not_balance_one_another() -> None:
    assert not is_balanced([Entry(CLIENT, 5), Entry(client_account(1, "draws"), -5)])
