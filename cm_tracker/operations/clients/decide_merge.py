"""A second lead decides about a merge. An approved one is carried out at once, and is never undone."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.merging import check_merge
from cm_tracker.domain.errors import MergeDecided, NotFound
from cm_tracker.domain.kiosk.tries import guesses_at
from cm_tracker.domain.ledger.adjustments import APPROVED, check_decision
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, KioskSession, MergeRequest
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.count_try import forget_guesses
from cm_tracker.operations.steps.lock_client import LockedClient, lock_clients
from cm_tracker.operations.steps.move_balances import move_balances
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.merging import merge_side


@one_transaction
def decide_merge(
    session: Session, *, request_id: int, decision: str, key: str, actor: Actor, now: datetime, reason: str = ""
) -> int:
    """Approve, decline or withdraw a merge, as an adjustment is decided. Return the request's id.

    Only the lead who requested it may withdraw it. Only another lead may approve or decline it: else raise
    `SecondLeadNeeded`. Declining needs a `reason`. Raise `MergeDecided` for a second decision, and what `check_merge`
    raises where something stands against the merge by now.
    """
    asked = session.execute(
        select(MergeRequest.from_client_id, MergeRequest.into_client_id).where(MergeRequest.id == request_id)
    ).one_or_none()
    if asked is None:
        raise NotFound(what="merge")
    clients = lock_clients(session, (asked.from_client_id, asked.into_client_id), "merge:decide", actor)

    def write() -> int:
        # Read after the clients are locked: of two leads who decide at the same time, the second sees the first decision.
        request = session.execute(
            select(MergeRequest).where(MergeRequest.id == request_id).execution_options(populate_existing=True)
        ).scalar_one()
        if request.decision is not None:
            raise MergeDecided(decision=request.decision)
        check_decision(decision, reason, is_own=request.staff_id == actor.staff_id)
        digest = save_note(session, reason)
        session.execute(
            update(MergeRequest)
            .where(MergeRequest.id == request_id)
            .values(decision=decision, decided_at=now, decided_by_id=actor.staff_id, decision_note_digest=digest)
            .execution_options(synchronize_session=False)
        )
        of = session.execute(select(Client.code, Client.site_id).where(Client.id == request.from_client_id)).one()
        records = _merge(session, request, *clients, actor=actor, now=now) if decision == APPROVED else []
        if records:
            forget_guesses(session, guesses_at(of.site_id, of.code))
        keep_states(session, f"merge_request:{request_id}")
        note_audit(
            session,
            "merge:decided",
            f"merge_request:{request_id}",
            actor=actor,
            now=now,
            site_id=request.site_id,
            client_id=clients[1].id,
            note_digest=digest or request.note_digest,
            decision=decision,
            from_code=of.code,
        )
        seal_records(session, records)
        return request_id

    return run_once(session, key, "decide_merge", [request_id, decision, reason], actor, now, write)


def _merge(
    session: Session, request: MergeRequest, record: LockedClient, main: LockedClient, *, actor: Actor, now: datetime
) -> list[Record]:
    """Make `main` the main record of `record` and of all records that were merged into it, and move its balances."""
    check_merge(merge_side(session, record.id, now, but_request=request.id), merge_side(session, main.id, now))
    merge = add_record(
        session,
        "client_merge",
        site_id=main.site_id,
        from_client_id=record.id,
        into_client_id=main.id,
        note_digest=request.note_digest,
        request_id=request.id,
        requested_by_id=request.staff_id,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    moves = move_balances(
        session,
        record.id,
        main,
        balances_of(session, record.id),
        because=merge.address,
        note_digest=request.note_digest,
        actor=actor,
        now=now,
    )
    merged = session.execute(
        update(Client)
        .where(or_(Client.id == record.id, Client.merged_into_id == record.id))
        .values(merged_into_id=main.id, pin_hash=None)
        .returning(Client.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    keep_states(session, *(f"client:{merged_id}" for merged_id in merged))
    # From now on this code opens the card of the main record, with the PIN of the main record.
    session.execute(delete(KioskSession).where(KioskSession.client_id == record.id))
    return [merge, *moves]
