"""The arithmetic of the ledger: accounts, the hash chain, and what a settlement posts.

Points, draws and the items in the cabinet move between accounts in transactions that sum to zero
in every unit. Every transaction and every record that decides a count is written as one canonical
body of bytes, and the bodies are chained by hashes, so that what was once written cannot be changed
without a trace. The bytes are stored and the bytes are hashed: no library and no column type can
alter them afterwards.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

VERSION = 1
GENESIS = bytes(32)
_DOMAIN = b"cm-ledger/1\x00"

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


# -- the chain --------------------------------------------------------------------------------------


def canonical_body(record: Mapping[str, object]) -> bytes:
    """The body of a record: JSON, keys sorted, no spaces, ASCII, whole numbers only.

    Raises `TypeError` for anything that JSON does not know, and for floats.
    """
    _refuse_floats(record)
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a body holds whole numbers only")
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def leaf_of(body: bytes) -> bytes:
    """SHA-256(0x00 || body): the leaf of RFC 6962, so that standard tools apply."""
    return hashlib.sha256(b"\x00" + body).digest()


def hash_of(seq: int, previous: bytes, leaf: bytes) -> bytes:
    """SHA-256("cm-ledger/1" || 0x00 || seq as 8 bytes || previous hash || leaf)."""
    return hashlib.sha256(_DOMAIN + seq.to_bytes(8, "big") + previous + leaf).digest()


def note_digest(salt: bytes, text: str) -> bytes:
    """SHA-256(salt, text): what a body holds in place of free text, which may have to be erased."""
    return hashlib.sha256(salt + text.encode("utf-8")).digest()


# -- settling ---------------------------------------------------------------------------------------


class Paid(NamedTuple):
    """What the ledger says of one visit: `issued` against the schedule, `received` by the client.

    The difference, `received - issued`, is what an earlier correction booked as the program's loss.
    """

    issued: int = 0
    received: int = 0


def settlement(
    owed: Mapping[int, int],
    paid: Mapping[int, Paid],
    *,
    client: Account,
    issued: Account,
    program_loss: Account,
    balance: int,
    takes_back: bool,
    at_most: Mapping[int, int] | None = None,
) -> tuple[Entry, ...]:
    """The entries that bring what was paid for each visit to what the schedule owes, in visit order.

    `owed` and `paid` are by visit id, in the unit of `client`; `balance` is what the client has not
    spent. After it, what is issued for each visit is exactly what is owed. Owed amounts are paid at
    once. An overpayment is kept by the client and becomes the program's loss, or, where
    `takes_back`, is taken back as far as the balance reaches, and for each visit no more than
    `at_most` says (by visit id; without it, everything). Run again it posts nothing.
    """
    entries: list[Entry] = []
    for visit_id in sorted({*owed, *paid}):
        due = owed.get(visit_id, 0)
        was = paid.get(visit_id, Paid())
        lost = was.received - was.issued
        if due == was.issued:
            continue
        to_client = max(due - was.received, 0)
        if takes_back and due < was.issued:
            excess = was.issued - due
            to_client = -min(excess if at_most is None else min(excess, at_most.get(visit_id, 0)), balance)
        balance += to_client
        to_issued = was.issued - due
        to_loss = lost - (was.received + to_client - due)
        for account, amount in ((issued, to_issued), (client, to_client), (program_loss, to_loss)):
            if amount:
                entries.append(Entry(account, amount, visit_id))
    return tuple(entries)
