"""Labels of the ledger: kinds of transactions, decisions about adjustments, results of verifications."""

from cm_tracker.domain.ledger.adjustments import APPROVED
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.labels.counting import counted
from cm_tracker.labels.tags import Tag


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
    return Tag(counted(n, "finding"), "bad") if n else Tag("No findings", "good")
