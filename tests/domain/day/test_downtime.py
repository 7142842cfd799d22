"""Who pays a prize that was given by hand."""

import pytest

from cm_tracker.domain.day.downtime import PaidByHand, paid_by_hand


@pytest.mark.parametrize(
    ("balance", "cost", "by_client", "by_program"),
    [(50, 20, 20, 0), (20, 20, 20, 0), (5, 20, 5, 15), (0, 20, 0, 20), (7, 0, 0, 0)],
)
def test_the_client_pays_what_they_have_and_the_program_the_rest(
    balance: int, cost: int, by_client: int, by_program: int
) -> None:
    assert paid_by_hand(balance, cost) == PaidByHand(by_client, by_program)
