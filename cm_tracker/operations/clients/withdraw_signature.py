"""Staff say that a signature was recorded by mistake: the record stays, and does not count."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.agreements import check_withdrawal
from cm_tracker.domain.errors.fidelity import AlreadyWithdrawn
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import SignatureWithdrawal
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.clients.agreements import signed_page


@one_transaction
def withdraw_signature(
    session: Session, *, agreement_id: int, reason: str, key: str, actor: Actor, now: datetime
) -> int:
    """Withdraw a signature, so that the client has to sign again. Return the id of the withdrawal.

    Raise `NotFound` for a client of another site, `AlreadyWithdrawn`, and `BadInput` without a reason.
    """
    client = lock_client(session, signed_page(session, actor, agreement_id).client_id, "consent:change", actor)

    def write() -> int:
        if signed_page(session, actor, agreement_id).line.withdrawn_at is not None:
            raise AlreadyWithdrawn
        check_withdrawal(reason)
        digest = save_note(session, reason)
        withdrawal_id = session.execute(
            insert(SignatureWithdrawal)
            .values(agreement_id=agreement_id, note_digest=digest, recorded_at=now, staff_id=actor.staff_id)
            .returning(SignatureWithdrawal.id)
        ).scalar_one()
        note_audit(
            session, "agreement:withdrawn", f"signed_agreement:{agreement_id}", actor=actor, now=now,
            site_id=client.site_id, client_id=client.id, note_digest=digest,
        )  # fmt: skip
        return int(withdrawal_id)

    return run_once(session, key, "withdraw_signature", [agreement_id, reason], actor, now, write)
