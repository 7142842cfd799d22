"""What stayed with clients as the program's loss, and which record brings it back.

Each overpayment that stays was left by records about certain visits: the *subjects*. It comes back into the sum of the
next record about one of them, and into no other sum (docs/schedules.md, "Corrections"). So a visit that is corrected
down and up again is not paid twice, and a client never repays one visit's overpayment with another visit's pay.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

# What a record is about: a behavior and a day, or a pause or a move by its name in the log.
Subject = tuple[str, str]


class LossEntry(NamedTuple):
    """One entry of a ledger transaction in the program's loss account, seen from the client.

    `amount` stayed with the client (below zero: it came back). `because` names the record that the transaction was
    posted for. `undone` says whether the transaction was undone, or is itself an undo.
    """

    transaction_id: int
    because: str | None
    undone: bool
    unit: str
    visit_id: int
    amount: int


class Loss(NamedTuple):
    """What stayed with the client because of records about some subjects: amounts above zero, by visit id."""

    subjects: frozenset[Subject]
    amounts: Mapping[int, int]


def losses(
    entries: Iterable[LossEntry],
    unit: str,
    subjects_of: Callable[[str | None], frozenset[Subject]],
    origin_of: Callable[[str | None], str | None],
) -> tuple[Loss, ...]:
    """Return what stands as the program's loss in a unit. `entries` are in the order of their transactions.

    `origin_of` returns the name of the first of the records that were saved together with one, also for an undo of some of
    them. What was posted for all of these is one sum, as if what was undone had never been saved. For a record that is
    not a visit's it returns None: each of its transactions is a sum of its own.
    """
    by_origin: dict[int | str, list[LossEntry]] = {}
    for entry in entries:
        if entry.unit == unit and not entry.undone:
            by_origin.setdefault(origin_of(entry.because) or entry.transaction_id, []).append(entry)
    standing: list[Loss] = []
    for lines in by_origin.values():
        sums: dict[int, int] = {}
        for line in lines:
            sums[line.visit_id] = sums.get(line.visit_id, 0) + line.amount
        if not any(sums.values()):
            continue
        subjects = subjects_of(lines[0].because)
        touched = [loss for loss in standing if loss.subjects & subjects]
        standing = [loss for loss in standing if not loss.subjects & subjects]
        amounts = returning(touched)
        for visit_id, amount in sums.items():
            amounts[visit_id] = amounts.get(visit_id, 0) + amount
        # Before version 0.3 any later pay of the same visit brought a loss back, whichever record had left it.
        for visit_id in [visit_id for visit_id, amount in amounts.items() if amount < 0]:
            standing = _reduced(standing, visit_id, -amounts.pop(visit_id))
        left = {visit_id: amount for visit_id, amount in amounts.items() if amount}
        if left:
            standing.append(Loss(subjects.union(*(loss.subjects for loss in touched)), left))
    return tuple(standing)


def returning(standing: Iterable[Loss], subjects: frozenset[Subject] | None = None) -> dict[int, int]:
    """Return what comes back into the sum of a record about some subjects (None: all of it), by visit id."""
    amounts: dict[int, int] = {}
    for loss in standing:
        if subjects is None or loss.subjects & subjects:
            for visit_id, amount in loss.amounts.items():
                amounts[visit_id] = amounts.get(visit_id, 0) + amount
    return amounts


def _reduced(standing: Iterable[Loss], visit_id: int, amount: int) -> list[Loss]:
    """Return the losses with an amount of one visit removed, from the oldest first."""
    left = []
    for loss in standing:
        part = min(loss.amounts.get(visit_id, 0), amount)
        amount -= part
        amounts = {of: value - (part if of == visit_id else 0) for of, value in loss.amounts.items()}
        if any(amounts.values()):
            left.append(Loss(loss.subjects, {of: value for of, value in amounts.items() if value}))
    return left
