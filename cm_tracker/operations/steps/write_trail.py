"""Write the lines of the audit trail that an operation noted, right before its commit.

Each line has a hash that covers the line before it, so the head of the trail has to be locked. That is the last lock of
all (docs/locking.md). An operation that seals records takes it in the same round trip as the head of the log.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, event, insert, literal_column, select
from sqlalchemy.orm import Session

from cm_tracker.db import canonical_json, of_transaction, table
from cm_tracker.domain.ledger.audit_chain import line_hash
from cm_tracker.models import AuditEvent, AuditHead, StateSalt
from cm_tracker.models.sealed import plain
from cm_tracker.models.watched import WATCHED
from cm_tracker.prepared import Batch, Prepared, run_batch
from cm_tracker.queries.ledger.states import digests_of, ids_by_kind, salts_of


@dataclass(slots=True)
class Trail:
    """What waits for the commit of a transaction, and the head of the trail once it is locked.

    `lines` are the columns of the lines. The last one keeps the states of the watched rows `records`, and `answers`,
    the digests of idempotency keys by their names.
    """

    lines: list[dict[str, Any]] = field(default_factory=list)
    records: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    head: tuple[int, bytes] | None = None


def trail_of(session: Session) -> Trail:
    """Return what waits for the commit of the session's transaction."""
    if not session.in_transaction():
        session.begin()
    kept = of_transaction(session, "cm_trail")
    trail: Trail = kept.setdefault("trail", Trail())
    return trail


def lock_trail(session: Session) -> Batch:
    """Return the statement that locks the head of the trail, for a round trip that is made anyway; then `keep_head`."""
    return {} if trail_of(session).head else {"audit_head": (_HEAD, {})}


def keep_head(session: Session, rows: Mapping[str, list[Any]]) -> None:
    """Take note of the head that `lock_trail` locked."""
    for last_id, newest in rows.get("audit_head", ()):
        trail_of(session).head = (last_id, bytes(newest))


@event.listens_for(Session, "before_commit")
def write_trail(session: Session) -> None:
    """Write the lines that wait, each chained to the one before it. A session calls this before it commits."""
    trail = trail_of(session)
    if not trail.lines:
        assert not trail.records, "a change of a watched row has a line on the trail"
        return
    states = _states(session, trail.records) | trail.answers
    keep_head(session, run_batch(session, lock_trail(session)) if trail.head is None else {})
    assert trail.head is not None, "the trail has a head"
    last_id, newest = trail.head
    rows = []
    for line in trail.lines:
        last_id += 1
        text = canonical_json(states) if states and line is trail.lines[-1] else None
        newest = line_hash(newest, {"id": last_id, **{name: plain(value) for name, value in line.items()}}, text)
        rows.append({**line, "id": last_id, "states": text, "hash": newest})
    _INSERT.enqueue(session, *rows)


def _states(session: Session, records: set[str]) -> dict[str, str | None]:
    """Return the digest of the state of each row, None for a row that is gone."""
    states: dict[str, str | None] = dict.fromkeys(records)
    for kind, ids in ids_by_kind(records).items():
        salts = salts_of(session, kind, ids)
        if WATCHED[kind].has_names:
            missing = {name: secrets.token_bytes(16) for id_ in ids if (name := f"{kind}:{id_}") not in salts}
            if missing:
                session.execute(
                    insert(table(StateSalt)), [{"record": name, "salt": salt} for name, salt in missing.items()]
                )
                salts |= missing
        states |= digests_of(session, kind, ids, salts)
    return states


_AUDIT, _TRAIL = table(AuditEvent), table(AuditHead)
_INSERT = Prepared(insert(_AUDIT).values({c.name: bindparam(c.name) for c in _AUDIT.columns}))
_COLUMNS = (_TRAIL.c.last_id, _TRAIL.c.hash)
_HEAD = Prepared(select(*_COLUMNS).where(_TRAIL.c.id == literal_column("1")).with_for_update(), columns=_COLUMNS)
