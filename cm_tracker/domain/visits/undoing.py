"""An undo of what was just saved: what it moves back, and what stays of the records that were saved together.

Records that were saved together were settled as one sum, so that no part of it belongs to one of them alone. An undo of
one of them moves the whole sum back, and saves the others again without it. So it ends where saving the others alone
ends, and undoing all of them, in any order, ends with what was there before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from cm_tracker.domain.errors import PointsSpent
from cm_tracker.domain.ledger.accounts import Account, Entry
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.visits.corrections import UNDONE
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory


@dataclass(frozen=True, slots=True)
class SavedTogether:
    """The records that were saved together with one record, and the undos of them since.

    `record_ids` are all of these, and `settled_by` those of them for which something may have been posted: the first one,
    and the undos. `staying` are the other visits as they are, and `as_before` every visit as it was before all of this.
    """

    record_ids: frozenset[int]
    settled_by: frozenset[int]
    staying: tuple[CurrentVisit, ...] = ()
    as_before: tuple[CurrentVisit, ...] = ()

    @property
    def settled_because(self) -> frozenset[str]:
        """The names of `settled_by` in the log."""
        return frozenset(f"visit:{record_id}" for record_id in self.settled_by)


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo of a record moves back: what was posted for it and those saved together, by unit, in its order.

    `moved_since` is what else came into the client's account since these were saved, by unit; below zero, what left it.
    """

    posted: Mapping[str, Sequence[Entry]]
    moved_since: Mapping[str, int] = field(default_factory=dict)
    together: SavedTogether = field(default_factory=lambda: SavedTogether(frozenset(), frozenset()))


def saved_together(history: EnrollmentHistory, visit: CurrentVisit) -> SavedTogether:
    """Return what was saved together with a visit's newest record."""
    first_id = visit.saved_with_id or visit.newest_id
    record_ids: set[int] = set()
    undos: set[int] = set()
    staying, as_before = [], []
    for records in history.records.values():
        places = [n for n, one in enumerate(records) if first_id in (one.newest_id, one.saved_with_id)]
        if not places:
            continue
        before, since = records[: places[0]], records[places[0] :]
        undos.update(one.newest_id for one in takewhile(lambda one: one.is_undo, since[len(places) :]))
        record_ids.update(one.newest_id for one in since[: len(places)])
        newest = records[-1]
        as_before.append(before[-1] if before else replace(newest, correction=UNDONE))
        if newest.id != visit.id and newest.newest_id not in undos:
            staying.append(newest)
    return SavedTogether(frozenset(record_ids | undos), frozenset({first_id, *undos}), tuple(staying), tuple(as_before))


def moved_back(posted: Mapping[str, Sequence[Entry]]) -> dict[str, tuple[Entry, ...]]:
    """Return entries with the opposite signs, by unit."""
    return {unit: summed(Entry(one.account, -one.amount, one.visit_id) for one in of) for unit, of in posted.items()}


def summed(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries with one sum for each account and visit. What raises a balance is first, so that none is below zero."""
    sums: dict[tuple[Account, int | None], int] = {}
    for account, amount, visit_id in entries:
        sums[account, visit_id] = sums.get((account, visit_id), 0) + amount
    left = [Entry(account, amount, visit_id) for (account, visit_id), amount in sums.items() if amount]
    return tuple(sorted(left, key=lambda entry: entry.account.kind == "client" and entry.amount < 0))


def refuse_spent(entries: Mapping[str, Sequence[Entry]], balances: Mapping[str, int]) -> None:
    """Raise `PointsSpent` where entries take more out of a client's account than is there."""
    for unit, of_unit in entries.items():
        after = balances.get(unit, 0) + to_client(of_unit)
        if after < 0:
            raise PointsSpent(spent=-after, unit=unit)


def to_client(entries: Iterable[Entry]) -> int:
    """Return what entries move into the client's account; below zero what they take out of it."""
    return sum(entry.amount for entry in entries if entry.account.kind == "client")


def paid_after(paid: Mapping[int, Paid], entries: Iterable[Entry]) -> dict[int, Paid]:
    """Return what was paid for each visit once entries of one unit are posted."""
    after = dict(paid)
    for account, amount, visit_id in entries:
        if visit_id is not None:
            issued, received = after.get(visit_id, Paid())
            if account.kind == "issued":
                after[visit_id] = Paid(issued - amount, received)
            elif account.kind == "client":
                after[visit_id] = Paid(issued, received + amount)
    return after
