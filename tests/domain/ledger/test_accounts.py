"""The ledger's arithmetic: bodies, hashes, and what a settlement posts."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.ledger.accounts import (
    GENESIS,
    Account,
    Entry,
    Paid,
    canonical_body,
    client_account,
    hash_of,
    is_balanced,
    leaf_of,
    settlement,
    site_account,
)

CLIENT = client_account(1, "points")
ISSUED = site_account("issued", 2, "points")
LOSS = site_account("program_loss", 2, "points")


def settle(
    owed: dict[int, int], paid: dict[int, Paid], balance: int = 0, takes_back: bool = False
) -> list[tuple[str, int, int | None]]:
    entries = settlement(
        owed, paid, client=CLIENT, issued=ISSUED, program_loss=LOSS, balance=balance, takes_back=takes_back
    )
    return [(entry.account.kind, entry.amount, entry.visit_id) for entry in entries]


# -- golden vectors: computed once with the sha256sum of the system -------------------------------------


def test_a_body_is_canonical() -> None:
    assert canonical_body({"b": 1, "a": [None, True, "é"]}) == b'{"a":[null,true,"\\u00e9"],"b":1}'


def test_a_body_holds_no_fractions() -> None:
    with pytest.raises(TypeError):
        canonical_body({"a": [{"b": 1.0}]})


def test_the_leaf_is_that_of_rfc_6962() -> None:
    assert leaf_of(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_the_hash_is_over_the_domain_the_seq_the_one_before_and_the_leaf() -> None:
    leaf = leaf_of(b'{"v":1}')
    written_out = b"cm-ledger/1\x00" + b"\x00\x00\x00\x00\x00\x00\x00\x01" + bytes(32) + leaf
    assert hash_of(1, GENESIS, leaf) == hashlib.sha256(written_out).digest()
    assert leaf.hex() == "0fe7f04cd9688fb996eea9ae1248cbe83b4d04805413f35ab25ad9deb5a3cb32"
    assert hash_of(1, GENESIS, leaf).hex() == "a9e8cd0daf3d15bf99c182ef7402ffa14655b50cd2643512c268a9b6f807dde0"


# -- accounts -------------------------------------------------------------------------------------------


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


# -- settlements ----------------------------------------------------------------------------------------


def test_what_is_owed_is_paid_at_once() -> None:
    assert settle({7: 10}, {}) == [("issued", -10, 7), ("client", 10, 7)]


def test_run_again_it_posts_nothing() -> None:
    assert settle({7: 10}, {7: Paid(10, 10)}) == []


def test_an_overpayment_stays_with_the_client_and_is_the_programs_loss() -> None:
    assert settle({7: 4}, {7: Paid(10, 10)}) == [("issued", 6, 7), ("program_loss", -6, 7)]


def test_what_turns_out_to_be_owed_after_all_was_received_already() -> None:
    assert settle({7: 10}, {7: Paid(issued=4, received=10)}) == [("issued", -6, 7), ("program_loss", 6, 7)]


def test_more_than_was_ever_received_is_paid() -> None:
    assert settle({7: 13}, {7: Paid(issued=4, received=10)}) == [
        ("issued", -9, 7),
        ("client", 3, 7),
        ("program_loss", 6, 7),
    ]


def test_taken_back_as_far_as_the_balance_reaches() -> None:
    assert settle({7: 0}, {7: Paid(10, 10)}, balance=4, takes_back=True) == [
        ("issued", 10, 7),
        ("client", -4, 7),
        ("program_loss", -6, 7),
    ]


def test_what_was_once_booked_as_a_loss_is_not_taken_back_later() -> None:
    assert settle({7: 0}, {7: Paid(issued=0, received=6)}, balance=100, takes_back=True) == []


whole = st.integers(0, 50)


@given(
    st.dictionaries(st.integers(1, 6), whole),
    st.dictionaries(st.integers(1, 6), st.tuples(whole, whole).map(lambda p: Paid(p[0], p[0] + p[1]))),
    whole,
    st.booleans(),
)
def test_a_settlement_balances_and_settles(
    owed: dict[int, int], paid: dict[int, Paid], balance: int, takes_back: bool
) -> None:
    entries = settlement(
        owed, paid, client=CLIENT, issued=ISSUED, program_loss=LOSS, balance=balance, takes_back=takes_back
    )
    assert not entries or is_balanced(entries)
    after = dict(paid)
    for entry in entries:
        assert entry.visit_id is not None
        was = after.get(entry.visit_id, Paid())
        if entry.account == ISSUED:
            after[entry.visit_id] = was._replace(issued=was.issued - entry.amount)
        elif entry.account == CLIENT:
            after[entry.visit_id] = was._replace(received=was.received + entry.amount)
            balance += entry.amount
    assert balance >= 0
    assert {visit: p.issued for visit, p in after.items() if p.issued} == {v: o for v, o in owed.items() if o}
    again = settlement(
        owed, after, client=CLIENT, issued=ISSUED, program_loss=LOSS, balance=balance, takes_back=takes_back
    )
    assert again == ()
