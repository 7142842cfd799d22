"""Statements that are compiled once: for the few that every visit runs.

Building, caching and unpacking a statement costs SQLAlchemy several times what the database needs to
answer it. A `Prepared` keeps the text and the converters of its columns for each kind of database and
hands the text to the driver; errors, transactions and events stay SQLAlchemy's.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable

Converter = Callable[[Any], Any]


class _Compiled(NamedTuple):
    text: str
    is_positional: bool
    # Each value that the statement asks for: its name, what it is when nobody gives it, and how it is written.
    binds: tuple[tuple[str, Any, Converter | None], ...]
    # How a row is read, by column, and what it is called; no row for a statement that answers none.
    converters: tuple[tuple[int, Converter], ...]
    row: Any


class Prepared:
    """A statement with fixed columns and named values. No list of values may be among them."""

    def __init__(self, statement: Executable, *, answers: Sequence[Any] = ()) -> None:
        """`answers` are the columns of a statement that returns rows."""
        self.statement = statement
        self.answers = tuple(answers)
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Run it in the session's transaction. Answers its rows, by name."""
        connection = session.connection()
        compiled = self._for(connection.dialect)
        result = connection.exec_driver_sql(compiled.text, self._written(compiled, values))
        if compiled.row is None:
            return []
        rows = result.fetchall()
        if not compiled.converters:
            return [compiled.row._make(row) for row in rows]
        found = []
        for row in rows:
            cells = list(row)
            for at, convert in compiled.converters:
                cells[at] = convert(cells[at])
            found.append(compiled.row._make(cells))
        return found

    def many(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each row of values."""
        connection = session.connection()
        compiled = self._for(connection.dialect)
        connection.exec_driver_sql(compiled.text, [self._written(compiled, values) for values in rows])

    def _written(self, compiled: _Compiled, values: Mapping[str, Any]) -> Any:
        written = [
            (name, convert(values.get(name, default)) if convert else values.get(name, default))
            for name, default, convert in compiled.binds
        ]
        return tuple(value for _, value in written) if compiled.is_positional else dict(written)

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: Any = self.statement.compile(dialect=dialect)  # type: ignore[attr-defined]  (every statement has it)
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        binds = tuple(
            (
                compiled.bind_names[compiled.binds[name]],
                compiled.binds[name].value,
                compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect),
            )
            for name in names
        )
        processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in self.answers]
        return _Compiled(
            text=compiled.string,
            is_positional=compiled.positional,
            binds=binds,
            converters=tuple((at, convert) for at, convert in enumerate(processors) if convert is not None),
            row=namedtuple("Row", [column.key for column in self.answers]) if self.answers else None,
        )
