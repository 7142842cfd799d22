"""Checkpoints that were taken, and the Merkle tree from which the next one is worked out."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.ledger.checkpoints import SignedCheckpoint, parse_checkpoint
from cm_tracker.domain.ledger.merkle import Frontier
from cm_tracker.models import AuditAnchor, AuditEvent, AuditHead, CheckpointRow, LogRow
from cm_tracker.signing import Verifier

CHUNK = 10_000
# Enough checkpoints to know which key signs here.
SOME = 20


def newest_checkpoint(session: Session) -> SignedCheckpoint | None:
    """Return the checkpoint that was taken last, or None."""
    note = session.execute(select(CheckpointRow.note).order_by(CheckpointRow.id.desc()).limit(1)).scalar_one_or_none()
    return parse_checkpoint(note) if note else None


def checkpoint_keys(session: Session) -> frozenset[str]:
    """Return the names of the keys that signed the newest checkpoints; it is empty if there is no checkpoint.

    Several are read, so that one that somebody has changed cannot make the right key look like another one.
    """
    notes = session.execute(select(CheckpointRow.note).order_by(CheckpointRow.id.desc()).limit(SOME)).scalars()
    names = set()
    for note in notes:
        try:
            names.add(parse_checkpoint(note).key_name)
        except BadInput:
            names.add("")  # verifying finds what is wrong with it
    return frozenset(names)


def newest_frontier(session: Session, verifier: Verifier) -> tuple[Frontier, SignedCheckpoint | None]:
    """Return the tree at the newest checkpoint, and that checkpoint.

    Return an empty tree and None where there is no checkpoint, or where it does not hold: then the next one is
    worked out from the first record on.
    """
    row = session.execute(
        select(CheckpointRow.size, CheckpointRow.peaks, CheckpointRow.note).order_by(CheckpointRow.id.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return Frontier(), None
    try:
        note, tree = parse_checkpoint(row.note), Frontier.from_bytes(row.size, bytes(row.peaks))
    except (BadInput, ValueError):
        return Frontier(), None  # verifying finds what is wrong with it
    if not verifier.signed(note) or tree.root() != note.checkpoint.root:
        return Frontier(), None
    return tree, note


def grow(session: Session, tree: Frontier, size: int) -> None:
    """Add the leaves of the log to a tree, until it has a size or the log ends."""
    while tree.size < size:
        leaves = session.execute(
            select(LogRow.leaf)
            .where(LogRow.seq > tree.size, LogRow.seq <= min(tree.size + CHUNK, size))
            .order_by(LogRow.seq)
        ).scalars()
        chunk = [bytes(leaf) for leaf in leaves]
        if not chunk:
            return
        tree.extend(chunk)


def audit_size(session: Session) -> int:
    """Return how many lines the audit trail has."""
    return int(session.execute(select(AuditHead.size).where(AuditHead.id == 1)).scalar_one())


def has_unanchored_lines(session: Session) -> bool:
    """Return whether the audit trail has a line that no checkpoint covers, besides that of a checkpoint itself."""
    anchored = select(func.coalesce(func.max(AuditAnchor.last_event_id), -1)).scalar_subquery()
    newer = exists().where(AuditEvent.id > anchored, AuditEvent.tag != "checkpoint:signed")
    return bool(session.execute(select(newer)).scalar_one())
