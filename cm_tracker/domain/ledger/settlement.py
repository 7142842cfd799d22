"""One sum for each unit: what has to be posted so that an enrollment is paid what its visits earn.

Every visit is worth something (what the schedule owes for it, after every ceiling). When records change that,
the differences of all visits are added up. A sum above zero is paid at once. A sum below zero stays with the
client as the program's loss, or is taken back as far as the balance reaches, as the schedule's policy says.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cm_tracker.domain.ledger.accounts import Account, Entry

# `raised(visit_id, amount)` returns how much of an amount the ceilings leave room for, and makes it count.
Raised = Callable[[int, int], int]


class Paid(NamedTuple):
    """What the ledger says of one visit: how much was issued for it, and how much the client received.

    `issued` is what the visit is worth. The difference, `received - issued`, stayed with the client and was
    booked as the program's loss.
    """

    issued: int = 0
    received: int = 0


class Line(NamedTuple):
    """What changes for one visit: its worth, what the client gets for it, and what stays as the program's loss.

    All three may be negative. The worth changes by what the client gets and does not keep as the program's loss.
    """

    visit_id: int
    worth: int
    to_client: int
    kept: int


class Settlement(NamedTuple):
    """The lines of one sum, in the order in which they are posted, and what every visit is worth after them."""

    lines: tuple[Line, ...]
    worth: Mapping[int, int]


def settle(
    *,
    order: Sequence[int],
    due: Mapping[int, int],
    worth: Mapping[int, int],
    cut: Mapping[int, int],
    returning: Mapping[int, int],
    raised: Raised,
    balance: int,
    takes_back: bool,
) -> Settlement:
    """Work out one sum of an enrollment in one unit (docs/schedules.md, "Corrections"). All mappings are by visit id.

    `order` has every visit in the engine's order. `due` is what each visit earns now by the enrollment's own
    visits, `worth` what it was worth before, and `cut` what a ceiling had cut from it. `returning` is what an earlier
    record about the same visit had left as the program's loss, by the visit with which it lies: it comes back into
    this sum. Of an overpayment at most `balance` is taken back, and only where the policy `takes_back`.
    """
    after = {visit_id: min(worth.get(visit_id, 0), due.get(visit_id, 0)) for visit_id in order}
    total = sum(after.values()) - sum(worth.get(visit_id, 0) for visit_id in order) - sum(returning.values())
    for visit_id in order:
        # What was cut before is no debt: nothing that was booked later changes an earlier payment.
        wanted = due.get(visit_id, 0) - after[visit_id] - cut.get(visit_id, 0)
        if wanted > 0:
            total += _raise(after, visit_id, wanted, raised)
    for visit_id in order:
        # It is made up only out of what this sum takes away.
        wanted = min(due.get(visit_id, 0) - after[visit_id], -total)
        if wanted > 0:
            total += _raise(after, visit_id, wanted, raised)
    kept = _kept(order, after, worth, returning, overpaid(total, balance, takes_back))
    lines = []
    for visit_id in order:
        change = after[visit_id] - worth.get(visit_id, 0)
        stays = kept.get(visit_id, 0) - returning.get(visit_id, 0)
        if change or stays:
            lines.append(Line(visit_id, change, change + stays, stays))
    # Those that raise come first, so that the balance is never below zero in between.
    return Settlement(tuple(sorted(lines, key=lambda line: line.to_client <= 0)), after)


def overpaid(total: int, balance: int, takes_back: bool) -> int:
    """Return how much of a sum below zero stays with the client."""
    return max(-total - (balance if takes_back else 0), 0)


def _raise(after: dict[int, int], visit_id: int, wanted: int, raised: Raised) -> int:
    amount = raised(visit_id, wanted)
    after[visit_id] += amount
    return amount


def _kept(
    order: Sequence[int], after: Mapping[int, int], worth: Mapping[int, int], returning: Mapping[int, int], stays: int
) -> dict[int, int]:
    """Return with which visits an overpayment stays: those that the sum lowered, in order, each up to what it lost."""
    kept = {}
    for visit_id in order:
        lost = worth.get(visit_id, 0) + returning.get(visit_id, 0) - after[visit_id]
        if part := max(min(lost, stays), 0):
            kept[visit_id] = part
            stays -= part
    return kept


def entries_of(lines: Sequence[Line], *, client: Account, issued: Account, program_loss: Account) -> tuple[Entry, ...]:
    """Return the ledger's entries for the lines of a sum; each names the visit that it is about."""
    entries = []
    for visit_id, worth, to_client, kept in lines:
        for account, amount in ((issued, -worth), (client, to_client), (program_loss, -kept)):
            if amount:
                entries.append(Entry(account, amount, visit_id))
    return tuple(entries)
