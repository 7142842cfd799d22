"""What a count decides: whether two agree, what is lost, and which lead answers for it. Amounts typed by hand."""

import pytest

from cm_tracker.domain.errors import LeadNeeded, SecondPersonNeeded
from cm_tracker.domain.ledger.accounts import is_balanced
from cm_tracker.domain.prizes.counts import (
    CountLine,
    CountPerson,
    agree,
    check_counted,
    check_signer,
    count_lines,
    lead_of_loss,
    lost_cents,
    shrinkage_entries,
)
from tests.domain.refused import all_refused

ROSA, LEO, MIRIAM = CountPerson(1, False), CountPerson(2, False), CountPerson(3, True)
LOST = [CountLine(1, 3, 5), CountLine(2, 4, 1)]  # two of the first are missing, three of the second are extra


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ([CountLine(1, 3, 5)], [CountLine(1, 3, 5)], True),
        ([CountLine(1, 3, 5)], [CountLine(1, 2, 4)], True),  # one was handed out between the two
        ([CountLine(1, 5, 5)], [CountLine(1, 5, 5), CountLine(2, 0, 0)], True),  # a prize is new in the catalog
        ([CountLine(1, 3, 5)], [CountLine(1, 4, 5)], False),
        ([CountLine(1, 3, 5)], [CountLine(1, 5, 5)], False),
        ([CountLine(1, 2, 3, (7,))], [CountLine(1, 2, 3, (8,))], False),  # another card is missing
    ],
)
def test_two_counts_agree_where_they_find_the_same_difference(
    first: list[CountLine], second: list[CountLine], same: bool
) -> None:
    assert agree(first, second) is same


def test_a_loss_is_worth_what_is_missing_and_nothing_is_taken_off_for_what_is_extra() -> None:
    assert lost_cents(LOST, {1: 500, 2: 2000}) == 1000
    assert lost_cents([CountLine(1, 9, 5)], {1: 500}) == 0
    assert lost_cents([CountLine(1, 4, 5), CountLine(2, 3, 5)], {2: 300}) == 600, "a prize without a retail value"


@pytest.mark.parametrize(
    ("lost", "signer", "others", "lead"),
    [
        (5000, MIRIAM, (ROSA, LEO), 3),
        (5000, LEO, (MIRIAM, ROSA), 3),
        (5000, LEO, (LEO, MIRIAM), 3),
        (5000, LEO, (LEO, ROSA), None),
        (5001, MIRIAM, (ROSA, LEO), 3),
        (5001, LEO, (MIRIAM, ROSA), None),
    ],
)
def test_a_lead_answers_for_a_loss_and_above_the_limit_it_is_the_signer(
    lost: int, signer: CountPerson, others: tuple[CountPerson, ...], lead: int | None
) -> None:
    if lead is None:
        with pytest.raises(LeadNeeded) as refused:
            lead_of_loss(LOST, lost, 5000, signer, others)
        assert (refused.value.lost_cents, refused.value.limit_cents) == (lost, 5000)
    else:
        assert lead_of_loss(LOST, lost, 5000, signer, others) == lead


def test_a_loss_that_is_worth_nothing_still_needs_a_lead() -> None:
    """A donated prize may have no retail value."""
    with pytest.raises(LeadNeeded):
        lead_of_loss([CountLine(1, 4, 5)], 0, 5000, LEO, (ROSA,))


def test_nobody_answers_where_nothing_is_missing() -> None:
    assert lead_of_loss([CountLine(1, 6, 5)], 0, 0, LEO, (ROSA,)) is None
    assert lead_of_loss([CountLine(1, 5, 5)], 0, 0, LEO, (ROSA,)) is None


NOT_COUNTED = "Enter how many there are, or 0 for none."


def test_every_prize_on_the_shelf_is_counted() -> None:
    check_counted({1: 0, 2: 100_000}, {1: 5, 2: 1})
    with all_refused((NOT_COUNTED, "prize_1"), (NOT_COUNTED, "prize_3"), (NOT_COUNTED, "prize_4")):
        check_counted({1: -1, 2: 7, 4: 100_001}, {1: 5, 2: 1, 3: 4})
    with all_refused((NOT_COUNTED, "prize_9")):
        check_counted({9: None}, {})


def test_a_line_has_what_was_counted_and_what_the_ledger_held() -> None:
    lines = count_lines({2: 4, 1: 3, 3: 1}, {1: 5, 2: 1}, {1: (31, 32)})
    assert lines == [CountLine(1, 3, 5, (31, 32)), CountLine(2, 4, 1, ()), CountLine(3, 1, 0, ())]
    assert [line.difference for line in lines] == [-2, 3, 1]
    assert [line.plain() for line in lines] == [[1, 3, 5, [31, 32]], [2, 4, 1], [3, 1, 0]]


def test_a_second_person_signs() -> None:
    check_signer(1, 2)
    check_signer(None, 2)
    for signer in (1, None):
        with pytest.raises(SecondPersonNeeded):
            check_signer(1, signer)


def test_what_is_missing_goes_to_shrinkage_and_what_is_found_comes_back() -> None:
    lines = [CountLine(1, 3, 5), CountLine(2, 4, 1), CountLine(3, 6, 6), CountLine(4, 1, 3, (31, 32))]
    entries = shrinkage_entries(2, lines)
    assert [(entry.account.key, entry.account.prize_id, entry.amount) for entry in entries] == [
        ("cabinet:2:items/1", 1, -2),
        ("shrinkage:2:items/1", 1, 2),
        ("cabinet:2:items/2", 2, 3),
        ("shrinkage:2:items/2", 2, -3),
        # Each gift card is counted by itself.
        ("cabinet:2:card/31", 4, -1),
        ("shrinkage:2:card/31", 4, 1),
        ("cabinet:2:card/32", 4, -1),
        ("shrinkage:2:card/32", 4, 1),
    ]
    assert is_balanced(entries)
    assert shrinkage_entries(2, [CountLine(3, 6, 6)]) == []
