"""Return the ledger: kinds of transactions, decisions about adjustments, results of verifications."""

from cm_tracker.domain.ledger.adjustments import APPROVED
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.labels.counting import counted
from cm_tracker.labels.tags import Tag


def kind(word: str) -> Tag:
    """Return the kind of a transaction; a rare one stands out. An unknown kind is shown as it is stored."""
    kind = KINDS.get(word)
    return Tag(kind.label, kind.tag) if kind else Tag(word, "")


def decision(word: str | None) -> Tag:
    """Return what was decided about an adjustment; approved is green, and what still waits stands out."""
    if word is None:
        return Tag("Waits for a second lead", "warm")
    return Tag(word.capitalize(), "good" if word == APPROVED else "plain")


def findings(n: int) -> Tag:
    """Return the result of a verification."""
    return Tag(counted(n, "finding"), "bad") if n else Tag("No findings", "good")
