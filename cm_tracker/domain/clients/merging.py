"""When two client records of one person may be merged, and what the merge moves.

One record becomes the main one. The other keeps everything that was sealed with it, and gives its balances to the main
record. A merge is never undone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cm_tracker.domain.errors import (
    AllRefusals,
    AtTwoSites,
    BadInput,
    BothEnrolled,
    NotReadyToMerge,
    OneIsPractice,
)
from cm_tracker.domain.errors.merging import Unfinished
from cm_tracker.domain.ledger.accounts import Entry, client_account

LEAST_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class MergeSide:
    """One of the two records: its code and site, whether it is enrolled, what is unfinished about it.

    `is_practice`: it is a practice client.
    """

    id: int
    code: str
    site_id: int
    is_enrolled: bool
    unfinished: tuple[Unfinished, ...]
    is_practice: bool = False


def check_merge(from_: MergeSide, into: MergeSide) -> None:
    """Raise what stands against merging `from_` into `into`: all of it at once.

    `BadInput` for a record and itself, `OneIsPractice`, `AtTwoSites`, `BothEnrolled`, and `NotReadyToMerge` for
    everything that would have to change hands in the middle.
    """
    if from_.id == into.id:
        raise BadInput("This is the same client. Enter the code of the other record.", "code")
    refusals = AllRefusals()
    with refusals:
        if from_.is_practice != into.is_practice:
            raise OneIsPractice(code=from_.code, other=into.code)
    with refusals:
        if from_.site_id != into.site_id:
            raise AtTwoSites(code=from_.code, other=into.code)
    with refusals:
        if from_.is_enrolled and into.is_enrolled:
            raise BothEnrolled(code=from_.code, other=into.code)
    for unfinished in from_.unfinished:
        with refusals:
            raise NotReadyToMerge(code=from_.code, unfinished=unfinished)
    refusals.raise_any()


def check_reason(reason: str) -> None:
    """Raise `BadInput` for a reason that nobody would understand later."""
    if len(reason.strip()) < LEAST_CHARACTERS:
        raise BadInput("Write how you know that it is one person, so that the other lead can check it.", "reason")


def merge_entries(from_id: int, into_id: int, balances: Mapping[str, int]) -> Iterator[tuple[Entry, Entry]]:
    """Yield for each unit that a record has something of what moves all of it into another record."""
    for unit, balance in sorted(balances.items()):
        if balance:
            yield Entry(client_account(from_id, unit), -balance), Entry(client_account(into_id, unit), balance)
