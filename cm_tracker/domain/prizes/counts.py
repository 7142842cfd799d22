"""Counts of the cabinet.

A round begins before anybody counts, and nobody sees what the ledger expects until two people stand behind one
count: a second person found the same in the cabinet, or counted the same. Every count of the round stays. Only then is
a difference shown, explained and booked, and a lead answers for a loss.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cm_tracker.domain.errors import AllRefusals, BadInput, LeadNeeded, SecondPersonNeeded
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
    """Raise a refusal for each prize on the shelf that was not counted, and each number that is out of bounds."""
    refusals = AllRefusals()
    for prize_id in sorted({*shelf, *counted}):
        number = counted.get(prize_id)
        with refusals:
            if number is None or not 0 <= number <= MOST_OF_ONE:
                raise BadInput("Enter how many there are, or 0 for none.", f"prize_{prize_id}")
    refusals.raise_any()


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


def agree(lines: Iterable[CountLine], others: Iterable[CountLine]) -> bool:
    """Return whether two counts found the same.

    Differences are compared, not numbers, because prizes may have been handed out between the two counts.
    """
    differ = [
        {(line.prize_id, line.difference, line.missing_cards) for line in count if line.difference}
        for count in (lines, others)
    ]
    return differ[0] == differ[1]


def lost_cents(lines: Iterable[CountLine], retail: Mapping[int, int]) -> int:
    """Return the retail value of what is missing, in cents. What is extra does not make up for it."""
    return sum(-line.difference * retail.get(line.prize_id, 0) for line in lines if line.difference < 0)


class CountPerson(NamedTuple):
    """Somebody who counted, checked or signs."""

    staff_id: int
    is_lead: bool


def lead_of_loss(
    lines: Iterable[CountLine], lost_cents: int, limit_cents: int, signer: CountPerson, others: Iterable[CountPerson]
) -> int | None:
    """Return the lead who answers for a loss: the signer, or for a small loss one of the `others`, who counted or checked.

    Return None where nothing is missing. Raise `LeadNeeded` where no lead may answer for it.
    """
    if all(line.difference >= 0 for line in lines):
        return None
    may_answer = [signer, *(others if lost_cents <= limit_cents else ())]
    for person in may_answer:
        if person.is_lead:
            return person.staff_id
    raise LeadNeeded(lost_cents=lost_cents, limit_cents=limit_cents)


def shrinkage_entries(site_id: int, lines: list[CountLine]) -> list[Entry]:
    """Return the entries of a signed count: missing items go to shrinkage, found ones come back from it."""
    entries = []
    for line in lines:
        cards: list[tuple[int | None, int]] = [(card_id, -1) for card_id in line.missing_cards]
        for card_id, amount in cards or [(None, line.difference)] if line.difference else ():
            gone = site_account("shrinkage", site_id, items(line.prize_id, card_id), line.prize_id)
            entries += [Entry(cabinet_account(site_id, line.prize_id, card_id), amount), Entry(gone, -amount)]
    return entries
