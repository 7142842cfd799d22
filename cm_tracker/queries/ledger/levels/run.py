"""One verification while it runs: what it was asked to check, and what it has found so far."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from cm_tracker.domain.ledger.checkpoints import SavedCheckpoint, SignedCheckpoint
from cm_tracker.queries.ledger.findings import Finding, LookedAt, Verification
from cm_tracker.signing import Verifier

# Called with the share of the work that is done, from 0 to 1.
Progress = Callable[[float], None]
# The share of the time that the log takes where enrollments are replayed after it.
SHARE_OF_LOG = 0.7


@dataclass(slots=True)
class VerificationRun:
    r"""Everything that the levels of one verification share.

    `session` reads, in a transaction that sees one state of the database. `level` is the highest level to
    run. `verifier` is the installation's public key; without it no signature is checked. `since` is a
    trusted checkpoint to start from; without it the run starts at the first record. `against` are
    checkpoints that were kept outside the database. `report` is what the run has found so far, and
    `checkpoints` are the checkpoints of the database by size, which level 1 reads for level 2.

    This is what a run works out, for a log of three records. A visit is recorded, a transaction pays 10
    points for it, and another visit is recorded. (The bodies are shortened here: a real body holds every
    column.) Nothing but SHA-256 is needed to follow it:

    >>> from hashlib import sha256
    >>> bodies = [
    ...     b'{"id":7,"outcome":"met","type":"visit","v":1}',
    ...     b'{"entries":[["issued:1:points","points",-10,7],["client:1:points","points",10,7]],"id":3,'
    ...     b'"type":"transaction","v":1}',
    ...     b'{"id":8,"outcome":"positive","type":"visit","v":1}',
    ... ]

    Level 2 works out the leaf of each body and the hash of each link. A hash covers the number of the
    record, the hash before it (32 zero bytes before the first record) and the leaf. So whoever changes a
    body, or leaves out or swaps a record, changes every hash from there on:

    >>> previous = bytes(32)
    >>> for seq, body in enumerate(bodies, 1):
    ...     leaf = sha256(b"\x00" + body).digest()
    ...     previous = sha256(b"cm-ledger/1\x00" + seq.to_bytes(8, "big") + previous + leaf).digest()
    ...     print(seq, leaf.hex()[:16], previous.hex()[:16])
    1 7aa1759ca583a3b8 39e2572a34695aa3
    2 7d79b97d583ea814 1dba6cf6b09cfa1c
    3 4400f7b5a5c005f6 1210bbec29f11d51

    Level 1 has compared the last of these hashes, 1210bbec..., with the head of the log. Level 2 also
    compares the Merkle root of the three leaves with every checkpoint that covers three records. Level 3
    writes the rows `visit:7`, `transaction:3` and `visit:8` as bodies again and compares the bytes, and
    works out that `client:1:points` holds 10. Level 4 replays the enrollment of the two visits and compares
    the 10 points that visit 7 earns with the 10 that the ledger issued for it.
    """

    session: Session
    level: int
    verifier: Verifier | None = None
    since: SignedCheckpoint | None = None
    against: tuple[SavedCheckpoint, ...] = ()
    progress: Progress | None = None
    report: Verification = field(default_factory=Verification)
    checkpoints: dict[int, list[SignedCheckpoint]] = field(default_factory=dict)

    @property
    def dialect(self) -> str:
        """The name of the database's dialect, `sqlite` or `postgresql`."""
        return self.session.get_bind().dialect.name

    def find(self, level: int, table: str, problem: str, *, seq: int | None = None, record: str | None = None) -> None:
        """Add a finding to the report."""
        if not self.report.is_full:
            self.report.findings.append(Finding(level, table, problem, seq=seq, record=record))

    def look(self, level: int, what: str, count: int) -> None:
        """Note in the report how many of something a level looked at."""
        self.report.looked_at.append(LookedAt(level, what, count))

    def check_signature(self, note: SignedCheckpoint, name: str, *, level: int) -> None:
        """Add a finding where a checkpoint, which the finding calls by `name`, is not signed with the public key."""
        if self.verifier is not None and not self.verifier.signed(note):
            problem = f"{name} is not signed with {self.verifier.name}"
            self.find(level, "checkpoint", problem, seq=note.checkpoint.size)

    def show_log_progress(self, done: float) -> None:
        """Show how much of the log is read, from 0 to 1."""
        if self.progress:
            self.progress(done * (SHARE_OF_LOG if self.level >= 4 else 1))

    def show_replay_progress(self, done: float) -> None:
        """Show how many of the enrollments are replayed, from 0 to 1."""
        if self.progress:
            self.progress(SHARE_OF_LOG + (1 - SHARE_OF_LOG) * done)
