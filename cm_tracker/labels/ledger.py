"""Labels of the ledger: kinds of transactions, decisions about adjustments, results of verifications."""

from cm_tracker.domain.ledger.adjustments import APPROVED
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.domain.schedules.ceilings import ReceivedSum
from cm_tracker.i18n import day, money
from cm_tracker.labels.counting import amount, counted
from cm_tracker.labels.tags import Tag
from cm_tracker.labels.visits import now, within


def kind(word: str) -> Tag:
    """Return the kind of a transaction as a tag; rare kinds have a color. An unknown kind is shown as it is stored."""
    kind = KINDS.get(word)
    return Tag(kind.label, kind.tag) if kind else Tag(word, "")


def decision(word: str | None) -> Tag:
    """Return the decision about an adjustment as a tag, or that it waits for a second lead."""
    if word is None:
        return Tag("Waits for a second lead", "warm")
    return Tag(word.capitalize(), "good" if word == APPROVED else "plain")


def findings(n: int) -> Tag:
    """Return the number of findings of a verification as a tag."""
    return Tag(counted(n, "finding"), "warm") if n else Tag("No findings", "good")


def worth(n: int, unit: str, point_value_cents: int) -> str:
    """Return an amount with what it is worth: 60 points ($15.00). Only points have a value."""
    return f"{amount(n, unit)} ({money(n * point_value_cents)})" if unit == "points" else amount(n, unit)


def received_when(of: ReceivedSum) -> str:
    """Return in which time something was received: This calendar year; Since enrolling on Mar 2, 2026."""
    return f"Since enrolling on {day(of.since)}" if of.since is not None else now(of.ceiling)


def beyond(of: ReceivedSum, cents: int) -> str:
    """Return how far a further amount goes beyond a ceiling."""
    name = within(of.ceiling)
    return (
        f"{money(of.received_cents + cents)} {name} instead of at most {money(of.ceiling_cents or 0)}: "
        f"{money(of.beyond(cents))} of it beyond the ceiling."
    )
