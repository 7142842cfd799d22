"""Accounts, and the entries that move quantities between them.

Points, draws and the items in the cabinet move between accounts in transactions that sum to zero
in every unit.
"""

from collections.abc import Iterable
from typing import NamedTuple

# Kinds of accounts that keep a balance and may never fall below zero, and those of a site's outside.
GUARDED = ("client", "held", "cabinet")
OUTSIDE = ("issued", "spent", "expired", "program_loss", "supplier", "given", "shrinkage")


# Units: a card with a number of its own is one, before its id.
CARD = "card/"


class Account(NamedTuple):
    """An account by what it is; `key` is its one name everywhere."""

    kind: str
    unit: str
    client_id: int | None = None
    site_id: int | None = None
    prize_id: int | None = None

    @property
    def key(self) -> str:
        """For example `client:7:points`, `cabinet:2:items/5`, `issued:2:points`."""
        owner = self.client_id if self.client_id is not None else self.site_id
        return f"{self.kind}:{owner}:{self.unit}"

    @property
    def is_guarded(self) -> bool:
        """Whether the account keeps a balance that may never fall below zero."""
        return self.kind in GUARDED


def client_account(client_id: int, unit: str) -> Account:
    """What a client has to spend (points) or to draw (draws)."""
    return Account("client", unit, client_id=client_id)


def site_account(kind: str, site_id: int, unit: str, prize_id: int | None = None) -> Account:
    """One of a site's outside accounts, such as `issued` or `spent`; one of items names its prize."""
    return Account(kind, unit, site_id=site_id, prize_id=prize_id)


def items(prize_id: int, card_id: int | None = None) -> str:
    """The unit in which a prize is counted; a card with a number of its own is a unit of its own, of which there is one."""
    return f"items/{prize_id}" if card_id is None else f"{CARD}{card_id}"


def cabinet_account(site_id: int, prize_id: int, card_id: int | None = None) -> Account:
    """The items of one prize on a site's shelf, or one card there."""
    return Account("cabinet", items(prize_id, card_id), site_id=site_id, prize_id=prize_id)


def held_account(client_id: int, prize_id: int, card_id: int | None = None) -> Account:
    """The items of one prize that are set aside for a client, or one card."""
    return Account("held", items(prize_id, card_id), client_id=client_id, prize_id=prize_id)


class Entry(NamedTuple):
    """`amount` (never zero) into an account, or out of it when negative; `visit_id` is what it pays for."""

    account: Account
    amount: int
    visit_id: int | None = None


def is_balanced(entries: Iterable[Entry]) -> bool:
    """Whether there are at least two entries, none of zero, and every unit sums to zero."""
    sums: dict[str, int] = {}
    count = 0
    for entry in entries:
        if entry.amount == 0:
            return False
        count += 1
        sums[entry.account.unit] = sums.get(entry.account.unit, 0) + entry.amount
    return count >= 2 and not any(sums.values())
