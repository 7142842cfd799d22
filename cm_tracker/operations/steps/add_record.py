"""Write one row of a sealed table and remember it for the log."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import of_transaction
from cm_tracker.models.sealed import SEALED, table_of
from cm_tracker.prepared import Prepared


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
    """Insert a row of a sealed table; every column but `id` and `record` must be given.

    Where an id was drawn for it, nobody waits for the row.
    """
    drawn = _drawn(session).pop(kind, None)
    if drawn is not None:
        _INSERT_AS[kind].enqueue(session, {"id": drawn, **values})
        return Record(kind, {"id": drawn, **values})
    row_id = _INSERT[kind](session, values)[0].id
    return Record(kind, {"id": row_id, **values})


def reserve_ids(session: Session) -> list[tuple[Prepared, dict[str, Any]]]:
    """A question that draws ids of records beforehand, for a journey that is made anyway; none on SQLite."""
    return [(_DRAW, {})] if session.get_bind().dialect.name == "postgresql" else []


def keep_reserved_ids(session: Session, answers: list[list[Any]]) -> None:
    """Keep what `reserve_ids` answered for the records of this transaction."""
    for rows in answers:
        _drawn(session).update(rows[0]._asdict())


def _drawn(session: Session) -> dict[str, int]:
    """The ids by kind that this transaction has drawn and not used."""
    return of_transaction(session, "cm_drawn")


# Written once: the ledger's statements are the same for every row.
_INSERT = {
    kind: Prepared(
        insert(of)
        .values({c.name: bindparam(c.name) for c in of.columns if c.name not in ("id", "record")})
        .returning(of.c.id),
        answers=(of.c.id,),
    )
    for kind, of in ((kind, table_of(kind)) for kind in SEALED)
}
_INSERT_AS = {
    kind: Prepared(insert(of).values({c.name: bindparam(c.name) for c in of.columns if c.name != "record"}))
    for kind, of in ((kind, table_of(kind)) for kind in SEALED)
}
# What a visit writes: its record, and what it pays.
_DRAWN = [
    func.nextval(f"{table_of(kind).name}_id_seq", type_=BigInteger).label(kind) for kind in ("visit", "transaction")
]
_DRAW = Prepared(select(*_DRAWN), answers=_DRAWN)
