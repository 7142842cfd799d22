"""Client records of one person: the main record, and those that were merged into it.

What was recorded for a client stays with the record that it names. Who asks for everything about a person asks for
`records_of` their main record; who has a record and wants the person asks for its `main_of`. Only the main record has
balances, and all records of a person belong to one site.
"""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.models import Client

# In a statement: the record that a row names. Join it, and then `Client` as its main record:
# `.join(Record, Record.id == Visit.client_id).join(Client, Client.id == main_of(Record))`.
Record = aliased(Client, name="record")


def main_of(client: Any = Client) -> ColumnElement[int]:
    """Return the id of a record's main record, as a column of a statement. `client` is `Client` or an alias of it."""
    return func.coalesce(client.merged_into_id, client.id)


def main_id(session: Session, client_id: int) -> int:
    """Return the id of a record's main record: the same id, unless the record was merged into another one."""
    found: int | None = session.execute(select(main_of()).where(Client.id == client_id)).scalar_one_or_none()
    return client_id if found is None else found


def main_id_of(client_id: int) -> ScalarSelect[int]:
    """Return the id of a record's main record as a value in a statement."""
    record = aliased(Client)
    return select(main_of(record)).where(record.id == client_id).scalar_subquery()


def records_of(*main_ids: int) -> Select[int]:
    """Return a statement that selects the ids of main records and of the records that were merged into them."""
    record = aliased(Client)
    return select(record.id).where(or_(record.id.in_(main_ids), record.merged_into_id.in_(main_ids)))


def merged_codes_column() -> ColumnElement[str | None]:
    """Return the codes of the records that were merged into `Client`, as one column; read it with `codes_in`."""
    record = aliased(Client)
    return select(func.aggregate_strings(record.code, " ")).where(record.merged_into_id == Client.id).scalar_subquery()


def codes_in(column: str | None) -> tuple[str, ...]:
    """Return the codes of a `merged_codes_column`, in the order of the alphabet."""
    return tuple(sorted((column or "").split()))
