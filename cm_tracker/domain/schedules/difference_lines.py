"""A difference of two schedules as a line, and the words and amounts of such lines."""

from collections.abc import Iterable
from dataclasses import dataclass

from cm_tracker.domain.money import dollars
from cm_tracker.domain.schedules.schedule import Phase

MORE = "more"
LESS = "less"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule that differs: its step (`The ladder`), a sentence, and what was before and is after.

    `gives` says what the change alone does to a client: more, less, or an empty text where it cannot be said.
    """

    step: str
    says: str
    before: str
    after: str
    gives: str = ""


NAMES = "Name and source"
EVIDENCE = {
    "drug_test": "a drug test",
    "breath_test": "a breath test",
    "attendance": "attendance",
    "activity": "a finished activity",
}
RISES = {"visit": "after each visit that meets the target", "week": "after each full week"}
ON_DILUTE = {
    "hold": "changes nothing",
    "reset": "resets the ladder",
    "reset_if_repeated": "resets the ladder the second time",
}
RESETS = {
    "positive": "a positive test",
    "unexcused": "a missed visit without an excuse",
    "refused": "a refused test",
    "tampered": "a tampered specimen",
}
TAKES_EFFECT = {"next": "from the visit after it on", "same": "with that same visit"}
RESTORE_TO = {"last_paid": "the last value paid", "next_due": "the value that was due next"}
SCOPES = {"award": "for a visit", "month": "in a month", "calendar_year": "in a calendar year", "enrollment": "in all"}
CORRECTIONS = {"keep": "stay with the client", "replay": "are taken back from unspent points"}
CARRY = {True: "goes on from the phase before", False: "starts again"}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a track pays in, and what a point is worth."""

    pays: str
    point_value_cents: int

    def words(self, amount: int) -> str:
        """Return an amount as 12 points, or 3 draws."""
        noun = self.pays.removesuffix("s") if amount == 1 else self.pays
        return f"{amount:,} {noun}"

    def worth(self, amount: int) -> str:
        """Return an amount with its money: 12 points ($3.00). A draw has no fixed worth."""
        if self.pays != "points":
            return self.words(amount)
        return f"{self.words(amount)} ({dollars(amount * self.point_value_cents)})"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 visit, 12 visits."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(words: Iterable[str]) -> str:
    """Return words with commas between them, or none."""
    return ", ".join(words) or NONE


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def weeks_of(phase: Phase) -> str:
    """Return the program weeks of a phase."""
    if phase.first_week == phase.last_week:
        return f"week {phase.first_week}"
    return f"weeks {phase.first_week} to {phase.last_week}"


def gives_more(before: int, after: int) -> str:
    """Return whether a larger number gives a client more."""
    return MORE if after > before else LESS
