"""Verify the ledger: nothing is taken on trust, everything is worked out again from the bytes.

Level 1 looks at the head and the balances (milliseconds). Level 2 walks the chain and hashes every
link anew. Level 3 compares every row of every sealed table with its body, works out every balance
as a sum, and walks it in the order of the log to see that it was never below zero.
Memory does not grow with the log: rows are read in chunks; what is kept is a number per account.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.ledger import GENESIS, GUARDED, hash_of, leaf_of, note_digest
from cm_tracker.models import Account, Entry, LogHead, LogRow, Note, Transaction, VisitResult
from cm_tracker.models.sealed import SEALED, body, table_of

CHUNK = 2000
MOST_FINDINGS = 1000
LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: the level that saw it, where, and a sentence."""

    level: int
    seq: int | None
    table: str
    says: str


@dataclass(slots=True)
class Verification:
    """What was looked at, and what was found; `findings` stop at a thousand."""

    size: int = 0
    transactions: int = 0
    entries: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.findings

    def find(self, level: int, seq: int | None, table: str, says: str) -> None:
        """Note a finding."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(level, seq, table, says))


Progress = Callable[[int, int], None]


def verify_ledger(session: Session, *, level: int = 3, progress: Progress | None = None) -> Verification:
    """Verify up to a level. `progress` is called with (rows done, rows in all).

    Reads only; on PostgreSQL run it in a REPEATABLE READ transaction when the clinic is at work.
    """
    found = Verification()
    found.size = session.execute(select(func.count()).select_from(LogRow)).scalar_one()
    found.transactions = session.execute(select(func.count()).select_from(Transaction)).scalar_one()
    found.entries = session.execute(select(func.count()).select_from(Entry)).scalar_one()
    _check_head(session, found)
    _check_sums(session, found)
    if level >= 2:
        _Walk(session, found, level, progress).run()
    if level >= 3:
        _check_unsealed(session, found)
        _check_notes(session, found)
    return found


def _check_head(session: Session, found: Verification) -> None:
    head = session.execute(select(LogHead.size, LogHead.hash)).one_or_none()
    last = session.execute(select(LogRow.seq, LogRow.hash).order_by(LogRow.seq.desc()).limit(1)).one_or_none()
    if head is None:
        found.find(1, None, "log_head", "there is no head")
        return
    seq, newest = (last.seq, bytes(last.hash)) if last else (0, GENESIS)
    if head.size != seq:
        found.find(1, seq, "log_head", f"the head says {head.size} records, the newest one is {seq}")
    elif bytes(head.hash) != newest:
        found.find(1, seq, "log_head", "the head's hash is not that of the newest record")
    if found.size != seq:
        found.find(1, None, "log", f"{seq} records were sealed, {found.size} are there")


def _check_sums(session: Session, found: Verification) -> None:
    for unit, total in session.execute(
        select(Entry.unit, func.sum(Entry.amount)).group_by(Entry.unit).having(func.sum(Entry.amount) != 0)
    ):
        found.find(1, None, "entry", f"all entries in {unit} sum to {total}, not to zero")
    for key, balance in session.execute(select(Account.key, Account.balance).where(Account.balance < 0)):
        found.find(1, None, "account", f"{key} stands at {balance}")


class _Walk:
    """One walk along the log, comparing as it goes."""

    def __init__(self, session: Session, found: Verification, level: int, progress: Progress | None) -> None:
        self.session = session
        self.found = found
        self.level = level
        self.progress = progress
        self.balances: dict[str, int] = {}

    def run(self) -> None:
        """Walk from the first record to the last."""
        previous, due = GENESIS, 1
        for rows in self._chunks():
            for row in rows:
                if row.seq != due:
                    self.found.find(2, due, "log", f"record {due} is missing" if row.seq > due else "out of order")
                leaf = leaf_of(bytes(row.body))
                if leaf != bytes(row.leaf):
                    self.found.find(2, row.seq, "log", f"{row.record}: the leaf is not that of the body")
                if hash_of(row.seq, previous, leaf) != bytes(row.hash):
                    self.found.find(2, row.seq, "log", f"{row.record}: the hash does not follow from the one before")
                previous, due = bytes(row.hash), row.seq + 1
            if self.level >= 3:
                self._compare(rows)
            if self.progress:
                self.progress(due - 1, self.found.size)
        if self.level >= 3:
            self._compare_balances()

    def _chunks(self) -> Iterator[Sequence[Any]]:
        after = 0
        while True:
            rows = self.session.execute(
                select(LogRow.seq, LogRow.record, LogRow.body, LogRow.leaf, LogRow.hash)
                .where(LogRow.seq > after)
                .order_by(LogRow.seq)
                .limit(CHUNK)
            ).all()
            if not rows:
                return
            yield rows
            after = rows[-1].seq

    def _compare(self, rows: Sequence[Any]) -> None:
        """Every sealed row of this chunk, written again from its table, must be its body."""
        wanted: dict[str, list[int]] = {}
        for row in rows:
            kind, _, number = row.record.partition(":")
            if kind in SEALED and number.isdecimal():
                wanted.setdefault(kind, []).append(int(number))
            else:
                self.found.find(3, row.seq, "log", f"{row.record}: no table keeps such a record")
        written: dict[str, bytes] = {}
        for kind, ids in wanted.items():
            table = table_of(kind)
            parts = self._parts(kind, ids)
            for stored in self.session.execute(select(table).where(table.c.id.in_(ids))).mappings():
                # RowMapping is keyed by more than names; only the names are asked.
                again = body(kind, stored, parts.get(stored["id"], []))  # type: ignore[arg-type]
                written[f"{kind}:{stored['id']}"] = again
        for row in rows:
            table_name = row.record.partition(":")[0]
            text: bytes | None = written.get(row.record)
            if text is None:
                self.found.find(3, row.seq, table_name, f"{row.record} is sealed, but its row is not there")
            elif text != bytes(row.body):
                self.found.find(3, row.seq, table_name, f"{row.record}: {_difference(bytes(row.body), text)}")
            self._follow(row)

    def _parts(self, kind: str, ids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
        parts: dict[int, list[tuple[Any, ...]]] = {}
        if kind == "transaction":
            lines: Any = self.session.execute(
                select(Entry.transaction_id, Account.key, Entry.unit, Entry.amount, Entry.visit_id)
                .join(Account, Account.id == Entry.account_id)
                .where(Entry.transaction_id.in_(ids))
                .order_by(Entry.transaction_id, Entry.position)
            )
        elif kind == "visit":
            lines = self.session.execute(
                select(VisitResult.visit_id, VisitResult.analyte, VisitResult.result)
                .where(VisitResult.visit_id.in_(ids))
                .order_by(VisitResult.visit_id, VisitResult.analyte)
            )
        else:
            return parts
        for owner, *line in lines:
            parts.setdefault(owner, []).append(tuple(line))
        if kind == "visit":
            for results in parts.values():
                results.sort()  # a database sorts by its own alphabet
        return parts

    def _follow(self, row: Any) -> None:
        """Move the balances as the body says: by the bytes, not by the tables."""
        if not row.record.startswith("transaction:"):
            return
        try:
            entries = json.loads(bytes(row.body))["entries"]
            sums: dict[str, int] = {}
            for key, unit, amount, _visit in entries:
                sums[unit] = sums.get(unit, 0) + amount
                if key.partition(":")[0] in GUARDED:
                    self.balances[key] = self.balances.get(key, 0) + amount
            for key, _unit, _amount, _visit in entries:
                if self.balances.get(key, 0) < 0:
                    self.found.find(3, row.seq, "account", f"{key} fell to {self.balances[key]}")
        except (ValueError, KeyError, TypeError):
            self.found.find(3, row.seq, "log", f"{row.record}: the body cannot be read")
            return
        if any(sums.values()) or len(entries) < 2:
            self.found.find(3, row.seq, "log", f"{row.record}: the entries do not sum to zero")

    def _compare_balances(self) -> None:
        rows = self.session.execute(select(Account.key, Account.balance).where(Account.balance.is_not(None)))
        stored: dict[str, int] = {key: balance or 0 for key, balance in rows}
        for key in sorted({*stored, *self.balances}):
            is_, should = stored.get(key), self.balances.get(key, 0)
            if is_ != should:
                self.found.find(3, None, "account", f"{key} stands at {is_}; its entries sum to {should}")


def _difference(sealed: bytes, written: bytes) -> str:
    """Which parts of a record differ; never their values, which may be about a person."""
    try:
        was, is_ = json.loads(sealed), json.loads(written)
        names = sorted(name for name in {*was, *is_} if was.get(name) != is_.get(name))
    except (ValueError, AttributeError):
        return "the body cannot be read"
    return f"the row differs from its sealed body in: {', '.join(names) or 'the way it is written'}"


def _check_unsealed(session: Session, found: Verification) -> None:
    """A row that the log does not know was put there behind the program's back."""
    for kind in SEALED:
        table = table_of(kind)
        rows = session.execute(
            select(table.c.record)
            .outerjoin(LogRow, LogRow.record == table.c.record)
            .where(LogRow.seq.is_(None))
            .limit(MOST_FINDINGS)
        )
        for (record,) in rows:
            found.find(3, None, table.name, f"{record} is there, but was never sealed")


def _check_notes(session: Session, found: Verification) -> None:
    """A note that is still there must be the one whose digest was sealed."""
    rows = session.execute(
        select(Note.digest, Note.salt, Note.text).where(Note.text.is_not(None)).execution_options(yield_per=CHUNK)
    )
    for digest, salt, text in rows:
        if note_digest(bytes(salt), text or "") != bytes(digest):
            found.find(3, None, "note", f"note {bytes(digest).hex()[:16]}: the text is not the one that was sealed")
