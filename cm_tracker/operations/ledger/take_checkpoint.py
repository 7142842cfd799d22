"""Sign the present state of the ledger, so that it can be printed and stored outside of the clinic."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import LedgerInDoubt, NotAllowed
from cm_tracker.domain.ledger.checkpoints import Checkpoint, SignedCheckpoint
from cm_tracker.domain.ledger.merkle import Frontier
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import CheckpointRow, LogHead
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.seal_records import IN_DOUBT
from cm_tracker.queries.ledger.checkpoints import grow, newest_frontier
from cm_tracker.signing import Signer


@one_transaction
def take_checkpoint(session: Session, *, signer: Signer, actor: Actor, now: datetime) -> SignedCheckpoint:
    """Sign the log's size, Merkle root and newest hash. Return the checkpoint, or the last one if nothing was added.

    Only the leaves since the last checkpoint are read. Raise `LedgerInDoubt` while a verification with findings waits
    for an admin: nobody should print a checkpoint of a ledger that may be wrong.
    """
    if not actor.may("ledger:verify"):
        raise NotAllowed(role=actor.role)
    if session.execute(select(IN_DOUBT)).scalar_one():
        raise LedgerInDoubt
    size, head = session.execute(select(LogHead.size, LogHead.hash).where(LogHead.id == 1)).one()
    tree, last = newest_frontier(session, signer)
    if last is not None and (last.checkpoint.size, last.checkpoint.head) == (size, bytes(head)):
        return last
    if tree.size > size:
        tree = Frontier()  # The log is shorter than it was: a verification reports that.
    grow(session, tree, size)
    note = signer.sign(Checkpoint(signer.name, size, tree.root(), bytes(head), now))
    row_id = session.execute(
        insert(CheckpointRow)
        .values(size=size, peaks=tree.to_bytes(), note=note.note, taken_at=now, staff_id=actor.staff_id, via=actor.via)
        .returning(CheckpointRow.id)
    ).scalar_one()
    note_audit(session, "checkpoint:signed", f"checkpoint:{row_id}", actor=actor, now=now, size=size)
    return note
