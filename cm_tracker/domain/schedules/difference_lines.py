"""A difference of two schedules as a line, and the words and amounts of such lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.money import ProgramMoney, money_in
from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.schedule import Ceiling, Phase

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
    "reading": "a reading",
    "hours": "attended hours",
}
RISES = {"visit": "after each visit that meets the target", "week": "after each full week"}
ON_DILUTE = {
    "hold": "changes nothing",
    "reset": "resets the ladder",
    "reset_if_repeated": "resets the ladder the second time",
}
RESETS = {
    "positive": "a positive test",
    "unexcused": "an absence without an excuse",
    "refused": "a refused test",
    "tampered": "a tampered specimen",
}
TAKES_EFFECT = {"next": "from the visit after it on", "same": "with that same visit"}
RESTORE_TO = {"last_paid": "the last value paid", "next_due": "the value that was due next"}
SCOPES = {
    "award": "for a visit",
    "month": "in a month",
    "calendar_year": "in a calendar year",
    "enrollment": "in all",
    "year_from": "in a year from {from_day}",
    "rolling": "in {days}",
    "lifetime": "in all enrollments together",
}
CORRECTIONS = {"keep": "stay with the client", "replay": "are taken back from unspent points"}
CARRY = {True: "goes on from the phase before", False: "starts again"}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a track pays in, and what a point is worth in which currency."""

    pays: str
    money: ProgramMoney

    def words(self, amount: int) -> str:
        """Return an amount as 12 points, or 3 draws."""
        noun = self.pays.removesuffix("s") if amount == 1 else self.pays
        return f"{amount:,} {noun}"

    def worth(self, amount: int) -> str:
        """Return an amount with its money: 12 points ($3.00). A draw has no fixed worth."""
        if self.pays != "points":
            return self.words(amount)
        return f"{self.words(amount)} ({self.in_money(amount)})"

    def in_money(self, points: int) -> str:
        """Return what points are worth."""
        return money_in(points * self.money.point_value_cents, self.money.currency)


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


def amount_line(step: str, begins: str, old: int, new: int, was: Unit, now: Unit) -> Difference:
    """Return the line of an amount: the first met visit pays 12 points instead of 10 ($3.00 instead of $2.50)."""
    gives = gives_more(old, new) if was == now else ""
    if was.pays == now.pays == "points":
        money = f"{now.in_money(new)} instead of {was.in_money(old)}"
        says = f"{begins} {now.words(new)} instead of {old:,} ({money})."
    else:
        says = f"{begins} {now.words(new)} instead of {was.words(old)}."
    return Difference(step, says, was.worth(old), now.worth(new), gives)


def scope_in_words(ceiling: Ceiling) -> str:
    """Return what a ceiling applies to: in a calendar year, in a year from September 30, in 30 days."""
    from_day = ""
    if ceiling.first_day is not None:
        month, day = ceiling.first_day
        from_day = f"{date(2000, month, day):%B} {day}"
    return SCOPES[ceiling.scope].format(from_day=from_day, days=counted(ceiling.days or 0, "day"))


def rule_in_words(rule: ReadingRule | None, unit: Unit) -> str:
    """Return which readings meet a target: 6 ppm or below."""
    if rule is None:
        return NONE
    if rule.scale:
        return listed(f"{step.at_most:,} {rule.unit} or below pays {unit.worth(step.amount)}" for step in rule.scale)
    words = f"{rule.at_most:,} {rule.unit} or below"
    if rule.percentile is not None:
        rank, of_last = ordinal(rule.percentile.rank), counted(rule.percentile.of_last, "reading")
        words += f", or not above the {rank} lowest of the last {of_last}"
    if rule.falls_by_percent is not None:
        words += f", or at least {rule.falls_by_percent} % below the last reading"
    return words


def most_paid_line(before: int | None, after: int | None, of_what: str) -> Iterator[Difference]:
    """Yield the line of a limit on paid visits, where it differs."""
    if before == after:
        return
    old, new = ("no limit" if most is None else counted(most, "visit") for most in (before, after))
    are = "is" if after == 1 else "are"
    if after is None:
        yield Difference("Visits", f"There is no limit of {old} {of_what} any more.", old, new, MORE)
    elif before is None:
        yield Difference("Visits", f"New: at most {new} {of_what} {are} paid.", old, new, LESS)
    else:
        says = f"At most {new} {of_what} {are} paid instead of {before:,}."
        yield Difference("Visits", says, old, new, gives_more(before, after))
