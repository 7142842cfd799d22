"""One sum for each unit: what is posted, what stays with the client, and what a ceiling leaves out."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.ledger.accounts import client_account, is_balanced, site_account
from cm_tracker.domain.ledger.settlement import Line, Settlement, entries_of, settle

CLIENT = client_account(1, "points")
ISSUED = site_account("issued", 2, "points")
LOSS = site_account("program_loss", 2, "points")


def without_ceilings(visit_id: int, amount: int) -> int:
    return amount


def room_for(points: int) -> Callable[[int, int], int]:
    """Return a ceiling that leaves room for so many points, whichever visit asks first."""
    left = [points]

    def raised(visit_id: int, amount: int) -> int:
        fits = min(amount, left[0])
        left[0] -= fits
        return fits

    return raised


def settled(
    due: dict[int, int],
    worth: dict[int, int],
    *,
    cut: dict[int, int] | None = None,
    returning: dict[int, int] | None = None,
    raised: Callable[[int, int], int] = without_ceilings,
    balance: int = 0,
    takes_back: bool = False,
) -> Settlement:
    return settle(
        order=sorted({*due, *worth, *(returning or {})}),
        due=due,
        worth=worth,
        cut=cut or {},
        returning=returning or {},
        raised=raised,
        balance=balance,
        takes_back=takes_back,
    )


def lines(*args: dict[int, int], **more: object) -> list[tuple[int, int, int, int]]:
    """Return (visit, worth, to the client, kept) of each line."""
    return [tuple(line) for line in settled(*args, **more).lines]  # type: ignore[arg-type, misc]


def test_what_is_owed_is_paid_at_once() -> None:
    assert lines({7: 10}, {}) == [(7, 10, 10, 0)]


def test_run_again_it_posts_nothing() -> None:
    assert lines({7: 10}, {7: 10}) == []


def test_an_overpayment_stays_with_the_client_and_is_the_programs_loss() -> None:
    assert lines({7: 4}, {7: 10}) == [(7, -6, 0, 6)]


def test_a_bonus_that_moves_from_one_visit_to_another_owes_the_sum() -> None:
    # 10, 15, 60 were paid for the visits 1, 2 and 4; the answer for 3 makes it 10, 15, 60, 25.
    assert lines({1: 10, 2: 15, 3: 60, 4: 25}, {1: 10, 2: 15, 4: 60}) == [(3, 60, 60, 0), (4, -35, -35, 0)]


def test_what_raises_comes_first_though_it_is_the_later_visit() -> None:
    assert lines({1: 0, 2: 30}, {1: 20}) == [(2, 30, 30, 0), (1, -20, -20, 0)]


def test_what_an_earlier_record_left_comes_back_into_the_sum_of_the_next_one() -> None:
    # 15 and 10 stayed when the second visit was lowered; raised again, the client holds them already.
    assert lines({1: 10, 2: 15, 3: 20}, {1: 10, 3: 10}, returning={2: 15, 3: 10}) == [(2, 15, 0, -15), (3, 10, 0, -10)]


def test_what_other_records_left_is_never_a_debt() -> None:
    assert lines({1: 10, 2: 15}, {1: 10}) == [(2, 15, 15, 0)]


def test_an_overpayment_is_taken_back_as_far_as_the_balance_reaches() -> None:
    # 10 too much, 4 there: what stays lies with the first visit that the sum lowered.
    assert lines({1: 0, 2: 5}, {1: 5, 2: 10}, balance=4, takes_back=True) == [(1, -5, 0, 5), (2, -5, -4, 1)]


def test_what_is_lowered_and_raised_in_one_sum_is_not_taken_from_the_balance() -> None:
    assert lines({1: 0, 2: 20}, {1: 20}, balance=0, takes_back=True) == [(2, 20, 20, 0), (1, -20, -20, 0)]


def test_what_came_back_can_be_taken_back_now() -> None:
    # 20 stayed because the balance was empty; the next record about that visit finds 12.
    assert lines({1: 0}, {}, returning={1: 20}, balance=12, takes_back=True) == [(1, 0, -12, -12)]


def test_a_ceiling_cuts_what_is_raised() -> None:
    found = settled({1: 20, 2: 20}, {1: 20}, raised=room_for(5))
    assert (found.lines, found.worth) == ((Line(2, 5, 5, 0),), {1: 20, 2: 5})


def test_what_was_cut_is_no_debt_when_there_is_room_later() -> None:
    assert lines({1: 20, 2: 20, 3: 20}, {1: 20}, cut={2: 20}, raised=room_for(100)) == [(3, 20, 20, 0)]


def test_what_was_cut_is_made_up_out_of_what_the_same_sum_takes_away() -> None:
    # Visit 6 is voided: its 20 go to visit 2, and nothing is posted to the client or kept.
    assert lines({2: 20}, {6: 20}, cut={2: 20}, raised=room_for(20)) == [(2, 20, 20, 0), (6, -20, -20, 0)]


def test_what_was_cut_is_made_up_with_no_more_than_the_sum_takes_away() -> None:
    assert lines({2: 20}, {6: 8}, cut={2: 20}, raised=room_for(100)) == [(2, 8, 8, 0), (6, -8, -8, 0)]


def test_one_point_that_the_sum_takes_away_makes_up_one() -> None:
    assert lines({2: 20}, {6: 1}, cut={2: 20}, raised=room_for(100)) == [(2, 1, 1, 0), (6, -1, -1, 0)]


def test_what_raises_comes_before_what_leaves_the_balance_alone() -> None:
    # 30 are lost and 5 owed: 25 stay, 20 of them with the first visit, which takes nothing from the client.
    assert lines({2: 5}, {1: 20, 3: 10}) == [(2, 5, 5, 0), (1, -20, 0, 20), (3, -10, -5, 5)]
    assert lines({2: 1}, {1: 20}) == [(2, 1, 1, 0), (1, -20, -1, 19)]


def test_a_bonus_that_moves_makes_up_nothing() -> None:
    # 40 leave visit 5 and come to visit 4: the sum takes nothing away, and the old cut of visit 2 stays.
    assert lines({2: 20, 4: 60, 5: 20}, {4: 20, 5: 60}, cut={2: 20}, raised=room_for(100)) == [
        (4, 40, 40, 0),
        (5, -40, -40, 0),
    ]


def test_the_entries_of_a_line_balance_and_name_the_visit() -> None:
    entries = entries_of([Line(7, -6, -4, 2)], client=CLIENT, issued=ISSUED, program_loss=LOSS)
    assert [(entry.account.kind, entry.amount, entry.visit_id) for entry in entries] == [
        ("issued", 6, 7),
        ("client", -4, 7),
        ("program_loss", -2, 7),
    ]


amounts = st.dictionaries(st.integers(1, 6), st.integers(0, 50))


@given(amounts, amounts, amounts, st.integers(0, 80), st.integers(0, 50), st.booleans())
def test_every_sum_balances_and_is_settled_once(
    due: dict[int, int], worth: dict[int, int], returning: dict[int, int], room: int, balance: int, takes_back: bool
) -> None:
    found = settled(due, worth, returning=returning, raised=room_for(room), balance=balance, takes_back=takes_back)
    assert is_balanced(entries_of(found.lines, client=CLIENT, issued=ISSUED, program_loss=LOSS)) or not found.lines
    to_client = sum(line.to_client for line in found.lines)
    # The balance is never below zero, not even between two entries.
    for line in found.lines:
        balance += line.to_client
        assert balance >= 0
    if not takes_back:
        assert to_client >= 0
    kept = dict(returning)
    for line in found.lines:
        kept[line.visit_id] = kept.get(line.visit_id, 0) + line.kept
    assert all(amount >= 0 for amount in kept.values())
    assert all(found.worth[visit] <= due.get(visit, 0) for visit in found.worth)
    # What came back and stays is kept now; with the same visits and cuts, nothing is left to post.
    cut = {visit: due.get(visit, 0) - found.worth[visit] for visit in found.worth}
    again = settled(
        due, dict(found.worth), cut=cut, returning={v: k for v, k in kept.items() if k}, raised=room_for(0),
        balance=0, takes_back=takes_back,
    )  # fmt: skip
    assert sum(line.to_client for line in again.lines) == 0
