"""The present states of watched rows, from which the audit trail keeps digests."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.ledger.audit_chain import state_digest
from cm_tracker.models import StateSalt
from cm_tracker.models.sealed import plain
from cm_tracker.models.watched import WATCHED

# How many rows are read at once.
CHUNK = 500


def ids_by_kind(records: Iterable[str]) -> dict[str, list[int]]:
    """Return the ids of records, named such as `prize:5`, by their kind. Names of other kinds are left out."""
    ids: dict[str, set[int]] = {}
    for record in records:
        kind, _, number = record.partition(":")
        if kind in WATCHED:
            ids.setdefault(kind, set()).add(int(number))
    return {kind: sorted(of_kind) for kind, of_kind in ids.items()}


def salts_of(session: Session, kind: str, ids: Iterable[int]) -> dict[str, bytes]:
    """Return the salts of rows by the name of the row; none for a kind without names of people."""
    if not WATCHED[kind].has_names:
        return {}
    names = [f"{kind}:{id_}" for id_ in ids]
    rows = session.execute(select(StateSalt.record, StateSalt.salt).where(StateSalt.record.in_(names)))
    return {record: bytes(salt) for record, salt in rows}


def digests_of(session: Session, kind: str, ids: list[int], salts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the digest of the present state of each of the rows that are there, by the name of the row."""
    watched = WATCHED[kind]
    columns = table(watched.model).columns
    parts: dict[int, list[int]] = {}
    if watched.parts is not None:
        owner = watched.parts.table.columns[watched.parts.owner]
        part = watched.parts.table.columns[watched.parts.column]
        for owner_id, value in session.execute(select(owner, part).where(owner.in_(ids)).order_by(owner, part)):
            parts.setdefault(owner_id, []).append(value)
    digests = {}
    for row in session.execute(select(*(columns[name] for name in watched.columns)).where(columns["id"].in_(ids))):
        state: dict[str, Any] = {name: plain(value) for name, value in row._mapping.items()}
        if watched.parts is not None:
            state[watched.parts.name] = parts.get(row.id, [])
        record = f"{kind}:{row.id}"
        digests[record] = state_digest(record, state, salts.get(record, b""))
    return digests


def all_ids(session: Session, kind: str) -> Iterator[list[int]]:
    """Return the ids of all rows of a kind in chunks."""
    of, after = table(WATCHED[kind].model).columns["id"], None
    while True:
        asked = select(of).order_by(of).limit(CHUNK)
        ids = list(session.execute(asked if after is None else asked.where(of > after)).scalars())
        if not ids:
            return
        yield ids
        after = ids[-1]
