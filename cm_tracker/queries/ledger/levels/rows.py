"""Level 3, along the log: every row equals its sealed body, and every balance follows from the bodies.

The database writes the body of each row again as text, and the bytes are compared, so no row becomes an
object. Only a row whose text differs is read as a row and written by the code that seals records.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from cm_tracker.domain.ledger.accounts import GUARDED
from cm_tracker.models import AccountRow, EntryRow, VisitResult
from cm_tracker.models.sealed import SEALED, table_of
from cm_tracker.models.sealed import body as sealed_body
from cm_tracker.queries.ledger.levels.row_bodies import IDS, bodies_of
from cm_tracker.queries.ledger.levels.run import VerificationRun
from cm_tracker.queries.ledger.levels.tables import check_tables
from cm_tracker.queries.raw_rows import raw_rows

MOST_LEAPS = 100
# Two clocks always differ a little; a step back by more than this is a leap.
LEAP = timedelta(minutes=1)
# Where a body says when it was recorded, and how many characters such an instant has.
RECORDED, INSTANT = '"recorded_at":"', len("2026-03-01T15:00:00.000000Z")


class RowComparison:
    """Compares the rows of the sealed tables with the log, chunk by chunk.

    `balances` is what each guarded account holds by the bodies read so far, and `lowest` its lowest balance
    with the number of that record. Where the run starts from a checkpoint, both count from there on only;
    the balance before it is worked out at the end.
    """

    def __init__(self, run: VerificationRun) -> None:
        self.run, self.session = run, run.session
        self.bodies = {kind: bodies_of(kind, run.dialect) for kind in SEALED}
        self.keys: dict[int, str] = {}
        self.balances: dict[str, int] = {}
        self.lowest: dict[str, tuple[int, int]] = {}
        self.last_at = ""
        self.compared = 0

    def compare(self, chunk: Sequence[Any]) -> None:
        """Compare every record of a chunk of the log with its row."""
        self.compared += len(chunk)
        wanted: dict[str, list[int]] = {kind: [] for kind in SEALED}
        for seq, record, *_ in chunk:
            kind, _, number = record.partition(":")
            if kind in wanted and number.isdecimal() and len(number) < 19:
                wanted[kind].append(int(number))
            else:
                self.run.find(3, "log", "is of a kind that no table holds", seq=seq, record=str(record))
        written: dict[str, str] = {}
        for kind, ids in wanted.items():
            if ids:
                written.update(self._written(kind, ids))
        moved = self._moved(wanted["transaction"])
        for seq, record, body, _, _ in chunk:
            again = written.get(record)
            if again is None:
                same, kind = False, record.partition(":")[0]
                if kind in SEALED:
                    self.run.find(3, kind, "is sealed, but its row is missing", seq=seq, record=record)
            else:
                same = again.encode() == body or self._is_the_same_row(seq, record, body, again)
                if same and again:
                    at = again.find(RECORDED) + len(RECORDED)
                    self._check_clock(seq, again[at : at + INSTANT])
            if record.startswith("transaction:"):
                self._move_balances(seq, record, body, moved.get(int(record[12:]), []) if same else None)

    def _written(self, kind: str, ids: list[int]) -> list[Any]:
        """Return (record, body) for each row as the database writes it; an empty body where it cannot write the row."""
        try:
            return raw_rows(self.session, self.bodies[kind].replace(IDS, _among(ids)))
        except sqlite3.OperationalError:  # a column holds a value that its type does not allow
            if len(ids) == 1:
                return [(f"{kind}:{ids[0]}", "")]
            half = len(ids) // 2
            return self._written(kind, ids[:half]) + self._written(kind, ids[half:])

    def _moved(self, ids: list[int]) -> dict[int, list[tuple[str, int]]]:
        """Return what moves the guarded accounts, as (key, amount) by transaction."""
        moved: dict[int, list[tuple[str, int]]] = {}
        if ids:
            keys = self.keys
            for transaction_id, account_id, amount in raw_rows(
                self.session, f"SELECT transaction_id, account_id, amount FROM entry WHERE transaction_id {_among(ids)}"
            ):
                key = keys.get(account_id)
                if key is None:
                    key = self._key(account_id)
                if key:
                    moved.setdefault(transaction_id, []).append((key, amount))
        return moved

    def _key(self, account_id: int) -> str:
        """Return the key of an account that keeps a balance, else an empty string."""
        for id_, key in raw_rows(self.session, f"SELECT id, key FROM account WHERE id >= {account_id:d}"):
            self.keys[id_] = key if key.startswith(GUARDED) else ""
        return self.keys.setdefault(account_id, "")

    def _is_the_same_row(self, seq: int, record: str, body: bytes, again: str) -> bool:
        """Return whether a row whose text differs from its body is equal to it nevertheless.

        It may only hold text that JSON escapes. Then both texts mean the same in JSON. A value that the
        program reads alike but that is stored in another form is a finding.
        """
        kind, _, number = record.partition(":")
        table = table_of(kind)
        parts: list[Any] = []
        if kind == "transaction":
            entries = (
                select(AccountRow.key, EntryRow.unit, EntryRow.amount, EntryRow.visit_id)
                .join(AccountRow, AccountRow.id == EntryRow.account_id)
                .where(EntryRow.transaction_id == int(number))
                .order_by(EntryRow.position)
            )
            parts = [tuple(line) for line in self.session.execute(entries)]
        elif kind == "visit":
            results = select(VisitResult.analyte, VisitResult.result).where(VisitResult.visit_id == int(number))
            parts = sorted(tuple(line) for line in self.session.execute(results))
        try:
            row = self.session.execute(select(table).where(table.c.id == int(number))).mappings().one()
            # A RowMapping has more keys than the names of columns; only those are read.
            exact = sealed_body(kind, row, parts)  # type: ignore[arg-type]
            is_stored_so = not again or json.loads(again, strict=False) == json.loads(bytes(body))
        except (ValueError, TypeError) as error:  # a column holds a value that its type does not allow
            self.run.find(3, kind, f"has a row that cannot be read ({type(error).__name__})", seq=seq, record=record)
            return False
        if exact != body:
            self.run.find(3, kind, _difference(bytes(body), exact), seq=seq, record=record)
        elif not is_stored_so:
            problem = "has a column that is stored in another form than the program writes"
            self.run.find(3, kind, problem, seq=seq, record=record)
        return exact == body and is_stored_so

    def _move_balances(self, seq: int, record: str, body: bytes, moved: list[tuple[str, int]] | None) -> None:
        """Move the balances by the entries in the body. `moved` are those of the table, where they are the same."""
        if moved is None:
            try:
                entries = json.loads(bytes(body))["entries"]
                sums: dict[str, int] = {}
                for _, unit, amount, _ in entries:
                    sums[unit] = sums.get(unit, 0) + amount
                moved = [(key, amount) for key, _, amount, _ in entries if key.startswith(GUARDED)]
            except (ValueError, KeyError, TypeError, AttributeError):
                self.run.find(3, "log", "has a sealed body that cannot be read", seq=seq, record=record)
                return
            if any(sums.values()) or len(entries) < 2:
                self.run.find(3, "log", "has entries that do not sum to zero", seq=seq, record=record)
        balances = self.balances
        for key, amount in moved:
            balances[key] = balances.get(key, 0) + amount
        for key, amount in moved:
            if amount < 0 and balances[key] < self.lowest.get(key, (0, 0))[0]:
                self.lowest[key] = (balances[key], seq)

    def _check_clock(self, seq: int, at: str) -> None:
        if at >= self.last_at:
            self.last_at = at
            return
        back = datetime.fromisoformat(self.last_at) - datetime.fromisoformat(at)
        if back > LEAP and len(self.run.report.leaps) < MOST_LEAPS:
            self.run.report.leaps.append(f"record {seq}: the clock was {back} behind the record before it")
        self.last_at = at

    def compare_whole_tables(self) -> None:
        """Compare what only the end of the log shows: the stored balances, and rows that the log does not name."""
        is_whole = self.run.since is None
        rows = self.session.execute(select(AccountRow.key, AccountRow.balance).where(AccountRow.balance.is_not(None)))
        stored: dict[str, int] = {key: balance or 0 for key, balance in rows}
        for key in sorted({*stored, *self.balances} if is_whole else self.balances):
            balance, moved = stored.get(key), self.balances.get(key, 0)
            before = 0 if is_whole or balance is None else balance - moved
            if type(balance) is not int or balance != before + moved:
                self.run.find(3, "account", f"the balance of {key} is {balance}, but its entries sum to {moved}")
            lowest, seq = self.lowest.get(key, (0, 0))
            if before + lowest < 0:
                self.run.find(3, "account", f"the balance of {key} fell to {before + lowest}", seq=seq)
        self.run.look(3, "sealed rows", self.compared)
        self.run.look(3, "balances", len(stored))
        check_tables(self.run)


def _among(ids: list[int]) -> str:
    """Return an SQL condition on ids: a span where they lie close together, as they do in a log."""
    low, high = min(ids), max(ids)
    if high - low < 2 * len(ids):
        return f"BETWEEN {low:d} AND {high:d}"
    return f"IN ({', '.join(str(int(id_)) for id_ in ids)})"


def _difference(sealed: bytes, written: bytes) -> str:
    """Return which parts of a record differ, but not their values, which may be about a person."""
    try:
        was, is_ = json.loads(sealed), json.loads(written)
        names = sorted(name for name in {*was, *is_} if was.get(name, is_) != is_.get(name, was))
    except (ValueError, AttributeError, TypeError):
        return "has a sealed body that cannot be read"
    return f"differs from its sealed body in: {', '.join(names) or 'the way it is written'}"
