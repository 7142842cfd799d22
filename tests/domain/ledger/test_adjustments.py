"""Adjustments: what two leads may give or take beside every schedule, and who decides."""

import pytest

from cm_tracker.domain.errors import SecondLeadNeeded
from cm_tracker.domain.ledger.accounts import client_account, site_account
from cm_tracker.domain.ledger.adjustments import adjustment_entries, check_adjustment, check_decision
from tests.domain.refused import all_refused, refused

NO_UNIT = ("Choose points or draws.", "unit")
NO_AMOUNT = ("Give a whole number from 1 to 10,000, with a minus to take away.", "amount")
NO_REASON = ("Write a reason that somebody else can understand a year from now.", "reason")


@pytest.mark.parametrize("unit", ["points", "draws"])
@pytest.mark.parametrize("amount", [1, -1, 10_000, -10_000])
def test_a_lead_may_ask_for_up_to_10_000_points_or_draws_and_may_take_them(unit: str, amount: int) -> None:
    check_adjustment(unit, amount, "Lost cards")


@pytest.mark.parametrize("amount", [0, 10_001, -10_001])
def test_no_amount_and_more_than_10_000_are_refused(amount: int) -> None:
    with all_refused(NO_AMOUNT):
        check_adjustment("points", amount, "Lost cards")


@pytest.mark.parametrize("reason", ["", "Lost card", "   Lost card   "])
def test_a_reason_has_ten_characters_at_least(reason: str) -> None:
    with all_refused(NO_REASON):
        check_adjustment("points", 5, reason)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with all_refused(NO_UNIT, NO_AMOUNT, NO_REASON):
        check_adjustment("items/5", 0, "")


def test_another_lead_approves_or_declines_and_whoever_asked_may_withdraw() -> None:
    check_decision("approved", "", is_own=False)
    check_decision("declined", "Not earned", is_own=False)
    check_decision("withdrawn", "", is_own=True)


@pytest.mark.parametrize("decision", ["approved", "declined"])
def test_nobody_decides_what_they_asked_for(decision: str) -> None:
    with pytest.raises(SecondLeadNeeded):
        check_decision(decision, "Not earned", is_own=True)


def test_nobody_withdraws_what_another_lead_asked_for() -> None:
    with refused("Only the lead who asked can withdraw it. Decline it instead.", "decision"):
        check_decision("withdrawn", "", is_own=False)


def test_a_decision_is_one_of_three() -> None:
    with refused("Choose whether it is approved.", "decision"):
        check_decision("", "Not earned", is_own=False)


@pytest.mark.parametrize("reason", ["", "Not earne", " Not earne "])
def test_who_declines_says_why(reason: str) -> None:
    with refused("Say why it is declined, so that whoever asked understands it.", "reason"):
        check_decision("declined", reason, is_own=False)


def test_an_adjustment_moves_from_what_the_site_issued_to_the_client_or_back() -> None:
    issued, client = site_account("issued", 2, "draws"), client_account(1, "draws")
    assert [tuple(entry) for entry in adjustment_entries(1, 2, "draws", 5)] == [(issued, -5, None), (client, 5, None)]
    assert [tuple(entry) for entry in adjustment_entries(1, 2, "draws", -5)] == [(issued, 5, None), (client, -5, None)]
