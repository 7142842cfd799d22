"""What a count decides: whether two agree, what is lost, and which lead answers for it. Amounts typed by hand."""

import pytest

from cm_tracker.domain.errors import LeadNeeded
from cm_tracker.domain.prizes.counts import CountLine, CountPerson, agree, lead_of_loss, lost_cents

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
        with pytest.raises(LeadNeeded):
            lead_of_loss(LOST, lost, 5000, signer, others)
    else:
        assert lead_of_loss(LOST, lost, 5000, signer, others) == lead


def test_a_loss_that_is_worth_nothing_still_needs_a_lead() -> None:
    """A donated prize may have no retail value."""
    with pytest.raises(LeadNeeded):
        lead_of_loss([CountLine(1, 4, 5)], 0, 5000, LEO, (ROSA,))


def test_nobody_answers_where_nothing_is_missing() -> None:
    assert lead_of_loss([CountLine(1, 6, 5)], 0, 0, LEO, (ROSA,)) is None
