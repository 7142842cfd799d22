"""What is missing of an item over several counts: of what should have been there, never of the same piece twice."""

import pytest

from cm_tracker.domain.measures.shrinkage import ItemCount, Shrinkage, shrinkage


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        # Four counts of five pieces, of which one is missing at the last.
        ([(5, 5), (5, 5), (5, 5), (5, 4)], Shrinkage(4, 5, 4, 1, 500)),
        # The ledger expects what the count before found: five pieces should be there, and two are.
        ([(5, 4), (4, 3), (3, 2)], Shrinkage(3, 5, 2, 3, 1500)),
        ([(5, 1), (1, 0)], Shrinkage(2, 5, 0, 5, 2500)),
        # Ten came after the first count.
        ([(5, 4), (14, 14)], Shrinkage(2, 15, 14, 1, 500)),
        # What was found beyond the ledger does not make up for what was missing.
        ([(5, 4), (4, 5)], Shrinkage(2, 5, 5, 1, 500)),
        ([], Shrinkage(0, 0, 0, 0, 0)),
    ],
)
def test_missing_of_what_should_be_there(counts: list[tuple[int, int]], found: Shrinkage) -> None:
    assert shrinkage(ItemCount(expected, counted, 500) for expected, counted in counts) == found
