"""Checkpoints that were taken, and the tree from which the next one grows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.ledger.checkpoints import SignedCheckpoint, parse_checkpoint
from cm_tracker.domain.ledger.merkle import Frontier
from cm_tracker.models import CheckpointRow, LogRow
from cm_tracker.signing import Verifier

CHUNK = 10_000


def newest_checkpoint(session: Session) -> SignedCheckpoint | None:
    """The checkpoint that was taken last."""
    note = session.execute(select(CheckpointRow.note).order_by(CheckpointRow.id.desc()).limit(1)).scalar_one_or_none()
    return parse_checkpoint(note) if note else None


def newest_frontier(session: Session, verifier: Verifier) -> tuple[Frontier, SignedCheckpoint | None]:
    """The tree at the newest checkpoint that this key signed, and that checkpoint; an empty tree without one."""
    row = session.execute(
        select(CheckpointRow.size, CheckpointRow.peaks, CheckpointRow.note).order_by(CheckpointRow.id.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return Frontier(), None
    try:
        note, tree = parse_checkpoint(row.note), Frontier.from_bytes(row.size, bytes(row.peaks))
    except (BadInput, ValueError):
        return Frontier(), None  # what was changed behind the program's back is verifying's to tell
    if not verifier.signed(note) or tree.root() != note.checkpoint.root:
        return Frontier(), None
    return tree, note


def grow(session: Session, tree: Frontier, size: int) -> None:
    """Add the log's leaves to a tree, up to a size."""
    while tree.size < size:
        leaves = session.execute(
            select(LogRow.leaf)
            .where(LogRow.seq > tree.size, LogRow.seq <= min(tree.size + CHUNK, size))
            .order_by(LogRow.seq)
        ).scalars()
        found = [bytes(leaf) for leaf in leaves]
        if not found:
            return
        tree.extend(found)
