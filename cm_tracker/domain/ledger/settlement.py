"""What has to be posted so that each visit is paid what the schedule owes for it."""

from collections.abc import Mapping
from typing import NamedTuple

from cm_tracker.domain.ledger.accounts import Account, Entry


class Paid(NamedTuple):
    """What the ledger says of one visit: `issued` against the schedule, `received` by the client.

    The difference, `received - issued`, is what an earlier correction booked as the program's loss.
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
    """The entries that bring what was paid for each visit to what the schedule owes, in visit order.

    `owed` and `paid` are by visit id, in the unit of `client`; `balance` is what the client has not
    spent. After it, what is issued for each visit is exactly what is owed. Owed amounts are paid at
    once. An overpayment is kept by the client and becomes the program's loss, or, where
    `takes_back`, is taken back as far as the balance reaches, and for each visit no more than
    `at_most` says (by visit id; without it, everything). Run again it posts nothing.
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
