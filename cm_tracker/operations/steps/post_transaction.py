"""Move quantities between accounts: the only code that writes entries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.db import of_transaction, table
from cm_tracker.domain.ledger.accounts import Account, Entry, is_balanced
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, EntryRow
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.lock_client import LOCKED_CLIENTS
from cm_tracker.prepared import Prepared

# How many accounts one statement names: a database nests only so many conditions.
MOST_AT_ONCE = 100


def lock_balances(session: Session, accounts: Iterable[Account]) -> dict[str, int]:
    """Lock the guarded ones among `accounts` and return their balances by key. Make an account that does not exist yet.

    Two writers never wait for each other, because all writers lock in one order (`docs/locking.md`): first the
    client's row, then accounts. A client's own accounts may be locked at any time after that row. Clients share the
    shelves: lock all shelves in one call, or in a later call only shelves with higher ids than those locked before.
    """
    names = {account.key: account for account in accounts if account.is_guarded}
    rows = _lock(session, names)
    _check_order(session, names, rows)
    remember_accounts(session, rows)
    return {row.key: row.balance or 0 for row in rows}


def _lock(session: Session, names: Mapping[str, Account]) -> list[Any]:
    if len(names) <= MOST_AT_ONCE:
        rows = _locking(len(names))(session, _numbered(names))
        if len(rows) == len(names):
            return rows
    ids = _make_missing(session, names)
    keys = sorted(ids, key=lambda key: ids[key])
    return [row for part in _parts(keys) for row in _locking(len(part))(session, _numbered(part))]


def _check_order(session: Session, names: Mapping[str, Account], rows: Iterable[Any]) -> None:
    """Stop an operation that locks in another order than the others: it and another one could wait for each other."""
    clients = of_transaction(session, LOCKED_CLIENTS)
    locked = of_transaction(session, "cm_locked_shelves")
    highest = max(locked.values(), default=0)
    for row in rows:
        account = names[row.key]
        if account.client_id is not None:
            assert str(account.client_id) in clients, f"{row.key} is locked before its client's row"
        elif row.key not in locked:
            assert row.id > highest, f"{row.key} is locked after a shelf with a higher id"
            locked[row.key] = row.id


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at : at + MOST_AT_ONCE] for at in range(0, len(keys), MOST_AT_ONCE))


_ACCOUNT = table(AccountRow)


@cache
def _locking(count: int) -> Prepared:
    columns = (_ACCOUNT.c.key, _ACCOUNT.c.id, _ACCOUNT.c.balance)
    wanted = select(*columns).where(_one_of(count)).order_by(_ACCOUNT.c.id)
    return Prepared(wanted.with_for_update(key_share=True), columns=columns)


@cache
def _identifying(count: int) -> Prepared:
    columns = (_ACCOUNT.c.key, _ACCOUNT.c.id)
    return Prepared(select(*columns).where(_one_of(count)), columns=columns)


def _one_of(count: int) -> ColumnElement[bool]:
    # A prepared statement takes no list as a parameter. There are seldom more than a handful of accounts.
    return or_(false(), *(_ACCOUNT.c.key == bindparam(f"key{n}") for n in range(count)))


def _numbered(keys: Iterable[str]) -> dict[str, str]:
    return {f"key{n}": key for n, key in enumerate(keys)}


_ENTRY = Prepared(
    insert(table(EntryRow)).values({c.name: bindparam(c.name) for c in table(EntryRow).columns if c.name != "id"})
)


def remember_accounts(session: Session, rows: Iterable[Any]) -> None:
    """Remember the ids of accounts that were read (`rows` have `key` and `id`): this transaction need not read them again."""
    _known_ids(session).update({row.key: row.id for row in rows})


def _known_ids(session: Session) -> dict[str, int]:
    """Return the ids, by key, of the accounts that this transaction has read."""
    return of_transaction(session, "cm_accounts")


def post_transaction(
    session: Session,
    kind: str,
    entries: Iterable[Entry],
    *,
    site_id: int,
    client_id: int | None,
    actor: Actor,
    now: datetime,
    note_digest: bytes | None = None,
    undoes_id: int | None = None,
    because: str | None = None,
) -> Record:
    """Write a transaction with its entries and return its record. The caller seals it.

    `because` names the record that is the reason for the transaction, such as `visit:17`. Raise `ValueError` for
    an unknown kind and for entries that do not sum to zero in every unit: those are faults of the program.
    """
    lines = tuple(entries)
    if kind not in KINDS:
        raise ValueError(f"{kind} is not in domain.ledger.kinds")
    if not is_balanced(lines):
        raise ValueError("a transaction sums to zero in every unit")
    names = {line.account.key: line.account for line in lines}
    ids = _make_missing(session, names)
    record = add_record(
        session,
        "transaction",
        kind=kind,
        site_id=site_id,
        client_id=client_id,
        undoes_id=undoes_id,
        because=because,
        note_digest=note_digest,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    _ENTRY.enqueue(
        session,
        *(
            {
                "transaction_id": record.id,
                "position": position,
                "account_id": ids[line.account.key],
                "unit": line.account.unit,
                "amount": line.amount,
                "visit_id": line.visit_id,
            }
            for position, line in enumerate(lines, 1)
        ),
    )
    parts = tuple((line.account.key, line.account.unit, line.amount, line.visit_id) for line in lines)
    return Record(record.kind, record.row, parts)


def mirrored(session: Session, transaction_id: int) -> list[Entry]:
    """Return the entries of a transaction with the opposite signs, for its undo."""
    rows = session.execute(
        select(
            AccountRow.kind,
            AccountRow.unit,
            AccountRow.client_id,
            AccountRow.site_id,
            AccountRow.prize_id,
            EntryRow.amount,
            EntryRow.visit_id,
        )
        .join(EntryRow, EntryRow.account_id == AccountRow.id)
        .where(EntryRow.transaction_id == transaction_id)
        .order_by(EntryRow.position)
    )
    return [Entry(Account(*row[:5]), -row.amount, row.visit_id) for row in rows]


def _make_missing(session: Session, names: Mapping[str, Account]) -> dict[str, int]:
    """Return the ids of accounts by key. Make the accounts that do not exist."""
    ids = _ids(session, names)
    # Sorted, so that all writers make accounts in one order: an INSERT waits for another writer's INSERT of the same key.
    missing = [names[key] for key in sorted(names) if key not in ids]
    if missing:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(
            dialect.insert(table(AccountRow)).on_conflict_do_nothing(index_elements=["key"]),
            [
                {
                    "key": name.key,
                    "kind": name.kind,
                    "unit": name.unit,
                    "client_id": name.client_id,
                    "site_id": name.site_id,
                    "prize_id": name.prize_id,
                    "balance": 0 if name.is_guarded else None,
                }
                for name in missing
            ],
        )
        ids = _ids(session, names)
    return ids


def _ids(session: Session, names: Mapping[str, Account]) -> dict[str, int]:
    known = _known_ids(session)
    wanted = [key for key in names if key not in known]
    if wanted:
        for part in _parts(wanted):
            remember_accounts(session, _identifying(len(part))(session, _numbered(part)))
    return {key: known[key] for key in names if key in known}
