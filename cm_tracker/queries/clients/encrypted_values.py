"""What is encrypted in the database, as tokens: for the check of the keys at the start, and for `cm-tracker keys`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from cm_tracker.encryption import DataKeys, Unreadable
from cm_tracker.models import ClientToken
from cm_tracker.models.encrypted import EncryptedTable, encrypted_tables

SAMPLES = 3
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class KeyCount:
    """How many values of a table the newest key opens, an older one, and none."""

    table: str
    newest: int
    older: int
    unreadable: int


def encrypted_samples(session: Session) -> tuple[str | bytes, ...]:
    """Return some tokens of each table, the newest first; none in a database that was not updated yet."""
    if not inspect(session.connection()).has_table(ClientToken.__tablename__):
        return ()
    return tuple(
        token
        for of in encrypted_tables().values()
        for row in session.execute(select(*of.tokens()).order_by(of.key.desc()).limit(SAMPLES))
        for token in row
        if token
    )


def encrypted_table_names() -> tuple[str, ...]:
    """Return the names of the tables with encrypted columns."""
    return tuple(encrypted_tables())


def count_by_key(session: Session, keys: DataKeys) -> tuple[KeyCount, ...]:
    """Return for each table which keys its values were encrypted with. It reads all of them."""
    return tuple(_counted(session, keys, name, of) for name, of in encrypted_tables().items())


def _counted(session: Session, keys: DataKeys, name: str, of: EncryptedTable) -> KeyCount:
    counts = {"newest": 0, "older": 0, "unreadable": 0}
    for row in _rows(session, of):
        for token in row[1:]:
            if token:
                counts[_which(keys, token)] += 1
    return KeyCount(name, **counts)


def _which(keys: DataKeys, token: str | bytes) -> str:
    if keys.is_newest(token):
        return "newest"
    try:
        keys.decrypt_bytes(token)
    except Unreadable:
        return "unreadable"
    return "older"


def _rows(session: Session, of: EncryptedTable) -> Iterator[Any]:
    asked, after = select(of.key, *of.tokens()).order_by(of.key).limit(CHUNK), None
    while rows := session.execute(asked if after is None else asked.where(of.key > after)).all():
        yield from rows
        after = rows[-1][0]
