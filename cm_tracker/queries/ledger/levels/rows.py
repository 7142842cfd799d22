"""Level 3 of verifying: every row is its sealed body, every balance its sum, nothing was below zero.

The database writes each row's body anew as text, and the bytes are compared: no row becomes an
object. Only a row that comes out otherwise is looked at closely, with the code that sealed it.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cm_tracker.domain.ledger.accounts import GUARDED
from cm_tracker.domain.ledger.chain import note_digest
from cm_tracker.domain.ledger.checkpoints import SignedCheckpoint
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import AccountRow, EntryRow, Note, VisitResult
from cm_tracker.models.sealed import SEALED, table_of
from cm_tracker.models.sealed import body as sealed_body
from cm_tracker.queries.ledger.findings import Verification
from cm_tracker.queries.ledger.levels.row_bodies import IDS, bodies_of
from cm_tracker.queries.raw_rows import raw_rows

MOST_UNSEALED = 100
# Two clocks are never the same; a step back by more than this is a leap.
LEAP = timedelta(minutes=1)
# Where a body says when it was recorded, and how long such an instant is written.
RECORDED, INSTANT = '"recorded_at":"', len("2026-03-01T15:00:00.000000Z")


class Rows:
    """Compares the tables with the log, chunk by chunk, and at the end with one another."""

    def __init__(self, session: Session, found: Verification, since: SignedCheckpoint | None) -> None:
        self.session, self.found, self.is_whole = session, found, since is None
        dialect = session.get_bind().dialect.name
        self.bodies = {kind: bodies_of(kind, dialect) for kind in SEALED}
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
                    self.found.find(3, seq, kind, f"{record} is sealed, but its row is not there")
            else:
                same = again.encode() == body or self._looks_the_same(seq, record, body, again)
                if same and again:
                    at = again.find(RECORDED) + len(RECORDED)
                    self._look_at_clock(seq, again[at : at + INSTANT])
            if record.startswith("transaction:"):
                self._follow(seq, record, body, moved.get(int(record[12:]), []) if same else None)

    def _written(self, kind: str, ids: list[int]) -> list[Any]:
        """Names in the log and bodies of rows. Empty where a row cannot be written, which is then looked at closely."""
        try:
            return raw_rows(self.session, self.bodies[kind].replace(IDS, _among(ids)))
        except sqlite3.OperationalError:  # a column holds what its type does not allow
            if len(ids) == 1:
                return [(f"{kind}:{ids[0]}", "")]
            half = len(ids) // 2
            return self._written(kind, ids[:half]) + self._written(kind, ids[half:])

    def _moved(self, ids: list[int]) -> dict[int, list[tuple[str, int]]]:
        """What moves the guarded accounts, by transaction."""
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
        """The name of an account that keeps a balance, else nothing."""
        for id_, key in raw_rows(self.session, f"SELECT id, key FROM account WHERE id >= {account_id:d}"):
            self.keys[id_] = key if key.startswith(GUARDED) else ""
        return self.keys.setdefault(account_id, "")

    def _looks_the_same(self, seq: int, record: str, body: bytes, again: str) -> bool:
        """Look closely at a row that came out otherwise: it may only hold text with an escape in it.

        Then it means the same in JSON, too; what the program reads alike may be stored in another form.
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
            # RowMapping is keyed by more than names; only the names are asked.
            exact = sealed_body(kind, row, parts)  # type: ignore[arg-type]
            is_stored_so = not again or json.loads(again, strict=False) == json.loads(bytes(body))
        except (ValueError, TypeError) as error:  # a column holds what no column of its kind can
            self.found.find(3, seq, kind, f"{record}: the row cannot be read ({type(error).__name__})")
            return False
        if exact != body:
            self.found.find(3, seq, kind, f"{record}: {_difference(bytes(body), exact)}")
        elif not is_stored_so:
            self.found.find(3, seq, kind, f"{record}: a column is stored in another form than the program writes")
        return exact == body and is_stored_so

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
        if at >= self.last_at:
            self.last_at = at
            return
        back = datetime.fromisoformat(self.last_at) - datetime.fromisoformat(at)
        if back > LEAP and len(self.found.leaps) < MOST_UNSEALED:
            self.found.leaps.append(f"seq {seq}: the clock stood {back} before an earlier record's")
        self.last_at = at

    def close(self) -> None:
        """What can be said only at the end: the balances, and rows that the log does not know."""
        rows = self.session.execute(select(AccountRow.key, AccountRow.balance).where(AccountRow.balance.is_not(None)))
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
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        day = "v.happened_on" if is_sqlite else "to_char(v.happened_on, 'YYYY-MM-DD')"
        gone = ", ".join(f"'{word}'" for word in TAKEN_AWAY)
        standing = (
            f"WHERE COALESCE(v.correction, '') NOT IN ({gone}) "
            "AND NOT EXISTS (SELECT 1 FROM visit w WHERE w.corrects_id = v.id)"
        )
        has_specimen = f"{standing} AND v.specimen_id IS NOT NULL"
        event = f"'event:' || v.enrollment_id || ':' || v.behavior || ':' || {day} || ':' || v.day_place"
        specimen = "'specimen:' || v.site_id || ':' || v.specimen_id"
        wanted = 0
        for claim, whose in ((event, standing), (specimen, has_specimen)):
            # By their visits and in their order; to look claims up by their text would go all over the table.
            beside = f"FROM visit v LEFT JOIN visit_claim c ON c.visit_id = v.id AND c.claim || '' = {claim} {whose}"
            stand, claimed = self.session.execute(text(f"SELECT COUNT(*), COUNT(c.visit_id) {beside}")).one()
            wanted += stand
            for (visit_id,) in self._say(f"SELECT v.id {beside} AND c.visit_id IS NULL") if claimed < stand else ():
                self.found.find(3, None, "visit_claim", f"visit:{visit_id} stands, but is not claimed")
        # No two claims are the same, so where every wanted one is there, as many claims are all of them.
        if self.session.execute(text("SELECT COUNT(*) FROM visit_claim")).scalar_one() != wanted:
            for (visit_id,) in self._say(
                f"SELECT visit_id FROM (SELECT claim, visit_id FROM visit_claim EXCEPT SELECT * FROM (SELECT {event}, v.id "
                f"FROM visit v {standing} UNION ALL SELECT {specimen}, v.id FROM visit v {has_specimen}) AS y) AS x"
            ):
                self.found.find(3, None, "visit_claim", f"visit:{visit_id} is claimed, but does not stand")

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


def _among(ids: list[int]) -> str:
    """Rows by id: a span where the ids lie close together, which is how a log is written."""
    low, high = min(ids), max(ids)
    if high - low < 2 * len(ids):
        return f"BETWEEN {low:d} AND {high:d}"
    return f"IN ({', '.join(str(int(id_)) for id_ in ids)})"


def _difference(sealed: bytes, written: bytes) -> str:
    """Which parts of a record differ; never their values, which may be about a person."""
    try:
        was, is_ = json.loads(sealed), json.loads(written)
        names = sorted(name for name in {*was, *is_} if was.get(name, is_) != is_.get(name, was))
    except (ValueError, AttributeError, TypeError):
        return "the body cannot be read"
    return f"the row differs from its sealed body in: {', '.join(names) or 'the way it is written'}"
