"""Statements by which the database writes the bodies of sealed rows anew, as text, for level 3 of verifying.

No row becomes an object, and no column comes over one by one: a span of rows costs one statement.
A row whose text needs an escape may come out otherwise than its body, and is then looked at closely;
no row comes out the same that is another. The database's own JSON functions write it on SQLite,
which keeps whatever type was put into a column. On PostgreSQL they are slow, and a column holds only
what its type allows, so there the pieces are put together by hand.
"""

from typing import Any

from sqlalchemy import Date, Integer, LargeBinary

from cm_tracker.db import UtcDateTime
from cm_tracker.domain.ledger.chain import VERSION
from cm_tracker.models.sealed import LATER, table_of

IDS = "{ids}"

# What hangs on a row: its name in the body, its table with what its lines take from elsewhere, the
# column that names its row, the text and then the numbers of a line, and what puts lines in order.
_PARTS = {
    "transaction": (
        "entries",
        "entry p JOIN account a ON a.id = p.account_id",
        "transaction_id",
        ("a.key", "p.unit"),
        ("p.amount", "p.visit_id"),
        "p.position",
    ),
    "visit": ("results", "visit_result p", "visit_id", ("p.analyte", "p.result"), (), "p.analyte"),
}


def bodies_of(kind: str, dialect: str) -> str:
    """A statement that answers a record's name and its body for each row.

    `IDS` in it stands for which rows: a condition on an id without the column, such as `BETWEEN 1 AND 9`.
    """
    values = {column.name: column.type for column in table_of(kind).columns if column.name != "record"}
    body, lines = _on_sqlite(kind, values) if dialect == "sqlite" else _on_postgresql(kind, values)
    return f"SELECT '{kind}:' || t.id, {body} FROM {table_of(kind).name} t{lines} WHERE t.id {IDS}"


def _on_sqlite(kind: str, types: dict[str, Any]) -> tuple[str, str]:
    """`json_object` writes a value as its body does, by what is stored; it refuses bytes where none belong."""
    values = {"type": f"'{kind}'", "v": str(VERSION)}
    for name, type_ in types.items():
        values[name] = f"t.{name}"
        if isinstance(type_, UtcDateTime):
            at = f"t.{name}"  # written otherwise than the program writes it, it would sort elsewhere
            instant = f"CASE substr({at}, 11, 1) WHEN ' ' THEN substr({at}, 1, 10) || 'T' || substr({at}, 12) || 'Z' ELSE {at} END"
            values[name] = _if_stored_as("text", at, instant)
        elif isinstance(type_, LargeBinary):
            values[name] = _if_stored_as("blob", f"t.{name}", f"lower(hex(t.{name}))")
    if kind in _PARTS:
        part, table, owner, words, numbers, order = _PARTS[kind]
        columns = [f"{value} AS c{n}" for n, value in enumerate((*words, *numbers))]
        # A subquery that is in order first: an aggregate takes rows as they come.
        ordered = f"SELECT {', '.join(columns)} FROM {table} WHERE p.{owner} = t.id ORDER BY {order}"
        line = ", ".join(f"c{n}" for n in range(len(columns)))
        values[part] = f"(SELECT json_group_array(json_array({line})) FROM ({ordered}))"
    pairs = ", ".join(f"'{name}', {values[name]}" for name in sorted(values))
    body = f"json_object({pairs})"
    for name in LATER.get(kind, ()):  # these signs stand in no text, where quotation marks are escaped
        nothing, instead = (f',"{name}":null}}', "}") if name == max(values) else (f'"{name}":null,', "")
        body = f"replace({body}, '{nothing}', '{instead}')"
    return body, ""


def _if_stored_as(stored: str, name: str, value: str) -> str:
    return f"CASE typeof({name}) WHEN '{stored}' THEN {value} WHEN 'null' THEN NULL ELSE typeof({name}) END"


def _on_postgresql(kind: str, types: dict[str, Any]) -> tuple[str, str]:
    """The pieces of a body one after the other, and the join that brings its parts along."""
    values = {"type": f"'\"{kind}\"'", "v": f"'{VERSION}'"}
    for name, type_ in types.items():
        column = f"t.{name}"
        if isinstance(type_, Integer):
            values[name] = _number(column)
        elif isinstance(type_, UtcDateTime):
            values[name] = _quoted(f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        elif isinstance(type_, Date):
            values[name] = _quoted(f"to_char({column}, 'YYYY-MM-DD')")
        elif isinstance(type_, LargeBinary):
            values[name] = _quoted(f"encode({column}, 'hex')")
        else:
            values[name] = _word(column)
    lines = ""
    if kind in _PARTS:
        part, table, owner, words, numbers, order = _PARTS[kind]
        line = " || ',' || ".join([_word(name) for name in words] + [_number(name) for name in numbers])
        # By the bytes of the text, as Python sorts it: a database has an alphabet of its own.
        order = f'{order} COLLATE "C"' if order in words else order
        values[part] = "'[' || COALESCE(lines.part, '') || ']'"
        lines = (
            f" LEFT JOIN (SELECT p.{owner} AS owner, string_agg('[' || {line} || ']', ',' ORDER BY {order}) AS part"
            f" FROM {table} WHERE p.{owner} {IDS} GROUP BY p.{owner}) AS lines ON lines.owner = t.id"
        )
    names = sorted(values)
    pieces = [f"'\"{name}\":' || {values[name]} || ','" for name in names]
    for name in LATER.get(kind, ()):
        at = names.index(name)
        pieces[at] = f"CASE WHEN t.{name} IS NULL THEN '' ELSE {pieces[at]} END"
    # No value ends with a comma outside its quotation marks: only the last piece's own one goes.
    return f"'{{' || rtrim({' || '.join(pieces)}, ',') || '}}'".replace("' || '", ""), lines


def _number(name: str) -> str:
    return f"COALESCE({name}::text, 'null')"


def _word(name: str) -> str:
    # Escaped as JSON is: text with a quotation mark in it could else pass for two values.
    return _quoted(f"replace(replace({name}, '\\', '\\\\'), '\"', '\\\"')")


def _quoted(value: str) -> str:
    return f"COALESCE('\"' || {value} || '\"', 'null')"
