"""Level 2: the chain of hashes, and the Merkle root of every checkpoint.

The log is read once, from the first record or from a trusted checkpoint to the last record, in chunks, so
that memory does not grow with it. Level 3 looks at the same chunks.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from cm_tracker.domain.ledger.chain import GENESIS, hash_of, leaf_of
from cm_tracker.domain.ledger.checkpoints import SavedCheckpoint
from cm_tracker.domain.ledger.merkle import Frontier
from cm_tracker.models import CheckpointRow, LogRow
from cm_tracker.queries.ledger.levels.head import find_cut_tail
from cm_tracker.queries.ledger.levels.rows import RowComparison
from cm_tracker.queries.ledger.levels.run import VerificationRun
from cm_tracker.queries.raw_rows import raw_rows

CHUNK = 1024
# `leaf_of` and `hash_of` with their constant first bytes hashed once: a copy costs less than a new start.
_LEAF, _CHAIN = sha256(b"\x00"), sha256(b"cm-ledger/1\x00")


def check_chain(run: VerificationRun, rows: RowComparison | None) -> None:
    """Check every link and every checkpoint, and give the records of each chunk to level 3 where it runs."""
    _ChainWalk(run, rows).walk()
    for kept in run.against:
        if kept.note is not None:
            run.check_signature(kept.note, f"the kept checkpoint ({kept.size} records)", level=1)


class _ChainWalk:
    """The way along the log. `seq`, `hash` and `tree` are the state after the record that was read last.

    `stops` are the sizes at which there is a checkpoint to compare. `tree` is None where the tree at the
    starting checkpoint is not known, so that no later root can be worked out.
    """

    def __init__(self, run: VerificationRun, rows: RowComparison | None) -> None:
        self.run, self.rows = run, rows
        self.kept: dict[int, list[SavedCheckpoint]] = {}
        for kept in run.against:
            self.kept.setdefault(kept.size, []).append(kept)
        self.seq, self.hash, self.tree = self._start()
        self.first = self.seq
        sizes = {*run.checkpoints, *self.kept}
        self.stops = sorted(size for size in sizes if size > self.seq)
        for size in sorted(size for size in self.kept if size <= self.seq):
            problem = "the kept checkpoint covers no record after the one to start from: compare it without --since"
            run.find(2, "checkpoint", problem, seq=size)

    def _start(self) -> tuple[int, bytes, Frontier | None]:
        """Return number, hash and tree before the first record to read."""
        if self.run.since is None:
            return 0, GENESIS, Frontier()
        since, session = self.run.since.checkpoint, self.run.session
        stored = session.execute(select(LogRow.hash).where(LogRow.seq == since.size)).scalar_one_or_none()
        if since.size and (stored is None or bytes(stored) != since.head):
            self.run.find(2, "log", "the hash is not the one in the checkpoint to start from", seq=since.size)
        for peaks in session.execute(select(CheckpointRow.peaks).where(CheckpointRow.size == since.size)).scalars():
            try:
                tree = Frontier.from_bytes(since.size, bytes(peaks))
            except ValueError:
                continue
            if tree.root() == since.root:
                return since.size, since.head, tree
        return since.size, since.head, None

    def walk(self) -> None:
        """Read to the last record."""
        for chunk in self._chunks():
            previous, due, leaves = self.hash, self.seq + 1, []
            for seq, _, body, leaf, stored in chunk:
                hashing = _LEAF.copy()
                hashing.update(body)
                worked_out = hashing.digest()
                hashing = _CHAIN.copy()
                hashing.update(seq.to_bytes(8, "big") + previous + worked_out)
                if worked_out != leaf or hashing.digest() != stored or seq != due:
                    self._find_wrong_link(seq, due, body, leaf, stored, previous)
                leaves.append(worked_out)
                previous, due = stored, seq + 1
            self.hash, self.seq = bytes(previous), due - 1
            if self.tree is not None and self.stops:
                self.tree.extend(leaves)
            while self.stops and self.stops[0] <= self.seq:
                self._compare_checkpoints(self.stops.pop(0))
            if self.rows is not None:
                self.rows.compare(chunk)
            self.run.show_log_progress(self.seq / max(self.run.report.size, self.seq))
        for size in self.stops:
            find_cut_tail(self.run, size, self.seq, level=2)
        self.run.look(2, "records of the log", self.run.report.size - self.first)
        self.run.look(2, "checkpoints", len([size for size in self.run.checkpoints if size > self.first]))

    def _chunks(self) -> Iterator[list[Any]]:
        """Return the records in order, as tuples (seq, record, body, leaf, hash).

        A chunk ends where a checkpoint was taken, so that its root can be compared.
        """
        # SQLite keeps whatever type somebody wrote into a column.
        as_bytes = "CAST({0} AS BLOB)" if self.run.dialect == "sqlite" else "{0}"
        # Only level 3 needs the names of the records.
        record = "NULL" if self.rows is None else "record"
        columns = ", ".join(["seq", record, *(as_bytes.format(name) for name in ("body", "leaf", "hash"))])
        while True:
            limit = min(CHUNK, self.stops[0] - self.seq) if self.stops and self.tree is not None else CHUNK
            chunk = raw_rows(
                self.run.session, f"SELECT {columns} FROM log WHERE seq > {self.seq:d} ORDER BY seq LIMIT {limit:d}"
            )
            if not chunk:
                return
            yield chunk

    def _find_wrong_link(self, seq: int, due: int, body: bytes, leaf: bytes, stored: bytes, previous: bytes) -> None:
        """Find out what exactly does not hold at a link."""
        if self.run.report.is_full:
            return
        if seq > due:
            self.run.find(2, "log", f"record {due} is missing", seq=due)
        elif seq < due:
            self.run.find(2, "log", "the number is used twice, so the records are out of order", seq=seq)
        # With the triggers and keys gone, two records may have the same number.
        record = self.run.session.execute(select(LogRow.record).where(LogRow.seq == seq).limit(1)).scalar()
        if leaf_of(bytes(body)) != bytes(leaf):
            self.run.find(2, "log", "has a leaf that is not the leaf of its body", seq=seq, record=record)
        if hash_of(seq, bytes(previous), leaf_of(bytes(body))) != bytes(stored):
            self.run.find(2, "log", "has a hash that does not follow from the hash before it", seq=seq, record=record)

    def _compare_checkpoints(self, size: int) -> None:
        """Compare the checkpoints that cover the records up to here."""
        if self.tree is None:
            if size in self.kept:
                problem = (
                    "the kept checkpoint cannot be compared, because the database does not hold the checkpoint "
                    "to start from: compare it without --since"
                )
                self.run.find(2, "checkpoint", problem, seq=size)
            return
        if self.tree.size != size:
            self.run.find(2, "log", f"a checkpoint covers {size} records, but some of them are missing", seq=size)
            return
        root = self.tree.root()
        for note in self.run.checkpoints.get(size, ()):
            self.run.check_signature(note, f"the checkpoint of {size} records", level=2)
            if (note.checkpoint.root, note.checkpoint.head) != (root, self.hash):
                self.run.find(2, "checkpoint", f"the first {size} records are not those of a checkpoint", seq=size)
        for kept in self.kept.get(size, ()):
            if not kept.fits(root, self.hash):
                problem = f"the first {size} records are not those of the checkpoint that was kept"
                self.run.find(2, "checkpoint", problem, seq=size)
