"""Encrypt some rows of a table again, with the newest key: one step of `cm-tracker keys rotate`."""

from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction, without_triggers
from cm_tracker.encryption import DataKeys, Unreadable, keys_of
from cm_tracker.models import Client
from cm_tracker.models.encrypted import encrypted_tables
from cm_tracker.operations.steps.index_name import index_name

BATCH = 500


class Step(NamedTuple):
    """How many values were encrypted again and how many no key opens. `last` is the key of the last row, None at the end."""

    last: Any
    changed: int
    unreadable: int


@one_transaction
def encrypt_again(session: Session, *, table: str, after: Any) -> Step:
    """Encrypt the next rows of a table after a key (None: from the first) again, where an older key was used.

    What they mean stays the same, so nothing is sealed and no line is written; the table's triggers are off meanwhile,
    which only its owner can do. The index of a name gets the newest key, too.
    """
    of, keys = encrypted_tables()[table], keys_of(session.get_bind().dialect)
    with without_triggers(session.connection(), table):
        asked = select(of.key, *of.tokens()).order_by(of.key).limit(BATCH)
        rows = session.execute(asked if after is None else asked.where(of.key > after)).all()
        changed, unreadable = 0, 0
        for row in rows:
            values, failed = _values_of(row, keys)
            unreadable += failed
            if not values:
                continue
            changed += len(values)
            session.execute(update(of.table).where(of.key == row[0]).values(values))
            if table == Client.__tablename__:
                index_name(session, row[0], values["preferred_name"])
    return Step(rows[-1][0] if len(rows) == BATCH else None, changed, unreadable)


def _values_of(row: Any, keys: DataKeys) -> tuple[dict[str, Any], int]:
    """Return the values of a row that an older key opens, by column, and how many no key opens."""
    values: dict[str, Any] = {}
    unreadable = 0
    for name, token in list(row._mapping.items())[1:]:
        if not token or keys.is_newest(token):
            continue
        try:
            values[name] = keys.decrypt_bytes(token) if isinstance(token, bytes) else keys.decrypt(token)
        except Unreadable:
            unreadable += 1
    return values, unreadable
