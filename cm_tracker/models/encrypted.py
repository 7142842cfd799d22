"""The tables with encrypted columns, as `cm-tracker keys` walks through them. A new column needs no line here."""

from typing import Any, NamedTuple

from sqlalchemy import Column, LargeBinary, Table, Text, type_coerce

from cm_tracker.db import Base
from cm_tracker.encryption import Encrypted, EncryptedBytes


class EncryptedTable(NamedTuple):
    """A table, the column that is its key, and the encrypted columns."""

    table: Table
    key: Column[Any]
    columns: tuple[Column[Any], ...]

    def tokens(self) -> list[Any]:
        """Return the encrypted columns as a statement selects them to read their tokens and not their texts."""
        return [
            type_coerce(column, LargeBinary if isinstance(column.type, EncryptedBytes) else Text).label(column.name)
            for column in self.columns
        ]


def encrypted_tables() -> dict[str, EncryptedTable]:
    """Return the tables with encrypted columns by name. All models have been imported."""
    found = {}
    for name, table in sorted(Base.metadata.tables.items()):
        columns = tuple(c for c in table.columns if isinstance(c.type, Encrypted | EncryptedBytes))
        if columns:
            (key,) = table.primary_key.columns
            found[name] = EncryptedTable(table, key, columns)
    return found
