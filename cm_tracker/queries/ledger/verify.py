"""Verify the ledger: nothing is taken on trust, everything is worked out again from the bytes.

Level 1 looks at the head, the newest checkpoint and the balances. Level 2 walks the chain, hashes
every link anew and compares the root of every checkpoint. Level 3 compares every row of every sealed
table with its body and every balance with its sum (`ledger_rows`). Level 4 asks what it means: the
engine replays every enrollment (`ledger_meaning`). Memory does not grow with the log: rows are read
in chunks; what is kept is a number per account.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import String, case, cast, func, literal, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.ledger.accounts import CARD
from cm_tracker.domain.ledger.chain import GENESIS, hash_of, leaf_of
from cm_tracker.domain.ledger.checkpoints import SignedCheckpoint, parse_checkpoint, short_code
from cm_tracker.domain.ledger.merkle import Frontier
from cm_tracker.models import AccountRow, CheckpointRow, EntryRow, LogHead, LogRow, Transaction
from cm_tracker.queries.ledger.findings import MOST_FINDINGS, Verification
from cm_tracker.queries.ledger.levels.meaning import check_meaning
from cm_tracker.queries.ledger.levels.rows import Rows
from cm_tracker.queries.raw_rows import raw_rows
from cm_tracker.signing import Verifier

CHUNK = 1024
LEVELS = (1, 2, 3, 4)
# Hashes that were begun: to copy one costs less than to begin it anew for every record.
_LEAF, _CHAIN = sha256(b"\x00"), sha256(b"cm-ledger/1\x00")


@dataclass(frozen=True, slots=True)
class SavedCheckpoint:
    """A checkpoint that was kept elsewhere: the whole note, or a short code (`size` and `code` only)."""

    size: int
    code: str
    note: SignedCheckpoint | None = None


# Called with how much is done, from 0 to 1.
Progress = Callable[[float], None]
# How much of the time goes by before the replaying of enrollments.
WALK_SHARE = 0.7


def verify_ledger(
    session: Session,
    *,
    verifier: Verifier | None = None,
    level: int = 4,
    since: SignedCheckpoint | None = None,
    against: tuple[SavedCheckpoint, ...] = (),
    progress: Progress | None = None,
) -> Verification:
    """Verify up to a level.

    `verifier` is the installation's public key (without one no signature is looked at); `since` lets
    the walk begin at a checkpoint that is trusted; `against` are checkpoints that were kept
    elsewhere. Reads only; while the clinic is at work, give it a session of `db.snapshot`.
    """
    found = Verification(level=level)
    try:
        _verify(session, found, verifier, level, since, against, progress)
    except (OperationalError, sqlite3.OperationalError) as error:
        # A database that cannot be reached is no finding; text in it that cannot be read is one.
        if "decode" not in str(error).lower():
            raise
        found.find(level, None, "log", "cannot be read to its end (text that is none)")
    # Whatever was put there behind the program's back may be anything: what breaks the reading is found, too.
    except (KeyError, ValueError, TypeError, AttributeError, AssertionError, OverflowError) as error:
        found.find(level, None, "log", f"cannot be read to its end ({type(error).__name__})")
    return found


def _verify(
    session: Session,
    found: Verification,
    verifier: Verifier | None,
    level: int,
    since: SignedCheckpoint | None,
    against: tuple[SavedCheckpoint, ...],
    progress: Progress | None,
) -> None:
    head_size = _check_head(session, found)
    notes = _checkpoints(session, found, verifier)
    if since is None:
        found.transactions = session.execute(select(func.count()).select_from(Transaction)).scalar_one()
        found.entries = session.execute(select(func.count()).select_from(EntryRow)).scalar_one()
        _check_sums(session, found)
    else:
        _check_signature(found, since, verifier, "the checkpoint to begin at")
    if level >= 2 or against:
        rows = Rows(session, found, since) if level >= 3 else None
        _Walk(session, found, head_size, since, notes, against, rows, progress, verifier).run()
        if rows is not None:
            rows.close()
        _check_kept_signatures(found, against, verifier)
    if level >= 4:
        replayed = (lambda done: progress(WALK_SHARE + (1 - WALK_SHARE) * done)) if progress else None
        check_meaning(session, found, since_seq=since.checkpoint.size if since else 0, progress=replayed)


def _check_head(session: Session, found: Verification) -> int:
    head = session.execute(select(LogHead.size, LogHead.hash)).one_or_none()
    last = session.execute(select(LogRow.seq, LogRow.hash).order_by(LogRow.seq.desc()).limit(1)).one_or_none()
    seq, newest = (last.seq, bytes(last.hash)) if last else (0, GENESIS)
    found.size = seq
    # Every reading begins at 1: what stands before it would never be looked at.
    for before in session.execute(select(LogRow.seq).where(LogRow.seq < 1).limit(1)).scalars():
        found.find(1, before, "log", "a record stands before the first one")
    if head is None:
        found.find(1, None, "log_head", "there is no head")
        return seq
    if head.size != seq:
        found.find(1, seq, "log_head", f"the head says {head.size} records, the newest one is {seq}")
    elif bytes(head.hash) != newest:
        found.find(1, seq, "log_head", "the head's hash is not that of the newest record")
    return seq


def _checkpoints(session: Session, found: Verification, verifier: Verifier | None) -> dict[int, list[SignedCheckpoint]]:
    """Every checkpoint of the table by its size; the newest one is compared with the log at once."""
    notes: dict[int, list[SignedCheckpoint]] = {}
    newest: SignedCheckpoint | None = None
    for row_id, size, text in session.execute(
        select(CheckpointRow.id, CheckpointRow.size, CheckpointRow.note).order_by(CheckpointRow.id)
    ):
        found.checkpoints += 1
        try:
            note = parse_checkpoint(text)
        except BadInput:
            found.find(1, None, "checkpoint", f"checkpoint {row_id} cannot be read")
            continue
        if note.checkpoint.size != size:
            found.find(1, None, "checkpoint", f"checkpoint {row_id} says another size than its row")
        notes.setdefault(note.checkpoint.size, []).append(note)
        newest = note
    if newest is not None:
        _check_signature(found, newest, verifier, f"the newest checkpoint ({newest.checkpoint.size} records)")
        at = newest.checkpoint.size
        stored = session.execute(select(LogRow.hash).where(LogRow.seq == at)).scalar_one_or_none()
        if found.size < at:
            found.find(1, found.size, "log", f"a checkpoint saw {at} records, {found.size} are there: the tail is cut")
        elif at and (stored is None or bytes(stored) != newest.checkpoint.head):
            found.find(1, at, "log", "the hash is not the one that the newest checkpoint saw")
    return notes


def _check_signature(
    found: Verification, note: SignedCheckpoint, verifier: Verifier | None, what: str, *, level: int = 1
) -> None:
    if verifier is not None and not verifier.signed(note):
        found.find(level, note.checkpoint.size, "checkpoint", f"{what}: not signed with {verifier.name}")


def _check_kept_signatures(
    found: Verification, against: tuple[SavedCheckpoint, ...], verifier: Verifier | None
) -> None:
    for kept in against:
        if kept.note is not None:
            _check_signature(found, kept.note, verifier, f"the kept checkpoint ({kept.size} records)")


def _check_sums(session: Session, found: Verification) -> None:
    for unit, total in session.execute(
        select(EntryRow.unit, func.sum(EntryRow.amount)).group_by(EntryRow.unit).having(func.sum(EntryRow.amount) != 0)
    ):
        found.find(1, None, "entry", f"all entries in {unit} sum to {total}, not to zero")
    for key, balance in session.execute(select(AccountRow.key, AccountRow.balance).where(AccountRow.balance < 0)):
        found.find(1, None, "account", f"{key} stands at {balance}")
    is_clients = AccountRow.kind.in_(("client", "held"))
    owner = case((is_clients, AccountRow.client_id), else_=AccountRow.site_id)
    named = AccountRow.kind.concat(":").concat(cast(owner, String)).concat(":").concat(AccountRow.unit)
    another = case((is_clients, AccountRow.site_id), else_=AccountRow.client_id)
    # A card's prize is its record's, which level 4 looks at.
    is_its_prize = case(
        (
            AccountRow.unit.like("items/%"),
            AccountRow.unit.is_not_distinct_from(literal("items/") + cast(AccountRow.prize_id, String)),
        ),
        (AccountRow.unit.like(f"{CARD}%"), AccountRow.prize_id.is_not(None)),
        else_=AccountRow.prize_id.is_(None),
    )
    wrong = or_(AccountRow.key.is_distinct_from(named), another.is_not(None), is_its_prize.is_(False))
    for key in session.execute(select(AccountRow.key).where(wrong)).scalars():
        found.find(1, None, "account", f"{key} is not what its name says")


class _Walk:
    """One walk along the log: the chain, the roots of the checkpoints, and at level 3 the rows beside it."""

    def __init__(
        self,
        session: Session,
        found: Verification,
        size: int,
        since: SignedCheckpoint | None,
        notes: dict[int, list[SignedCheckpoint]],
        against: tuple[SavedCheckpoint, ...],
        rows: Any,
        progress: Progress | None,
        verifier: Verifier | None,
    ) -> None:
        self.verifier = verifier
        self.session, self.found, self.size = session, found, size
        self.notes, self.rows, self.progress = notes, rows, progress
        self.kept: dict[int, list[SavedCheckpoint]] = {}
        for kept in against:
            self.kept.setdefault(kept.size, []).append(kept)
        self.seq, self.hash, self.tree = self._begin(since)
        first = self.seq
        self.stops = sorted(at for at in {*notes, *self.kept} if at > first)
        for at in sorted(at for at in self.kept if at <= first):
            found.find(
                2, at, "checkpoint", "the kept checkpoint lies before the one to begin at: compare it without that"
            )

    def _begin(self, since: SignedCheckpoint | None) -> tuple[int, bytes, Frontier | None]:
        """Where the walk begins: at the first record, or at a checkpoint with the tree as it was there."""
        if since is None:
            return 0, GENESIS, Frontier()
        at = since.checkpoint
        stored = self.session.execute(select(LogRow.hash).where(LogRow.seq == at.size)).scalar_one_or_none()
        if at.size and (stored is None or bytes(stored) != at.head):
            self.found.find(2, at.size, "log", "the hash is not the one that the checkpoint saw")
        for peaks in self.session.execute(select(CheckpointRow.peaks).where(CheckpointRow.size == at.size)).scalars():
            try:
                tree = Frontier.from_bytes(at.size, bytes(peaks))
            except ValueError:
                continue
            if tree.root() == at.root:
                return at.size, at.head, tree
        return at.size, at.head, None  # without its tree, later roots cannot be worked out from here

    def run(self) -> None:
        """Walk to the last record."""
        for chunk in self._chunks():
            previous, due, leaves = self.hash, self.seq + 1, []
            for seq, _, body, leaf, stored in chunk:
                hashing = _LEAF.copy()
                hashing.update(body)
                worked = hashing.digest()
                hashing = _CHAIN.copy()
                hashing.update(seq.to_bytes(8, "big") + previous + worked)
                if worked != leaf or hashing.digest() != stored or seq != due:
                    self._tell(seq, due, body, leaf, stored, previous)
                leaves.append(worked)
                previous, due = stored, seq + 1
            self.hash, self.seq = bytes(previous), due - 1
            if self.tree is not None and self.stops:
                self.tree.extend(leaves)
            while self.stops and self.stops[0] <= self.seq:
                self._compare_roots(self.stops.pop(0))
            if self.rows is not None:
                self.rows.compare(chunk)
            if self.progress:
                share = WALK_SHARE if self.found.level >= 4 else 1
                self.progress(share * self.seq / max(self.size, self.seq))
        for at in self.stops:
            self.found.find(2, self.seq, "log", f"a checkpoint saw {at} records, {self.seq} are there: the tail is cut")

    def _chunks(self) -> Iterator[list[Any]]:
        """Records in order; a chunk ends where a checkpoint was taken, so that its root can be compared."""
        # SQLite keeps whatever type was written behind the program's back.
        as_bytes = "CAST({0} AS BLOB)" if self.session.get_bind().dialect.name == "sqlite" else "{0}"
        # Of what a record is called only level 3 makes anything.
        record = "NULL" if self.rows is None else "record"
        columns = ", ".join(["seq", record, *(as_bytes.format(name) for name in ("body", "leaf", "hash"))])
        while True:
            limit = min(CHUNK, self.stops[0] - self.seq) if self.stops and self.tree is not None else CHUNK
            chunk = raw_rows(
                self.session, f"SELECT {columns} FROM log WHERE seq > {self.seq:d} ORDER BY seq LIMIT {limit:d}"
            )
            if not chunk:
                return
            yield chunk

    def _tell(self, seq: int, due: int, body: bytes, leaf: bytes, stored: bytes, previous: bytes) -> None:
        """What exactly does not hold at a link."""
        if len(self.found.findings) >= MOST_FINDINGS:
            return
        # Whoever took the guards away may have put two of one seq there.
        record = self.session.execute(select(LogRow.record).where(LogRow.seq == seq).limit(1)).scalar()
        if seq != due:
            self.found.find(2, due, "log", f"record {due} is missing" if seq > due else "out of order")
        if leaf_of(bytes(body)) != bytes(leaf):
            self.found.find(2, seq, "log", f"{record}: the leaf is not that of the body")
        if hash_of(seq, bytes(previous), leaf_of(bytes(body))) != bytes(stored):
            self.found.find(2, seq, "log", f"{record}: the hash does not follow from the one before")

    def _compare_roots(self, at: int) -> None:
        if self.tree is None or self.tree.size != at:
            if self.tree is not None:
                self.found.find(2, at, "log", f"a checkpoint saw {at} records, but records are missing up to there")
            elif at in self.kept:
                self.found.find(2, at, "checkpoint", "the kept checkpoint cannot be compared from where the walk began")
            return
        root = self.tree.root()
        for note in self.notes.get(at, ()):
            _check_signature(self.found, note, self.verifier, f"the checkpoint of {at} records", level=2)
            if (note.checkpoint.root, note.checkpoint.head) != (root, self.hash):
                self.found.find(2, at, "checkpoint", f"the first {at} records are not those that a checkpoint saw")
        for kept in self.kept.get(at, ()):
            same = kept.code == short_code(at, root)
            if kept.note is not None:
                same = (kept.note.checkpoint.root, kept.note.checkpoint.head) == (root, self.hash)
            if not same:
                self.found.find(
                    2, at, "checkpoint", f"the first {at} records are not those of the checkpoint that was kept"
                )
