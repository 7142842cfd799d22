"""What a settlement posts."""

from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.ledger.accounts import client_account, is_balanced, site_account
from cm_tracker.domain.ledger.settlement import Paid, settlement

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
