"""What has to be posted so that each visit is paid what the schedule owes for it."""

from collections.abc import Mapping
from typing import NamedTuple

from cm_tracker.domain.ledger.accounts import Account, Entry


class Paid(NamedTuple):
    """What the ledger says of one visit: how much was issued for it, and how much the client received.

    The difference, `received - issued`, was booked as the program's loss by an earlier correction.
    """

    issued: int = 0
    received: int = 0


def settlement(
    owed: Mapping[int, int],
    paid: Mapping[int, Paid],
    *,
    client: Account,
    issued: Account,
    program_loss: Account,
    balance: int,
    takes_back: bool,
    at_most: Mapping[int, int] | None = None,
) -> tuple[Entry, ...]:
    """Return the entries that make what was issued for each visit equal what is owed. They are in the order of the visit ids.

    `owed` and `paid` are by visit id, in the unit of `client`; `balance` is what the client has not spent.
    What the client is owed is paid at once. An overpayment stays with the client and becomes the program's
    loss. With `takes_back`, it is taken back as far as the balance reaches, and for each visit no more than
    `at_most` (by visit id; None means no limit). A second settlement after these entries returns nothing.
    """
    entries: list[Entry] = []
    for visit_id in sorted({*owed, *paid}):
        due = owed.get(visit_id, 0)
        was = paid.get(visit_id, Paid())
        lost = was.received - was.issued
        if due == was.issued:
            continue
        to_client = max(due - was.received, 0)
        if takes_back and due < was.issued:
            excess = was.issued - due
            to_client = -min(excess if at_most is None else min(excess, at_most.get(visit_id, 0)), balance)
        balance += to_client
        to_issued = was.issued - due
        to_loss = lost - (was.received + to_client - due)
        for account, amount in ((issued, to_issued), (client, to_client), (program_loss, to_loss)):
            if amount:
                entries.append(Entry(account, amount, visit_id))
    return tuple(entries)
