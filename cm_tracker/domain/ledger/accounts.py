"""Accounts, and the entries that move quantities between them.

Points, draws and the items in the cabinet move between accounts in transactions that sum to zero
in every unit.
"""

from collections.abc import Iterable
from typing import NamedTuple

# Kinds of accounts that keep a balance, which may never be below zero; and those outside the program, which keep none.
GUARDED = ("client", "held", "cabinet")
OUTSIDE = ("issued", "spent", "expired", "program_loss", "supplier", "given", "shrinkage")
# The unit of a gift card, before its id. Each card is counted by itself.
CARD = "card/"


class Account(NamedTuple):
    """An account: its kind, the unit that it counts, and whose it is. `key` is its name everywhere."""

    kind: str
    unit: str
    client_id: int | None = None
    site_id: int | None = None
    prize_id: int | None = None

    @property
    def key(self) -> str:
        """Its name, such as `client:7:points`, `cabinet:2:items/5` or `issued:2:points`."""
        owner = self.client_id if self.client_id is not None else self.site_id
        return f"{self.kind}:{owner}:{self.unit}"

    @property
    def is_guarded(self) -> bool:
        """Whether the account keeps a balance, which may never be below zero."""
        return self.kind in GUARDED


def client_account(client_id: int, unit: str) -> Account:
    """Return the account of what a client may spend or use, such as points, draws or slips."""
    return Account("client", unit, client_id=client_id)


def site_account(kind: str, site_id: int, unit: str, prize_id: int | None = None) -> Account:
    """Return one of a site's accounts outside the program, such as `issued` or `spent`. One of items names its prize."""
    return Account(kind, unit, site_id=site_id, prize_id=prize_id)


def items(prize_id: int, card_id: int | None = None) -> str:
    """Return the unit of a prize's items, or of one gift card, of which there is only one."""
    return f"items/{prize_id}" if card_id is None else f"{CARD}{card_id}"


def cabinet_account(site_id: int, prize_id: int, card_id: int | None = None) -> Account:
    """Return the account of the items of a prize on a site's shelf, or of one gift card there."""
    return Account("cabinet", items(prize_id, card_id), site_id=site_id, prize_id=prize_id)


def held_account(client_id: int, prize_id: int, card_id: int | None = None) -> Account:
    """Return the account of the items of a prize that are set aside for a client, or of one gift card."""
    return Account("held", items(prize_id, card_id), client_id=client_id, prize_id=prize_id)


class Entry(NamedTuple):
    """An amount (never zero) into an account, or out of it when negative. `visit_id` is the visit that it pays for."""

    account: Account
    amount: int
    visit_id: int | None = None


def is_balanced(entries: Iterable[Entry]) -> bool:
    """Return whether there are at least two entries, none of them zero, and each unit sums to zero."""
    sums: dict[str, int] = {}
    for entry in entries:
        if entry.amount == 0:
            return False
        sums[entry.account.unit] = sums.get(entry.account.unit, 0) + entry.amount
    # One entry alone is never zero, so a unit that sums to zero has two.
    return bool(sums) and not any(sums.values())
