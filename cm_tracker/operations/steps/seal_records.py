"""Seal records in the log, with which every operation that wrote records ends."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, insert, literal_column, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import LedgerInDoubt
from cm_tracker.domain.ledger.chain import hash_of, leaf_of
from cm_tracker.models import LedgerCheck, LogHead, LogRow
from cm_tracker.models.sealed import body
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.write_trail import keep_head, lock_trail, trail_of
from cm_tracker.prepared import Prepared, run_batch


def seal_records(session: Session, records: Iterable[Record]) -> None:
    """Append the records to the log in this order, each chained to the one before it by its hash.

    Call it last: it locks the head of the log and that of the audit trail until the commit, and every other writer waits for them. Raise
    `LedgerInDoubt` while a verification with findings waits for an admin.
    """
    bodies = [(record.address, body(record.kind, record.row, record.parts)) for record in records]
    if not bodies:
        return
    # Without a line to write, the trail is not needed.
    seq, previous, is_in_doubt = lock_heads(session, with_trail=bool(trail_of(session).lines))
    if is_in_doubt:
        raise LedgerInDoubt
    rows = []
    for address, text in bodies:
        seq += 1
        leaf = leaf_of(text)
        previous = hash_of(seq, previous, leaf)
        rows.append({"seq": seq, "record": address, "body": text, "leaf": leaf, "hash": previous})
    _LINK.enqueue(session, *rows)


def lock_heads(session: Session, *, with_trail: bool = True) -> tuple[int, bytes, bool]:
    """Lock the head of the log and then that of the audit trail. Return size and hash of the log, and its doubt."""
    heads = run_batch(session, {"head": (_HEAD, {}), **(lock_trail(session) if with_trail else {})})
    keep_head(session, heads)
    size, newest, is_in_doubt = heads["head"][0]
    return size, bytes(newest), bool(is_in_doubt)


# Literals, not parameters: with parameters, PostgreSQL plans the statement again for every visit.
_ONE: ColumnElement[int] = literal_column("1")
_NONE: ColumnElement[int] = literal_column("0")
IN_DOUBT = exists().where(table(LedgerCheck).c.findings > _NONE, table(LedgerCheck).c.released_at.is_(None))
_HEAD_COLUMNS = (table(LogHead).c.size, table(LogHead).c.hash, IN_DOUBT.label("in_doubt"))
# Selected by its id: without it, PostgreSQL also reads every old version of the row that is not vacuumed yet.
_HEAD = Prepared(
    select(*_HEAD_COLUMNS).where(table(LogHead).c.id == _ONE).with_for_update(of=table(LogHead)), columns=_HEAD_COLUMNS
)
_LINK = Prepared(insert(table(LogRow)))
