"""Level 3 of verifying: every row is its sealed body, every balance its sum, nothing was below zero.

The database writes each row's body anew as text, and the bytes are compared: no row becomes an
object. Only a row that comes out otherwise is looked at closely, with the code that sealed it.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Date, Integer, LargeBinary, select, text
from sqlalchemy.orm import Session

from cm_tracker.db import UtcDateTime
from cm_tracker.domain.checkpoints import SignedCheckpoint
from cm_tracker.domain.corrections import TAKEN_AWAY
from cm_tracker.domain.ledger import GUARDED, VERSION, note_digest
from cm_tracker.models import Account, Note
from cm_tracker.models.sealed import LATER, SEALED, table_of
from cm_tracker.models.sealed import body as sealed_body
from cm_tracker.queries.raw import raw_rows

if TYPE_CHECKING:
    from cm_tracker.queries.ledger_verify import Verification

MOST_UNSEALED = 100
# Two clocks are never the same; a step back by more than this is a leap.
LEAP = timedelta(minutes=1)
PARTS = {"transaction": "entries", "visit": "results"}


class _Reader(NamedTuple):
    """How rows of a kind are read: a statement that gives each column as its body writes it, and the body around them."""

    statement: str
    template: str
    id_at: int
    recorded_at: int


def _reader(kind: str, dialect: str) -> _Reader:
    table = table_of(kind)
    columns = {column.name: column for column in table.columns if column.name != "record"}
    part, later = PARTS.get(kind), LATER.get(kind, ())
    pieces, selected = [], []
    for name in sorted([*columns, "v", "type", *([part] if part else [])]):
        if name == "v":
            pieces.append(f'"v":{VERSION}')
        elif name == "type":
            pieces.append(f'"type":"{kind}"')
        elif name == part:
            pieces.append(f'"{name}":\0')
        else:
            written = _written(name, columns[name].type, dialect)
            if name in later:  # it brings its name and comma along, or nothing at all
                selected.append(f"CASE WHEN {name} IS NULL THEN '' ELSE '\"{name}\":' || {written} || ',' END")
                pieces.append("\1")
            else:
                selected.append(written)
                pieces.append(f'"{name}":%s')
    template = "{" + ",".join(pieces).replace("\1,", "%s") + "}"
    # The id and the parts come first in a row, whatever its columns are.
    return _Reader(
        statement=f"SELECT {', '.join(selected)}, id, {_plain('recorded_at', dialect)} FROM {table.name} WHERE ",
        template=template,
        id_at=len(selected),
        recorded_at=len(selected) + 1,
    )


def _plain(name: str, dialect: str) -> str:
    """An instant as its body holds it."""
    if dialect == "sqlite":
        return f"replace({name}, ' ', 'T') || 'Z'"
    return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


def _written(name: str, kind: Any, dialect: str) -> str:
    """A column as JSON. Text that needs an escape comes out otherwise than its body, and is then looked at closely."""
    if isinstance(kind, Integer):
        if dialect == "sqlite":  # which keeps whatever type was written behind the program's back
            return f"CASE typeof({name}) WHEN 'integer' THEN CAST({name} AS TEXT) WHEN 'null' THEN 'null' ELSE typeof({name}) END"
        return f"COALESCE(CAST({name} AS TEXT), 'null')"
    value = f"replace({name}, '\\', '\\\\')"
    if isinstance(kind, UtcDateTime):
        value = _plain(name, dialect)
    elif isinstance(kind, Date):
        value = name if dialect == "sqlite" else f"to_char({name}, 'YYYY-MM-DD')"
    elif isinstance(kind, LargeBinary):
        value = f"lower(hex({name}))" if dialect == "sqlite" else f"encode({name}, 'hex')"
    if dialect == "sqlite":
        stored = "blob" if isinstance(kind, LargeBinary) else "text"
        return f"CASE typeof({name}) WHEN '{stored}' THEN '\"' || {value} || '\"' WHEN 'null' THEN 'null' ELSE typeof({name}) END"
    return f"CASE WHEN {name} IS NULL THEN 'null' ELSE '\"' || {value} || '\"' END"


class Rows:
    """Compares the tables with the log, chunk by chunk, and at the end with one another."""

    def __init__(self, session: Session, found: "Verification", since: SignedCheckpoint | None) -> None:
        self.session, self.found, self.is_whole = session, found, since is None
        dialect = session.get_bind().dialect.name
        self.readers = {kind: _reader(kind, dialect) for kind in SEALED}
        self.keys: dict[int, str] = {}
        # What each guarded account holds at the record that was compared last, by the sealed bodies.
        # After a checkpoint only what moved since is known, so the rest is worked out at the end.
        self.balances: dict[str, int] = {}
        self.lowest: dict[str, tuple[int, int]] = {}
        self.last_at = ""

    def compare(self, chunk: Sequence[Any]) -> None:
        """Every sealed row of a chunk of the log, written again from its table, must be its body."""
        wanted: dict[str, list[int]] = {kind: [] for kind in SEALED}
        for seq, record, *_ in chunk:
            kind, _, number = record.partition(":")
            if kind in wanted and number.isdecimal() and len(number) < 19:
                wanted[kind].append(int(number))
            else:
                self.found.find(3, seq, "log", f"{record}: no table keeps such a record")
        entries, moved = self._entries(wanted["transaction"])
        parts: dict[str, dict[int, str]] = {"transaction": entries, "visit": self._results(wanted["visit"])}
        written: dict[str, tuple[str, str]] = {}
        for kind, ids in wanted.items():
            if ids:
                self._write(kind, ids, parts.get(kind), written)
        for seq, record, body, _, _ in chunk:
            again = written.get(record)
            same = again is not None and (again[0].encode() == body or self._looks_the_same(seq, record, body))
            if again is None:
                kind = record.partition(":")[0]
                if kind in SEALED:
                    self.found.find(3, seq, kind, f"{record} is sealed, but its row is not there")
            elif same:
                if again[1] < self.last_at:
                    self._look_at_clock(seq, again[1])
                self.last_at = again[1]
            if record.startswith("transaction:"):
                self._follow(seq, record, body, moved.get(int(record[12:])) if same else None)

    def _write(
        self, kind: str, ids: list[int], parts: dict[int, str] | None, written: dict[str, tuple[str, str]]
    ) -> None:
        """Rows as bodies, by their names in the log, with the instant of each."""
        statement, template, at, recorded = self.readers[kind]
        rows = raw_rows(self.session, statement + _among("id", ids))
        if parts is None:
            for row in rows:
                written[f"{kind}:{row[at]}"] = (template % row[:at], row[recorded])
            return
        before, after = template.split("\0")
        # The part stands among the columns: how many of them are written before it.
        count = before.count("%s")
        for row in rows:
            body = f"{before % row[:count]}{parts.get(row[at], '[]')}{after % row[count:at]}"
            written[f"{kind}:{row[at]}"] = (body, row[recorded])

    def _entries(self, ids: list[int]) -> tuple[dict[int, str], dict[int, list[tuple[str, int]]]]:
        """The entries of transactions as their bodies write them, and what moves the guarded accounts."""
        lines: dict[int, str] = {}
        moved: dict[int, list[tuple[str, int]]] = {}
        keys = self.keys
        for transaction_id, account_id, unit, amount, visit_id in self._parts("entry", "transaction_id", ids):
            key = keys.get(account_id) or self._key(account_id)
            line = f'["{key}","{unit}",{amount},{"null" if visit_id is None else visit_id}]'
            there = lines.get(transaction_id)
            lines[transaction_id] = f"[{line}]" if there is None else f"{there[:-1]},{line}]"
            if key.startswith(GUARDED):
                moved.setdefault(transaction_id, []).append((key, amount))
        return lines, moved

    def _results(self, ids: list[int]) -> dict[int, str]:
        found: dict[int, list[tuple[str, str]]] = {}
        for visit_id, analyte, result in self._parts("visit_result", "visit_id", ids):
            found.setdefault(visit_id, []).append((analyte, result))
        return {  # sorted here: a database sorts by its own alphabet
            visit_id: "[" + ",".join([f'["{analyte}","{result}"]' for analyte, result in sorted(results)]) + "]"
            for visit_id, results in found.items()
        }

    def _parts(self, name: str, owner: str, ids: list[int]) -> list[Any]:
        if not ids:
            return []
        columns = {
            "entry": "transaction_id, account_id, unit, amount, visit_id",
            "visit_result": "visit_id, analyte, result",
        }[name]
        order = f" ORDER BY {owner}, position" if name == "entry" else ""
        return raw_rows(self.session, f"SELECT {columns} FROM {name} WHERE {_among(owner, ids)}{order}")

    def _key(self, account_id: int) -> str:
        for id_, key in raw_rows(self.session, f"SELECT id, key FROM account WHERE id >= {account_id:d}"):
            self.keys[id_] = key
        return self.keys.get(account_id, "")

    def _looks_the_same(self, seq: int, record: str, body: bytes) -> bool:
        """Look closely at a row that came out otherwise: it may only hold text with an escape in it."""
        kind, _, number = record.partition(":")
        table = table_of(kind)
        parts: list[Any] = []
        if kind == "transaction":
            lines = self._parts("entry", "transaction_id", [int(number)])
            parts = [(self.keys.get(line[1]) or self._key(line[1]), *line[2:]) for line in lines]
        elif kind == "visit":
            parts = sorted(tuple(line[1:]) for line in self._parts("visit_result", "visit_id", [int(number)]))
        try:
            row = self.session.execute(select(table).where(table.c.id == int(number))).mappings().one()
            # RowMapping is keyed by more than names; only the names are asked.
            exact = sealed_body(kind, row, parts)  # type: ignore[arg-type]
        except (ValueError, TypeError) as error:  # a column holds what no column of its kind can
            self.found.find(3, seq, kind, f"{record}: the row cannot be read ({type(error).__name__})")
            return False
        if exact != body:
            self.found.find(3, seq, kind, f"{record}: {_difference(bytes(body), exact)}")
        return exact == body

    def _follow(self, seq: int, record: str, body: bytes, moved: list[tuple[str, int]] | None) -> None:
        """Move the balances as the body says; the tables' own entries are used only where they are the body's."""
        if moved is None:
            try:
                entries = json.loads(bytes(body))["entries"]
                sums: dict[str, int] = {}
                for _, unit, amount, _ in entries:
                    sums[unit] = sums.get(unit, 0) + amount
                moved = [(key, amount) for key, _, amount, _ in entries if key.startswith(GUARDED)]
            except (ValueError, KeyError, TypeError, AttributeError):
                self.found.find(3, seq, "log", f"{record}: the body cannot be read")
                return
            if any(sums.values()) or len(entries) < 2:
                self.found.find(3, seq, "log", f"{record}: the entries do not sum to zero")
        balances = self.balances
        for key, amount in moved:
            balances[key] = balances.get(key, 0) + amount
        for key, amount in moved:
            if amount < 0 and balances[key] < self.lowest.get(key, (0, 0))[0]:
                self.lowest[key] = (balances[key], seq)

    def _look_at_clock(self, seq: int, at: str) -> None:
        back = datetime.fromisoformat(self.last_at) - datetime.fromisoformat(at)
        if back > LEAP and len(self.found.leaps) < MOST_UNSEALED:
            self.found.leaps.append(f"seq {seq}: the clock stood {back} before an earlier record's")
        self.last_at = at

    def close(self) -> None:
        """What can be said only at the end: the balances, and rows that the log does not know."""
        rows = self.session.execute(select(Account.key, Account.balance).where(Account.balance.is_not(None)))
        stored: dict[str, int] = {key: balance or 0 for key, balance in rows}
        for key in sorted({*stored, *self.balances} if self.is_whole else self.balances):
            is_, moved = stored.get(key), self.balances.get(key, 0)
            began = 0 if self.is_whole or is_ is None else is_ - moved
            if type(is_) is not int or is_ != began + moved:
                self.found.find(3, None, "account", f"{key} stands at {is_}; its entries sum to {moved}")
            lowest, seq = self.lowest.get(key, (0, 0))
            if began + lowest < 0:
                self.found.find(3, seq, "account", f"{key} fell to {began + lowest}")
        if self.is_whole:
            self._find_unsealed()
            self._find_wrong_claims()
            self._find_wrong_notes()
        self._find_wrong_undos()

    def _find_unsealed(self) -> None:
        """A row that the log does not know was put there behind the program's back."""
        for kind in SEALED:
            name = table_of(kind).name
            for (record,) in self._say(
                f"SELECT t.record FROM {name} t LEFT JOIN log ON log.record = t.record AND log.seq > 0 WHERE log.seq IS NULL"
            ):
                self.found.find(3, None, name, f"{record} is there, but was never sealed")
        for owner, name, kind in (
            ("transaction_id", "entry", "ledger_transaction"),
            ("visit_id", "visit_result", "visit"),
        ):
            for (part,) in self._say(
                f"SELECT p.{owner} FROM {name} p LEFT JOIN {kind} t ON t.id = p.{owner} WHERE t.id IS NULL"
            ):
                self.found.find(3, None, name, f"a row belongs to {kind} {part}, which is not there")

    def _find_wrong_claims(self) -> None:
        """The claims are those of the visits that stand, no more and no fewer."""
        day = (
            "v.happened_on"
            if self.session.get_bind().dialect.name == "sqlite"
            else "to_char(v.happened_on, 'YYYY-MM-DD')"
        )
        gone = ", ".join(f"'{word}'" for word in TAKEN_AWAY)
        standing = (
            f"FROM visit v WHERE COALESCE(v.correction, '') NOT IN ({gone}) "
            "AND NOT EXISTS (SELECT 1 FROM visit w WHERE w.corrects_id = v.id)"
        )
        wanted = (
            f"SELECT 'event:' || v.enrollment_id || ':' || v.behavior || ':' || {day} || ':' || v.day_place, v.id {standing} "
            f"UNION ALL SELECT 'specimen:' || v.site_id || ':' || v.specimen_id, v.id {standing} "
            "AND v.specimen_id IS NOT NULL"
        )
        there = "SELECT claim, visit_id FROM visit_claim"
        for first, second, says in (
            (there, wanted, "is claimed, but does not stand"),
            (wanted, there, "stands, but is not claimed"),
        ):
            for _, visit_id in self._say(f"SELECT * FROM ({first} EXCEPT SELECT * FROM ({second}) AS y) AS x"):
                self.found.find(3, None, "visit_claim", f"visit:{visit_id} {says}")

    def _find_wrong_notes(self) -> None:
        """A note that is still there must be the one whose digest was sealed."""
        rows = self.session.execute(
            select(Note.digest, Note.salt, Note.text).where(Note.text.is_not(None)).execution_options(yield_per=1000)
        )
        for digest, salt, words in rows:
            if note_digest(bytes(salt), words or "") != bytes(digest):
                self.found.find(
                    3, None, "note", f"note {bytes(digest).hex()[:16]}: the text is not the one that was sealed"
                )

    def _find_wrong_undos(self) -> None:
        """An undo mirrors what it undoes, entry by entry."""
        mirrored = (
            "SELECT u.id FROM ledger_transaction u WHERE u.undoes_id IS NOT NULL AND EXISTS ("
            "SELECT account_id FROM (SELECT account_id, amount FROM entry WHERE transaction_id = u.id "
            "UNION ALL SELECT account_id, amount FROM entry WHERE transaction_id = u.undoes_id) AS both_of_them "
            "GROUP BY account_id HAVING SUM(amount) <> 0)"
        )
        for (transaction_id,) in self._say(mirrored):
            self.found.find(
                3, None, "ledger_transaction", f"transaction:{transaction_id} does not mirror what it undoes"
            )

    def _say(self, statement: str) -> list[Any]:
        return list(self.session.execute(text(f"{statement} LIMIT {MOST_UNSEALED}")).all())


def _among(column: str, ids: list[int]) -> str:
    """Rows by id: a span where the ids lie close together, which is how a log is written."""
    low, high = min(ids), max(ids)
    if high - low < 2 * len(ids):
        return f"{column} BETWEEN {low:d} AND {high:d}"
    return f"{column} IN ({', '.join(str(int(id_)) for id_ in ids)})"


def _difference(sealed: bytes, written: bytes) -> str:
    """Which parts of a record differ; never their values, which may be about a person."""
    try:
        was, is_ = json.loads(sealed), json.loads(written)
        names = sorted(name for name in {*was, *is_} if was.get(name, is_) != is_.get(name, was))
    except (ValueError, AttributeError, TypeError):
        return "the body cannot be read"
    return f"the row differs from its sealed body in: {', '.join(names) or 'the way it is written'}"
