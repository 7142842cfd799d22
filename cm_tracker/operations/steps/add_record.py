"""Write one row of a sealed table and remember it for the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import of_transaction
from cm_tracker.models.sealed import SEALED, table_of
from cm_tracker.prepared import Batch, Prepared


@dataclass(frozen=True, slots=True)
class Record:
    """A row that the log has to seal: its kind, its columns and its parts (entries, results)."""

    kind: str
    row: dict[str, Any]
    parts: tuple[tuple[Any, ...], ...] = ()

    @property
    def id(self) -> int:
        """The row's id."""
        return int(self.row["id"])

    @property
    def address(self) -> str:
        """Its name in the log, such as `visit:17`."""
        return f"{self.kind}:{self.id}"


def add_record(session: Session, kind: str, /, **values: Any) -> Record:
    """Insert a row of a sealed table and return it; every column but `id` and `record` must be given.

    Where an id was reserved for it, the INSERT is enqueued and nobody waits for it.
    """
    reserved_id = _reserved_ids(session).pop(kind, None)
    if reserved_id is not None:
        _INSERT_WITH_ID[kind].enqueue(session, {"id": reserved_id, **values})
        return Record(kind, {"id": reserved_id, **values})
    row_id = _INSERT[kind](session, values)[0].id
    return Record(kind, {"id": row_id, **values})


def reserve_ids(session: Session) -> Batch:
    """Return a statement that reserves ids for what a visit writes, for a round trip that is made anyway.

    SQLite has no sequences, and an INSERT there costs no round trip: nothing is reserved.
    """
    return {"reserved_ids": (_RESERVE, {})} if session.get_bind().dialect.name == "postgresql" else {}


def keep_reserved_ids(session: Session, rows: Mapping[str, list[Any]]) -> None:
    """Keep the ids that `reserve_ids` reserved for the records of this transaction."""
    for row in rows.get("reserved_ids", ()):
        _reserved_ids(session).update(row._asdict())


def _reserved_ids(session: Session) -> dict[str, int]:
    """Return the ids by kind that this transaction has reserved and not used."""
    return of_transaction(session, "cm_reserved_ids")


# Written once: the ledger's statements are the same for every row.
_INSERT = {
    kind: Prepared(
        insert(of)
        .values({c.name: bindparam(c.name) for c in of.columns if c.name not in ("id", "record")})
        .returning(of.c.id),
        columns=(of.c.id,),
    )
    for kind, of in ((kind, table_of(kind)) for kind in SEALED)
}
_INSERT_WITH_ID = {
    kind: Prepared(insert(of).values({c.name: bindparam(c.name) for c in of.columns if c.name != "record"}))
    for kind, of in ((kind, table_of(kind)) for kind in SEALED)
}
# What a visit writes: its record, and what it pays.
_RESERVED = [
    func.nextval(f"{table_of(kind).name}_id_seq", type_=BigInteger).label(kind) for kind in ("visit", "transaction")
]
_RESERVE = Prepared(select(*_RESERVED), columns=_RESERVED)
