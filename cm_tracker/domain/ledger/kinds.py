"""The kinds of ledger transactions: what each is called, and what it may move.

This is the only list of them. The ledger's pages take their words from it, `post_transaction` refuses any
other kind, and level 4 of verification checks what is written here. docs/ledger.md says how to add one.
"""

from dataclasses import dataclass

# What only some kinds may move: prizes that are set aside, slips of a draw, points that expired.
SET_ASIDE = "prizes that are set aside"
SLIPS = "slips"
EXPIRED = "expired points"


@dataclass(frozen=True, slots=True)
class TransactionKind:
    """A kind of transaction.

    `label` is the word that people read, and `tag` how a list marks it: "" (not) or "warm". `record` is the kind of
    the sealed record that has to name each such transaction as its own, where there is one. `names_visits` says
    whether each entry has to name the visit that it pays for. `may_move` is what it may move beside points, draws
    and items on a shelf.
    """

    name: str
    label: str
    tag: str = ""
    record: str | None = None
    names_visits: bool = False
    may_move: frozenset[str] = frozenset()


KINDS: dict[str, TransactionKind] = {
    kind.name: kind
    for kind in (
        TransactionKind("award", "Award", names_visits=True),
        TransactionKind("correction", "Correction", tag="warm", names_visits=True),
        TransactionKind("redemption", "Redemption", record="redemption", may_move=frozenset({SET_ASIDE, SLIPS})),
        TransactionKind("undo", "Undo", tag="warm", may_move=frozenset({SET_ASIDE, SLIPS})),
        TransactionKind("adjustment", "Adjustment", tag="warm", record="adjustment"),
        TransactionKind("delivery", "Delivery"),
        TransactionKind("shrinkage", "Shrinkage", tag="warm"),
        TransactionKind("expiry", "Expiry", tag="warm", may_move=frozenset({EXPIRED})),
        TransactionKind("draw", "Draw", record="draw", may_move=frozenset({SLIPS})),
        TransactionKind("handover", "Handover", record="handover", may_move=frozenset({SET_ASIDE})),
        TransactionKind("merge", "Merge", tag="warm", may_move=frozenset({SLIPS})),
        TransactionKind("trade", "Trade", record="trade", may_move=frozenset({SLIPS})),
    )
}


def label_of(name: str) -> str:
    """Return the word that people read for a kind. A kind that nobody knows is shown as it is stored."""
    kind = KINDS.get(name)
    return kind.label if kind else name
