"""Statements by which the database writes the bodies of sealed rows again as text, for level 3.

One statement writes a span of rows, and no row becomes an object. Which columns a body holds is decided in
`models.sealed`, as for the bodies that are sealed. Text that JSON escapes may come out in another way than
in the body; such a row is then compared in Python. Two different rows never come out alike. On SQLite,
which keeps whatever type somebody writes into a column, the JSON functions of the database write the text.
On PostgreSQL they are slow, and a column holds only what its type allows, so there the statement puts the
pieces together.
"""

from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, LargeBinary

from cm_tracker.db import UtcDateTime
from cm_tracker.domain.ledger.chain import VERSION
from cm_tracker.models.sealed import COLUMNS, LEFT_OUT_IF_EMPTY, PARTS, table_of

IDS = "{ids}"


class _PartLines(NamedTuple):
    """How the parts of a record are read: what to select from, a line's text and then its numbers, and the order."""

    source: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    order: str


_LINES = {
    "transaction": _PartLines(
        source="entry p JOIN account a ON a.id = p.account_id",
        words=("a.key", "p.unit"),
        numbers=("p.amount", "p.visit_id"),
        order="p.position",
    ),
    "visit": _PartLines(source="visit_result p", words=("p.analyte", "p.result"), numbers=(), order="p.analyte"),
}


def bodies_of(kind: str, dialect: str) -> str:
    """Return the statement that selects the name in the log and the body of each row of a kind.

    `IDS` in it has to be replaced by a condition on ids without the column, such as `BETWEEN 1 AND 9`.
    """
    columns = table_of(kind).columns
    types = {name: columns[name].type for name in COLUMNS[kind]}
    body, lines = _on_sqlite(kind, types) if dialect == "sqlite" else _on_postgresql(kind, types)
    return f"SELECT '{kind}:' || t.id, {body} FROM {table_of(kind).name} t{lines} WHERE t.id {IDS}"


def _on_sqlite(kind: str, types: dict[str, Any]) -> tuple[str, str]:
    """Return the expression of a body, which needs no join.

    `json_object` writes a value as a body holds it, by the type that is stored. It fails for a BLOB.
    """
    values = {"type": f"'{kind}'", "v": str(VERSION)}
    for name, type_ in types.items():
        values[name] = f"t.{name}"
        if isinstance(type_, UtcDateTime):
            at = f"t.{name}"  # an instant in another form than the program's would sort in another place
            instant = f"CASE substr({at}, 11, 1) WHEN ' ' THEN substr({at}, 1, 10) || 'T' || substr({at}, 12) || 'Z' ELSE {at} END"
            values[name] = _if_stored_as("text", at, instant)
        elif isinstance(type_, LargeBinary):
            values[name] = _if_stored_as("blob", f"t.{name}", f"lower(hex(t.{name}))")
    if kind in PARTS:
        parts, lines = PARTS[kind], _LINES[kind]
        columns = [f"{value} AS c{n}" for n, value in enumerate((*lines.words, *lines.numbers))]
        # The subquery puts the lines in order, because an aggregate takes rows as they come.
        ordered = f"SELECT {', '.join(columns)} FROM {lines.source} WHERE p.{parts.owner} = t.id ORDER BY {lines.order}"
        line = ", ".join(f"c{n}" for n in range(len(columns)))
        values[parts.name] = f"(SELECT json_group_array(json_array({line})) FROM ({ordered}))"
    pairs = ", ".join(f"'{name}', {values[name]}" for name in sorted(values))
    body = f"json_object({pairs})"
    for name in LEFT_OUT_IF_EMPTY[kind]:  # no text can look like this, because its quotation marks are escaped
        nothing, instead = (f',"{name}":null}}', "}") if name == max(values) else (f'"{name}":null,', "")
        body = f"replace({body}, '{nothing}', '{instead}')"
    return body, ""


def _if_stored_as(stored: str, name: str, value: str) -> str:
    return f"CASE typeof({name}) WHEN '{stored}' THEN {value} WHEN 'null' THEN NULL ELSE typeof({name}) END"


def _on_postgresql(kind: str, types: dict[str, Any]) -> tuple[str, str]:
    """Return the expression of a body, which joins its pieces, and the join that reads its parts."""
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
    join = ""
    if kind in PARTS:
        parts, lines = PARTS[kind], _LINES[kind]
        line = " || ',' || ".join([_word(name) for name in lines.words] + [_number(name) for name in lines.numbers])
        # Text is sorted by its bytes, as Python sorts it, and not by the rules of a language.
        order = f'{lines.order} COLLATE "C"' if lines.order in lines.words else lines.order
        values[parts.name] = "'[' || COALESCE(lines.part, '') || ']'"
        join = (
            f" LEFT JOIN (SELECT p.{parts.owner} AS owner, string_agg('[' || {line} || ']', ',' ORDER BY {order}) AS part"
            f" FROM {lines.source} WHERE p.{parts.owner} {IDS} GROUP BY p.{parts.owner}) AS lines ON lines.owner = t.id"
        )
    names = sorted(values)
    pieces = [f"'\"{name}\":' || {values[name]} || ','" for name in names]
    for name in LEFT_OUT_IF_EMPTY[kind]:
        at = names.index(name)
        pieces[at] = f"CASE WHEN t.{name} IS NULL THEN '' ELSE {pieces[at]} END"
    # No value ends with a comma outside its quotation marks, so `rtrim` removes only that of the last piece.
    return f"'{{' || rtrim({' || '.join(pieces)}, ',') || '}}'".replace("' || '", ""), join


def _number(name: str) -> str:
    return f"COALESCE({name}::text, 'null')"


def _word(name: str) -> str:
    # Escaped as in JSON, because text with a quotation mark in it could otherwise pass for two values.
    return _quoted(f"replace(replace({name}, '\\', '\\\\'), '\"', '\\\"')")


def _quoted(value: str) -> str:
    return f"COALESCE('\"' || {value} || '\"', 'null')"
