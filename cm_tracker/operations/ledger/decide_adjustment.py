"""A second lead decides about an adjustment. An approved one is posted at once."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AlreadyDecided, CannotTake, NotFound
from cm_tracker.domain.ledger.accounts import client_account
from cm_tracker.domain.ledger.adjustments import APPROVED, adjustment_entries, check_decision
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AdjustmentRequest
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.lock_client import LockedClient, lock_client
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records


@one_transaction
def decide_adjustment(
    session: Session, *, request_id: int, decision: str, key: str, actor: Actor, now: datetime, reason: str = ""
) -> int:
    """Approve, decline or withdraw an adjustment (`domain.ledger.adjustments`). Return the request's id.

    Only the lead who requested it may withdraw it. Only another lead may approve or decline it: else raise
    `SecondLeadNeeded`. Declining needs a `reason`. Raise `AlreadyDecided` for a second decision, and `CannotTake`
    where more would be taken away than the client has.
    """
    client_id = session.execute(
        select(AdjustmentRequest.client_id).where(AdjustmentRequest.id == request_id)
    ).scalar_one_or_none()
    if client_id is None:
        raise NotFound(what="adjustment")
    client = lock_client(session, client_id, "adjustment:decide", actor)

    def write() -> int:
        # Read after the client is locked: of two leads who decide at the same time, the second sees the first decision.
        request = session.execute(
            select(AdjustmentRequest)
            .where(AdjustmentRequest.id == request_id)
            .execution_options(populate_existing=True)
        ).scalar_one()
        if request.decision is not None:
            raise AlreadyDecided(decision=request.decision)
        check_decision(decision, reason, is_own=request.staff_id == actor.staff_id)
        digest = save_note(session, reason)
        session.execute(
            update(AdjustmentRequest)
            .where(AdjustmentRequest.id == request_id)
            .values(decision=decision, decided_at=now, decided_by_id=actor.staff_id, decision_note_digest=digest)
            .execution_options(synchronize_session=False)
        )
        records = _post(session, request, client, actor=actor, now=now) if decision == APPROVED else []
        keep_states(session, f"adjustment_request:{request_id}")
        note_audit(
            session,
            "adjustment:decided",
            f"adjustment_request:{request_id}",
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
            note_digest=digest or request.note_digest,
            decision=decision,
            unit=request.unit,
            amount=request.amount,
        )
        seal_records(session, records)
        return request_id

    return run_once(session, key, "decide_adjustment", [request_id, decision, reason], actor, now, write)


def _post(
    session: Session, request: AdjustmentRequest, client: LockedClient, *, actor: Actor, now: datetime
) -> list[Record]:
    purse = client_account(client.id, request.unit)
    balance = lock_balances(session, [purse])[purse.key]
    if balance + request.amount < 0:
        raise CannotTake(balance=balance, unit=request.unit)
    transaction = post_transaction(
        session,
        "adjustment",
        adjustment_entries(client.id, client.site_id, request.unit, request.amount),
        site_id=client.site_id,
        client_id=client.id,
        actor=actor,
        now=now,
        note_digest=request.note_digest,
    )
    adjustment = add_record(
        session,
        "adjustment",
        client_id=client.id,
        site_id=client.site_id,
        unit=request.unit,
        amount=request.amount,
        note_digest=request.note_digest,
        request_id=request.id,
        requested_by_id=request.staff_id,
        transaction_id=transaction.id,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    return [transaction, adjustment]
