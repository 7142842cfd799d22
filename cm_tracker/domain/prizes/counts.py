"""Counting the cabinet: blind, by item, and signed by a second person before anything is booked."""

from collections.abc import Mapping
from typing import NamedTuple

from cm_tracker.domain.errors import BadInput, SecondPersonNeeded
from cm_tracker.domain.ledger.accounts import Entry, cabinet_account, items, site_account

MOST_OF_ONE = 100_000


class CountLine(NamedTuple):
    """One prize: how many were counted, and how many the ledger held at that moment.

    Of cards with numbers of their own, `missing_cards` are the ids of those that nobody saw.
    """

    prize_id: int
    counted: int
    expected: int
    missing_cards: tuple[int, ...] = ()

    @property
    def difference(self) -> int:
        """What is there beyond the ledger; negative for what is missing."""
        return self.counted - self.expected

    def plain(self) -> list[object]:
        """As the count's record keeps it; the cards are there only where some are missing."""
        line: list[object] = [self.prize_id, self.counted, self.expected]
        return [*line, list(self.missing_cards)] if self.missing_cards else line


def check_counted(counted: Mapping[int, int | None], shelf: Mapping[int, int]) -> None:
    """Raise `BadInput` where something on the shelf was not counted, or a number cannot be one."""
    for prize_id in sorted({*shelf, *counted}):
        number = counted.get(prize_id)
        if number is None or not 0 <= number <= MOST_OF_ONE:
            raise BadInput("Enter how many there are, 0 where there are none.", f"prize_{prize_id}")


def count_lines(
    counted: Mapping[int, int], shelf: Mapping[int, int], missing: Mapping[int, tuple[int, ...]]
) -> list[CountLine]:
    """The lines of a count, by prize; `missing` are the ids of cards that nobody saw."""
    return [
        CountLine(prize_id, counted[prize_id], shelf.get(prize_id, 0), missing.get(prize_id, ()))
        for prize_id in sorted(counted)
    ]


def check_signer(counted_by: int | None, signed_by: int | None) -> None:
    """Raise `SecondPersonNeeded` for whoever counted."""
    if signed_by is None or signed_by == counted_by:
        raise SecondPersonNeeded


def shrinkage_entries(site_id: int, lines: list[CountLine]) -> list[Entry]:
    """What a signed count moves: what is missing to shrinkage, and what was found back from it."""
    entries = []
    for line in lines:
        cards: list[tuple[int | None, int]] = [(card_id, -1) for card_id in line.missing_cards]
        for card_id, amount in cards or [(None, line.difference)] if line.difference else ():
            gone = site_account("shrinkage", site_id, items(line.prize_id, card_id), line.prize_id)
            entries += [Entry(cabinet_account(site_id, line.prize_id, card_id), amount), Entry(gone, -amount)]
    return entries
