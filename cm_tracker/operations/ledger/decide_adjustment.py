"""A second lead decides about an adjustment; approved, it is posted at once."""

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
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records


@one_transaction
def decide_adjustment(
    session: Session, *, request_id: int, decision: str, key: str, actor: Actor, now: datetime, reason: str = ""
) -> int:
    """Approve, decline or withdraw an adjustment (`domain.adjustments`). Answers the request's id.

    Only a lead who did not ask may approve or decline (`SecondLeadNeeded`), only who asked may
    withdraw. `reason` is why it is declined, and may be given with any decision. What is taken away
    never goes below what the client has (`CannotTake`).
    """
    client_id = session.execute(
        select(AdjustmentRequest.client_id).where(AdjustmentRequest.id == request_id)
    ).scalar_one_or_none()
    if client_id is None:
        raise NotFound(what="adjustment")
    client = lock_client(session, client_id, "adjustment:decide", actor)

    def write() -> int:
        # Read under the client's lock: two leads who decide at once decide once.
        asked = session.execute(
            select(AdjustmentRequest)
            .where(AdjustmentRequest.id == request_id)
            .execution_options(populate_existing=True)
        ).scalar_one()
        if asked.decision is not None:
            raise AlreadyDecided(decision=asked.decision)
        check_decision(decision, reason, is_own=asked.staff_id == actor.staff_id)
        digest = save_note(session, reason)
        session.execute(
            update(AdjustmentRequest)
            .where(AdjustmentRequest.id == request_id)
            .values(decision=decision, decided_at=now, decided_by_id=actor.staff_id, decision_note_digest=digest)
            .execution_options(synchronize_session=False)
        )
        records = _post(session, asked, client, actor=actor, now=now) if decision == APPROVED else []
        note_audit(
            session,
            "adjustment:decided",
            f"adjustment_request:{request_id}",
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
            note_digest=digest or asked.note_digest,
            decision=decision,
            unit=asked.unit,
            amount=asked.amount,
        )
        seal_records(session, records)
        return request_id

    return run_once(session, key, "decide_adjustment", [request_id, decision, reason], actor, now, write)


def _post(
    session: Session, asked: AdjustmentRequest, client: LockedClient, *, actor: Actor, now: datetime
) -> list[Record]:
    purse = client_account(client.id, asked.unit)
    balance = lock_balances(session, [purse])[purse.key]
    if balance + asked.amount < 0:
        raise CannotTake(balance=balance, unit=asked.unit)
    moved = post_transaction(
        session,
        "adjustment",
        adjustment_entries(client.id, client.site_id, asked.unit, asked.amount),
        site_id=client.site_id,
        client_id=client.id,
        actor=actor,
        now=now,
        note_digest=asked.note_digest,
    )
    adjustment = add_record(
        session,
        "adjustment",
        client_id=client.id,
        site_id=client.site_id,
        unit=asked.unit,
        amount=asked.amount,
        note_digest=asked.note_digest,
        request_id=asked.id,
        requested_by_id=asked.staff_id,
        transaction_id=moved.id,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    return [moved, adjustment]
