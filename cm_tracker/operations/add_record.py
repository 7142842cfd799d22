"""Write one row of a sealed table and remember it for the log."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert
from sqlalchemy.orm import Session

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
    """Insert a row of a sealed table; every column but `id` and `record` must be given."""
    row_id = _INSERT[kind](session, values)[0].id
    return Record(kind, {"id": row_id, **values})


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
