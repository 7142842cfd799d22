"""Sign the present state of the ledger, so that it can be printed and stored outside of the clinic."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import LedgerInDoubt, NotAllowed
from cm_tracker.domain.ledger.checkpoints import Checkpoint, SignedCheckpoint
from cm_tracker.domain.ledger.merkle import Frontier
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import CheckpointRow
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.seal_records import lock_heads, seal_records
from cm_tracker.operations.steps.write_trail import trail_of
from cm_tracker.queries.ledger.checkpoints import audit_size, grow, has_unanchored_lines, newest_frontier
from cm_tracker.signing import Signer


@one_transaction
def take_checkpoint(session: Session, *, signer: Signer, actor: Actor, now: datetime) -> SignedCheckpoint:
    """Sign the log's size, Merkle root and newest hash. Return the checkpoint, or the last one if nothing was added.

    The last record that it covers anchors the audit trail, as it is now, and names the checkpoint before. Only the leaves
    since the last checkpoint are read. Raise `LedgerInDoubt` while a verification with findings waits for an admin: nobody
    should print a checkpoint of a ledger that may be wrong.
    """
    if not actor.may("ledger:verify"):
        raise NotAllowed(roles=actor.roles)
    size, head, is_in_doubt = lock_heads(session)
    if is_in_doubt:
        raise LedgerInDoubt
    tree, last = newest_frontier(session, signer)
    is_same = last is not None and (last.checkpoint.size, last.checkpoint.head) == (size, head)
    if last is not None and is_same and not has_unanchored_lines(session):
        return last
    seal_records(session, [_anchor(session, last, actor=actor, now=now)])
    size, head, _ = lock_heads(session)
    if tree.size > size:
        tree = Frontier()  # The log is shorter than it was: a verification reports that.
    grow(session, tree, size)
    note = signer.sign(Checkpoint(signer.name, size, tree.root(), head, now))
    row_id = session.execute(
        insert(CheckpointRow)
        .values(size=size, peaks=tree.to_bytes(), note=note.note, taken_at=now, staff_id=actor.staff_id, via=actor.via)
        .returning(CheckpointRow.id)
    ).scalar_one()
    keep_states(session, f"checkpoint:{row_id}")
    note_audit(session, "checkpoint:signed", f"checkpoint:{row_id}", actor=actor, now=now, size=size)
    return note


def _anchor(session: Session, last: SignedCheckpoint | None, *, actor: Actor, now: datetime) -> Record:
    """Write where the audit trail is. Its head is locked, so nobody adds a line before the commit."""
    newest = trail_of(session).head
    assert newest is not None, "the head of the trail is locked"
    last_event_id, audit_hash = newest
    return add_record(
        session,
        "audit_anchor",
        last_event_id=last_event_id,
        events=audit_size(session),
        audit_hash=audit_hash,
        previous_digest=None if last is None else sha256(last.note.encode()).digest(),
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
