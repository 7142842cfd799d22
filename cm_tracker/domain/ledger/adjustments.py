"""Adjustments: points or draws that two leads give or take beside every schedule.

They exist for what no schedule foresees, are meant to be rare, and stand out in every list.
"""

from cm_tracker.domain.errors import AllRefusals, BadInput, SecondLeadNeeded
from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account

UNITS = ("points", "draws")
MOST = 10_000
LEAST_CHARACTERS = 10

APPROVED = "approved"
DECLINED = "declined"
WITHDRAWN = "withdrawn"


def check_adjustment(unit: str, amount: int, reason: str) -> None:
    """Raise everything that is wrong with an adjustment that cannot be asked for."""
    refusals = AllRefusals()
    with refusals:
        if unit not in UNITS:
            raise BadInput("Choose points or draws.", "unit")
    with refusals:
        if amount == 0 or abs(amount) > MOST:
            raise BadInput("Give a whole number from 1 to %(most)s, with a minus to take away.", "amount", most=MOST)
    with refusals:
        if len(reason.strip()) < LEAST_CHARACTERS:
            raise BadInput("Write a reason that somebody else can understand a year from now.", "reason")
    refusals.raise_any()


def check_decision(decision: str, reason: str, *, is_own: bool) -> None:
    """Raise `BadInput` or `SecondLeadNeeded` for a decision that cannot be made; `is_own` by whoever asked."""
    if decision not in (APPROVED, DECLINED, WITHDRAWN):
        raise BadInput("Choose whether it is approved.", "decision")
    if decision == WITHDRAWN and not is_own:
        raise BadInput("Only the lead who asked can withdraw it. Decline it instead.", "decision")
    if decision != WITHDRAWN and is_own:
        raise SecondLeadNeeded
    if decision == DECLINED and len(reason.strip()) < LEAST_CHARACTERS:
        raise BadInput("Say why it is declined, so that whoever asked understands it.", "reason")


def adjustment_entries(client_id: int, site_id: int, unit: str, amount: int) -> list[Entry]:
    """What an approved adjustment moves: issued to the client, or from the client back."""
    return [Entry(site_account("issued", site_id, unit), -amount), Entry(client_account(client_id, unit), amount)]
