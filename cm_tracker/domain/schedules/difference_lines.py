"""A difference of two schedules as a line, and the words and amounts of such lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cm_tracker.domain.money import ProgramMoney, money_in
from cm_tracker.domain.phrases import Ordinal, Phrase, joined, phrase, phrases
from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.schedule import Ceiling, Phase

MORE = "more"
LESS = "less"
NONE = phrase("none")


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


NO_LIMIT = phrase("no limit")
NAMES = phrase("Name and source")
EVIDENCE = {
    "drug_test": phrase("a drug test"),
    "breath_test": phrase("a breath test"),
    "attendance": phrase("attendance"),
    "activity": phrase("a finished activity"),
    "reading": phrase("a reading"),
    "hours": phrase("attended hours"),
}
PAYS = {"points": phrase("points"), "draws": phrase("draws")}
RISES = {"visit": phrase("after each visit that meets the target"), "week": phrase("after each full week")}
ON_DILUTE = {
    "hold": phrase("changes nothing"),
    "reset": phrase("resets the ladder"),
    "reset_if_repeated": phrase("resets the ladder the second time"),
}
RESETS = {
    "positive": phrase("a positive test"),
    "unexcused": phrase("an absence without an excuse"),
    "refused": phrase("a refused test"),
    "tampered": phrase("a tampered specimen"),
}
TAKES_EFFECT = {"next": phrase("from the visit after it on"), "same": phrase("with that same visit")}
RESTORE_TO = {"last_paid": phrase("the last value paid"), "next_due": phrase("the value that was due next")}
SCOPES = {
    "award": phrase("for a visit"),
    "month": phrase("in a month"),
    "calendar_year": phrase("in a calendar year"),
    "enrollment": phrase("in all"),
    "lifetime": phrase("in all enrollments together"),
}
MONTHS = (
    phrase("January"),
    phrase("February"),
    phrase("March"),
    phrase("April"),
    phrase("May"),
    phrase("June"),
    phrase("July"),
    phrase("August"),
    phrase("September"),
    phrase("October"),
    phrase("November"),
    phrase("December"),
)
CORRECTIONS = {"keep": phrase("stay with the client"), "replay": phrase("are taken back from unspent points")}
CARRY = {True: phrase("goes on from the phase before"), False: phrase("starts again")}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a track pays in, and what a point is worth in which currency."""

    pays: str
    money: ProgramMoney

    def words(self, amount: int) -> str:
        """Return an amount as 12 points, or 3 draws."""
        if self.pays == "points":
            return phrases("%(n)s point", "%(n)s points", amount)
        return phrases("%(n)s draw", "%(n)s draws", amount)

    def worth(self, amount: int) -> str:
        """Return an amount with its money: 12 points ($3.00). A draw has no fixed worth."""
        if self.pays != "points":
            return self.words(amount)
        return phrase("%(amount)s (%(money)s)", amount=self.words(amount), money=self.in_money(amount))

    def in_money(self, points: int) -> str:
        """Return what points are worth."""
        return money_in(points * self.money.point_value_cents, self.money.currency)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 visit, 12 visits."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(words: Iterable[str]) -> str:
    """Return words with commas between them, or none."""
    return joined(words) or NONE


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def weeks_of(phase: Phase) -> str:
    """Return the program weeks of a phase."""
    if phase.first_week == phase.last_week:
        return phrase("week %(n)s", n=phase.first_week)
    return phrase("weeks %(first)s to %(last)s", first=phase.first_week, last=phase.last_week)


def visits_in_words(number: int) -> Phrase:
    """Return a number of visits."""
    return phrases("%(n)s visit", "%(n)s visits", number)


def hours_in_words(number: int | None) -> Phrase:
    """Return a number of hours, or none."""
    return NONE if number is None else phrases("%(n)s hour", "%(n)s hours", number)


def gives_more(before: int, after: int) -> str:
    """Return whether a larger number gives a client more."""
    return MORE if after > before else LESS


def change_of(old: int, new: int, was: Unit, now: Unit) -> Phrase:
    """Return how an amount changes: 12 points instead of 10 ($3.00 instead of $2.50)."""
    if was.pays == now.pays == "points":
        return phrase(
            "%(now)s instead of %(was)s (%(new_money)s instead of %(old_money)s)",
            now=now.words(new),
            was=old,
            new_money=now.in_money(new),
            old_money=was.in_money(old),
        )
    return phrase("%(now)s instead of %(was)s", now=now.words(new), was=was.words(old))


def amount_line(step: str, says: str, old: int, new: int, was: Unit, now: Unit) -> Difference:
    """Return the line of an amount. `says` has its `change_of`."""
    gives = gives_more(old, new) if was == now else ""
    return Difference(step, says, was.worth(old), now.worth(new), gives)


def scope_in_words(ceiling: Ceiling) -> str:
    """Return what a ceiling applies to: in a calendar year, in a year from September 30, in 30 days."""
    if ceiling.first_day is not None:
        month, day = ceiling.first_day
        return phrase("in a year from %(month)s %(day)s", month=MONTHS[month - 1], day=day)
    if ceiling.days is not None:
        return phrases("in %(n)s day", "in %(n)s days", ceiling.days)
    return SCOPES[ceiling.scope]


def rule_in_words(rule: ReadingRule | None, unit: Unit) -> str:
    """Return which readings meet a target: 6 ppm or below."""
    if rule is None:
        return NONE
    if rule.scale:
        return listed(
            phrase(
                "%(most)s %(unit)s or below pays %(amount)s",
                most=step.at_most,
                unit=rule.unit,
                amount=unit.worth(step.amount),
            )
            for step in rule.scale
        )
    words = [phrase("%(most)s %(unit)s or below", most=rule.at_most, unit=rule.unit)]
    if rule.percentile is not None:
        words.append(
            phrases(
                "or not above the %(rank)s lowest of the last %(n)s reading",
                "or not above the %(rank)s lowest of the last %(n)s readings",
                rule.percentile.of_last,
                rank=Ordinal(rule.percentile.rank),
            )
        )
    if rule.falls_by_percent is not None:
        words.append(phrase("or at least %(percent)s %% below the last reading", percent=rule.falls_by_percent))
    return joined(words)


def most_paid_line(before: int | None, after: int | None, of_what: str) -> Iterator[Difference]:
    """Yield the line of a limit on paid visits, where it differs."""
    if before == after:
        return
    old, new = (NO_LIMIT if most is None else visits_in_words(most) for most in (before, after))
    step = phrase("Visits")
    if after is None:
        says = phrase("There is no limit of %(visits)s %(of_what)s any more.", visits=old, of_what=of_what)
        yield Difference(step, says, old, new, MORE)
    elif before is None:
        says = phrases(
            "New: at most %(n)s visit %(of_what)s is paid.",
            "New: at most %(n)s visits %(of_what)s are paid.",
            after,
            of_what=of_what,
        )
        yield Difference(step, says, old, new, LESS)
    else:
        says = phrases(
            "At most %(n)s visit %(of_what)s is paid instead of %(before)s.",
            "At most %(n)s visits %(of_what)s are paid instead of %(before)s.",
            after,
            of_what=of_what,
            before=before,
        )
        yield Difference(step, says, old, new, gives_more(before, after))
