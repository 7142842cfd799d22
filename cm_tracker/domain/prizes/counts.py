"""Counts of the cabinet.

Whoever counts does not see what the ledger expects. A second person signs before a difference is booked.
"""

from collections.abc import Mapping
from typing import NamedTuple

from cm_tracker.domain.errors import BadInput, SecondPersonNeeded
from cm_tracker.domain.ledger.accounts import Entry, cabinet_account, items, site_account

MOST_OF_ONE = 100_000


class CountLine(NamedTuple):
    """One prize of a count: how many were counted, and how many the ledger held at that moment.

    `missing_cards` are the ids of the gift cards that nobody saw.
    """

    prize_id: int
    counted: int
    expected: int
    missing_cards: tuple[int, ...] = ()

    @property
    def difference(self) -> int:
        """How many more were counted than the ledger holds; negative if some are missing."""
        return self.counted - self.expected

    def plain(self) -> list[object]:
        """Return the line as the count's record stores it; the list of cards is left out if none is missing."""
        line: list[object] = [self.prize_id, self.counted, self.expected]
        return [*line, list(self.missing_cards)] if self.missing_cards else line


def check_counted(counted: Mapping[int, int | None], shelf: Mapping[int, int]) -> None:
    """Raise `BadInput` if a prize on the shelf was not counted, or if a number is out of bounds."""
    for prize_id in sorted({*shelf, *counted}):
        number = counted.get(prize_id)
        if number is None or not 0 <= number <= MOST_OF_ONE:
            raise BadInput("Enter how many there are, or 0 for none.", f"prize_{prize_id}")


def count_lines(
    counted: Mapping[int, int], shelf: Mapping[int, int], missing: Mapping[int, tuple[int, ...]]
) -> list[CountLine]:
    """Return the lines of a count by prize. `missing` has the ids of unseen gift cards by prize."""
    return [
        CountLine(prize_id, counted[prize_id], shelf.get(prize_id, 0), missing.get(prize_id, ()))
        for prize_id in sorted(counted)
    ]


def check_signer(counted_by: int | None, signed_by: int | None) -> None:
    """Raise `SecondPersonNeeded` if the signer is unknown or is the person who counted."""
    if signed_by is None or signed_by == counted_by:
        raise SecondPersonNeeded


def shrinkage_entries(site_id: int, lines: list[CountLine]) -> list[Entry]:
    """Return the entries of a signed count: missing items go to shrinkage, found ones come back from it."""
    entries = []
    for line in lines:
        cards: list[tuple[int | None, int]] = [(card_id, -1) for card_id in line.missing_cards]
        for card_id, amount in cards or [(None, line.difference)] if line.difference else ():
            gone = site_account("shrinkage", site_id, items(line.prize_id, card_id), line.prize_id)
            entries += [Entry(cabinet_account(site_id, line.prize_id, card_id), amount), Entry(gone, -amount)]
    return entries
