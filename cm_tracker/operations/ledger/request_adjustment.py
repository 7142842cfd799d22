"""A lead requests an adjustment. Nothing moves until another lead has approved it."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput, CannotTake
from cm_tracker.domain.ledger.adjustments import MOST, UNITS, check_adjustment
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AdjustmentRequest
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.prizes.draws import bowl_of
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def request_adjustment(
    session: Session, *, client_id: int, unit: str, amount: int, reason: str, key: str, actor: Actor, now: datetime
) -> int:
    """Request `amount` points or draws for a client, with a reason. Return the request's id.

    A negative amount takes points or draws away; raise `CannotTake` where that is more than the client has. Raise
    `BadInput` for draws where the client's schedule has no bowl.
    """
    client = lock_client(session, client_id, "adjustment:request", actor)

    def write() -> int:
        refusals = AllRefusals()
        with refusals:
            check_adjustment(unit, amount, reason)
        today = day_at(now, time_zone_of(session, client.site_id))
        with refusals:
            if unit == "draws" and amount > 0 and bowl_of(session, client.id, today) is None:
                raise BadInput("This client has no bowl to draw from: none of their schedules pays draws.", "unit")
        balance = balances_of(session, client.id).get(unit, 0)
        with refusals:
            if unit in UNITS and -MOST <= amount < -balance:
                raise CannotTake(balance=balance, unit=unit, field="amount")
        refusals.raise_any()
        digest = save_note(session, reason)
        request_id = session.execute(
            insert(AdjustmentRequest)
            .values(
                client_id=client.id,
                site_id=client.site_id,
                unit=unit,
                amount=amount,
                note_digest=digest,
                requested_at=now,
                staff_id=actor.staff_id,
            )
            .returning(AdjustmentRequest.id)
        ).scalar_one()
        keep_states(session, f"adjustment_request:{request_id}")
        note_audit(
            session,
            "adjustment:requested",
            f"adjustment_request:{request_id}",
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
            note_digest=digest,
            unit=unit,
            amount=amount,
        )
        return request_id

    return run_once(session, key, "request_adjustment", [client_id, unit, amount, reason], actor, now, write)
